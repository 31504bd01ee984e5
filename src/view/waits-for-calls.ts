import type { TaskHead } from "../protocol/task-head.ts";

/** Whether a script waits for what it called: then its own question says nothing of how the work stands. */
export function waitsForCalls({ asking, subtasks }: Pick<TaskHead, "asking" | "subtasks">): boolean {
  if (asking?.kind !== "script") return false;
  for (const { status } of subtasks.values())
    if (status === "pending" || status === "dispatched") return true;
  return false;
}
