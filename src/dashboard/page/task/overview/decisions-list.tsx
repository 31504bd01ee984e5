import type { Report } from "../../../api-types.ts";
import { Ago } from "../../parts/ago.tsx";
import { countText, shortText } from "../../parts/format.ts";
import { TaskLink } from "../../parts/task-link.tsx";
import { withoutYaml } from "../without-yaml.ts";
import { FoldedList } from "./folded-list.tsx";

/** Who decided what, with the message that says so. */
export function DecisionsList({ decisions }: { decisions: Report["decisions"] }) {
  if (decisions.length === 0) return null;
  return (
    <section>
      <h2>{countText(decisions.length, "decision")}</h2>
      <FoldedList
        items={decisions}
        draw={({ time, by, what, agent, task_id, subtask, text, question, message }) => (
          <>
            <strong>{what}</strong> by {by}, of{" "}
            <TaskLink
              agent={agent}
              task={task_id}
              title={subtask === undefined ? undefined : `${task_id}/${subtask}`}
            />{" "}
            <span class="quiet">
              <Ago time={time} />,{" "}
              <TaskLink agent={agent} task={task_id} tab="messages" message={message} title="the message" />
            </span>
            {question === undefined ? null : (
              <div class="quiet" dir="auto">
                Asked: {shortText(question, 300)}
              </div>
            )}
            <div dir="auto" class="said">
              {shortText(withoutYaml(text), 600)}
            </div>
          </>
        )}
      />
    </section>
  );
}
