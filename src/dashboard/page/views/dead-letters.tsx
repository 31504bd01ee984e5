import type { Dead } from "../../api-types.ts";
import { performOrTell } from "../actions/perform.ts";
import { lookUrl } from "../api.ts";
import { useLook } from "../live.ts";
import { CommandLine } from "../parts/command-line.tsx";
import { CutText } from "../parts/cut-text.tsx";
import { Loading } from "../parts/empty.tsx";
import { ErrorBox } from "../parts/error-box.tsx";
import { MoreList } from "../parts/more-list.tsx";

/** What could not be handled, each with its reason and a way back into the inbox. */
export function DeadLetters({ agent }: { agent: string }) {
  const { value, error, again } = useLook<Dead>(lookUrl("dead", ["list"], { agent }));
  return (
    <section aria-labelledby="dead">
      <h2 id="dead">Dead letters{value === undefined ? "" : ` (${value.dead.length})`}</h2>
      {value === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <ErrorBox error={error} again={again} />
        )
      ) : null}
      <MoreList items={value?.dead ?? []} most={20} one="letter">
        {(shown) => (
          <ul class="problems">
            {shown.map(({ name, reason }) => (
              <li key={name}>
                <article class="problem problem-dead">
                  <header>
                    <h3 class="file">{name}</h3>
                  </header>
                  <p class="what" dir="auto">
                    <CutText text={reason} />
                  </p>
                  <p>
                    <button type="button" onClick={() => requeue(agent, name)}>
                      Put it back into the inbox
                    </button>{" "}
                    <span class="quiet">
                      In a terminal:{" "}
                      <CommandLine command={`clawflow dead requeue ${name} --agent ${agent}`} />
                    </span>
                  </p>
                </article>
              </li>
            ))}
          </ul>
        )}
      </MoreList>
    </section>
  );
}

function requeue(agent: string, name: string): void {
  const body = { words: ["requeue", name], options: { agent } };
  void performOrTell({ command: "dead", body }, `${name} lies in the inbox of ${agent} again.`);
}
