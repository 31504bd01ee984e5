import type { Status, Why } from "../../api-types.ts";
import { lookUrl } from "../api.ts";
import { useLook } from "../live.ts";
import { Ago } from "../parts/ago.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { CutText } from "../parts/cut-text.tsx";
import { AgentLink, TaskLink } from "../parts/task-link.tsx";
import { stuckReasons } from "./stuck-reasons.ts";

/** It looks into every open job. Milliseconds. */
const SELDOM = 3000;

/** Jobs that do not get on by themselves, for a reason that does not stand above already. */
export function StuckList({ status }: { status: Status }) {
  const { value } = useLook<Why>(lookUrl("why"), SELDOM);
  const stuck = stuckReasons(value?.reasons ?? [], status.problems);
  if (stuck.length === 0) return null;
  return (
    <section aria-labelledby="stuck">
      <h2 id="stuck">Stuck</h2>
      <ul class="problems">
        {stuck.map(({ agent, task_id, title, hold }) => (
          <li key={`${agent} ${task_id}`}>
            <article class="problem">
              <header>
                <h3 dir="auto">
                  <TaskLink agent={agent} task={task_id} title={title} />
                </h3>
                <span class="quiet">
                  <AgentLink agent={agent} />
                  {hold.since === undefined ? null : (
                    <>
                      {" "}
                      · <Ago time={hold.since} />
                    </>
                  )}
                </span>
              </header>
              <p class="what" dir="auto">
                <CutText text={hold.what} />
              </p>
              {hold.agent === agent && hold.task_id === task_id ? null : (
                <p class="quiet">
                  Held at <TaskLink agent={hold.agent} task={hold.task_id} /> of{" "}
                  <AgentLink agent={hold.agent} />
                </p>
              )}
              {hold.command === undefined ? null : (
                <footer>
                  <span class="quiet">
                    To move it: <CommandLine command={hold.command} />
                  </span>
                </footer>
              )}
            </article>
          </li>
        ))}
      </ul>
    </section>
  );
}
