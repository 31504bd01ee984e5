import type { ShownTask } from "../../api-types.ts";
import { hasGiver } from "../actions/offered.ts";
import { TaskLink } from "../parts/task-link.tsx";

/** From the job as a whole down to whoever gave this task. */
export function PathUp({ shown: { from, reply_to, trace } }: { shown: ShownTask }) {
  const given = {
    task_id: reply_to.task_id,
    ...(reply_to.subtask_id ? { subtask: reply_to.subtask_id } : {}),
  };
  if (!hasGiver(from, given)) return <p class="path-up quiet">given by {from}</p>;
  const [top] = trace.path;
  return (
    <nav class="path-up" aria-label="Where it belongs">
      {trace.depth > 1 && top !== undefined ? (
        <>
          <TaskLink agent={top} task={trace.root} />
          <span aria-hidden="true"> › </span>
          {trace.depth > 2 ? <span class="quiet">… › </span> : null}
        </>
      ) : null}
      <TaskLink agent={from} task={reply_to.task_id} />
      <span aria-hidden="true"> › </span>
      <span class="quiet">{reply_to.subtask_id}</span>
    </nav>
  );
}
