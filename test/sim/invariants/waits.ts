import type { Subtask, Task } from "../../../src/protocol/task.ts";
import type { Fault, Step } from "./book.ts";

/** Every task that is not final names a wait that exists. */
export function checkWait({ after, book, commit }: Step, fault: Fault): void {
  if (["done", "failed", "cancelled"].includes(after.status)) return;
  const text = faultOf(after, (id) => book.sent.has(id));
  if (text !== undefined) fault(`${text}: it names no wait (${commit.agent})`);
}

function faultOf(task: Task, isSent: (message: string) => boolean): string | undefined {
  if (task.waiting !== undefined || task.paused === true || task.asking !== undefined) return undefined;
  // A pause or other limits came before its TASK.
  if (task.body_hash === "") return undefined;
  if (task.status !== "executing") return `it is ${task.status}, but nothing is asked`;
  let isUnderWay = false;
  for (const [id, subtask] of task.subtasks) {
    if (subtask.status === "dispatched") {
      const fault = lost(subtask, isSent);
      if (fault !== undefined) return `${id} ${fault}`;
      isUnderWay = true;
    } else if (subtask.status === "pending" && (subtask.not_before !== undefined || subtask.paused === true))
      isUnderWay = true;
  }
  return isUnderWay ? undefined : "it is executing, but no subtask is under way";
}

function lost(subtask: Subtask, isSent: (message: string) => boolean): string | undefined {
  if (subtask.agent === "self")
    return subtask.asking === undefined && subtask.waiting === undefined ? "is not asked" : undefined;
  return isSent(subtask.message ?? "") ? undefined : "was not sent";
}
