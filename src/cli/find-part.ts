import { ClawflowError } from "../protocol/errors.ts";
import { childTask } from "../view/child-task.ts";
import { type Found, findOneTask } from "../view/find-task.ts";
import type { RootView } from "../view/root-view.ts";
import type { Target } from "./person-message.ts";

/** Of `TASK/SUBTASK` the task at the agent that it was given to. @throws E_NOT_FOUND */
export function findPart(
  view: RootView,
  { task_id, subtask_id: id }: Target,
  agent: string | undefined,
): Found {
  const found = findOneTask(view, task_id, agent);
  if (id === undefined) return found;
  const subtask = found.task.subtasks.get(id);
  if (subtask === undefined) {
    throw new ClawflowError("E_NOT_FOUND", `${found.task.task_id} has no subtask ${id}`, {
      expected: [...found.task.subtasks.keys()].slice(0, 20).join(", ") || "a task with subtasks",
    });
  }
  const task = childTask(view, found.agent, found.task.task_id, id, subtask);
  if (task !== undefined) return { agent: subtask.agent, task };
  throw new ClawflowError("E_NOT_FOUND", `${found.task.task_id}/${id} is no task of any agent here`, {
    hint: `\`clawflow show ${found.task.task_id}/${id}\` has what is known of it.`,
  });
}
