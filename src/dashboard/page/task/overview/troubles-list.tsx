import type { Report } from "../../../api-types.ts";
import { Ago } from "../../parts/ago.tsx";
import { countText } from "../../parts/format.ts";
import { TaskLink } from "../../parts/task-link.tsx";
import { FoldedList } from "./folded-list.tsx";

const KINDS: Record<Report["troubles"][number]["kind"], string> = {
  failed: "failed",
  stopped: "stopped",
  attempt: "an attempt that was given up",
  brain: "an answer of a brain",
  plan: "a plan that was not taken",
  dead: "a dead letter",
  edit: "an edit that was not taken",
};

/** What went wrong, mended since or not: failed attempts among it. */
export function TroublesList({ troubles }: { troubles: Report["troubles"] }) {
  if (troubles.length === 0) return null;
  return (
    <section>
      <h2>{countText(troubles.length, "trouble")}, attempts among them</h2>
      <FoldedList
        items={troubles}
        draw={({ kind, agent, task_id, subtask, attempt, text, time }) => (
          <>
            <strong>{KINDS[kind]}</strong>
            {attempt !== undefined && attempt > 1 ? ` (attempt ${attempt})` : ""}{" "}
            {task_id === undefined ? agent : <TaskLink agent={agent} task={task_id} />}
            {subtask === undefined ? "" : ` / ${subtask}`}
            {time === undefined ? null : (
              <span class="quiet">
                {" "}
                <Ago time={time} />
              </span>
            )}
            <div dir="auto" class="said">
              {text}
            </div>
          </>
        )}
      />
    </section>
  );
}
