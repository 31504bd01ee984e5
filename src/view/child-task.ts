import { keyOf, sameKey } from "../loop/identify.ts";
import { localTaskId } from "../protocol/ids.ts";
import type { Subtask } from "../protocol/task.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import type { RootView } from "./root-view.ts";

/** The task at its agent that a subtask was given as, in the current attempt; `undefined`: it is not there (yet), or not here. */
export function childTask<T extends TaskHead>(
  view: RootView<T>,
  sender: string,
  taskId: string,
  subtaskId: string,
  subtask: Pick<Subtask, "agent" | "attempt">,
): T | undefined {
  const { agent, attempt } = subtask;
  if (agent === "self" || attempt < 1) return undefined;
  const key = { from: sender, task_id: taskId, subtask_id: subtaskId, attempt };
  for (const id of [localTaskId(key), localTaskId(key, sender)]) {
    const task = view.task(agent, id);
    if (task !== undefined && sameKey(keyOf(task), key)) return task;
  }
  return undefined;
}
