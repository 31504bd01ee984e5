import type { Why } from "../../api-types.ts";
import { lookUrl } from "../api.ts";
import { useLook } from "../live.ts";
import { Ago } from "../parts/ago.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { durationText, numberText, shortText } from "../parts/format.ts";
import { TaskLink } from "../parts/task-link.tsx";

type Cause = Why["reasons"][number]["hold"]["cause"];

/** It moves by itself. */
const GOES_ON: readonly Cause[] = ["brain", "place", "pause", "remote", "inbox", "reply"];

/** Why it is not done yet: what holds it, where, since when, and what would move it. */
export function WhyLines({ agent, task }: { agent: string; task: string }) {
  const { value } = useLook<Why>(lookUrl("why", [task], { agent }));
  if (value === undefined || value.reasons.length === 0) return null;
  return (
    <div class="why-lines">
      {value.reasons.map(({ hold, also }) => {
        const { agent: where, task_id, subtask, what, since, command } = hold;
        const isElsewhere = where !== agent || task_id !== task;
        return (
          <div
            key={`${where}/${task_id}/${subtask}`}
            class={GOES_ON.includes(hold.cause) ? "goes-on" : undefined}
          >
            <p dir="auto">
              <strong>Why:</strong> {shortText(what, 240)}
              {since === undefined ? null : (
                <span class="quiet">
                  {" "}
                  (since <Ago time={since} />)
                </span>
              )}
              {"ends_in" in hold && hold.ends_in !== undefined ? (
                <span class="quiet">; ends by itself in about {durationText(hold.ends_in)}</span>
              ) : null}
              {isElsewhere ? (
                <>
                  , at <TaskLink agent={where} task={task_id} />
                </>
              ) : null}
            </p>
            {also.length === 0 ? null : (
              <p class="quiet">
                also:{" "}
                {also
                  .map(({ cause, count }) => (count > 1 ? `${cause} (${numberText(count)})` : cause))
                  .join(", ")}
              </p>
            )}
            {command === undefined || hold.cause === "brain" ? null : (
              <p class="quiet">
                In a terminal: <CommandLine command={command} />
              </p>
            )}
          </div>
        );
      })}
    </div>
  );
}
