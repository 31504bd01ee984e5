import type { Task } from "../protocol/task.ts";

/**
 * Where a task stands, for the loop; derived from task.md, never stored.
 *
 * - `absent`: not known here.
 * - `considering`: its brain is asked whether to do or to split it (status pending, in-progress, planning).
 * - `waiting`: it is a person's turn: an approval, an answer, the whole work.
 * - `executing`: subtasks are under way.
 * - `aggregating`: its brain is asked to make one answer of the results.
 * - `final`: done, failed or cancelled; the reply was decided in the same step.
 */
export type Phase = "absent" | "considering" | "waiting" | "executing" | "aggregating" | "final";

export function phaseOf(task: Task | undefined): Phase {
  if (task === undefined) return "absent";
  if (isFinal(task)) return "final";
  if (task.waiting !== undefined) return "waiting";
  if (task.status === "executing") return "executing";
  if (task.status === "aggregating") return "aggregating";
  return "considering";
}

export function isFinal(task: Pick<Task, "status">): boolean {
  return task.status === "done" || task.status === "failed" || task.status === "cancelled";
}
