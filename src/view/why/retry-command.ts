import { isFinal } from "../../loop/phase.ts";
import type { Task } from "../../protocol/task.ts";
import type { RootView } from "../root-view.ts";
import { given, targetName } from "./hold.ts";

/** The command that has something done again. */
export function retryCommand(view: RootView, task: Task, subtask?: string): string {
  const { at, part } = whereReopened(view, task, subtask);
  // Of a task that ended a retry of the whole does again all that was not done.
  return `clawflow retry ${isFinal(at) && at.status !== "done" ? at.task_id : targetName(at.task_id, part)}`;
}

/** The nearest task above that a person gave, or that is still under way: a finished one has answered its sender, who goes on from there. */
export function whereReopened(view: RootView, task: Task, subtask?: string): { at: Task; part?: string } {
  let at: Task = task;
  let part = subtask;
  for (let level = 0; level < 110 && at.from !== "human" && isFinal(at); level++) {
    const above = view.task(at.from, at.reply_to.task_id);
    if (above === undefined) break;
    part = at.reply_to.subtask_id;
    at = above;
  }
  return { at, ...given("part", part) };
}
