import type { Subtask, Task } from "../protocol/task.ts";

/*
 * Errors of work that a limit stopped, and that goes on when the limit is widened: they are known again by their text, which stands in
 * task.md.
 */

export const NO_TIME_LEFT = "the time that was given for the task is over";
export const OUT_OF_TIME = `E_TIMEOUT: ${NO_TIME_LEFT}`;
export const NOT_EVEN_ONE_TASK = "the budget leaves no task, not even this one";

export function refusedDispatch(id: string, left: number, kind: string): string {
  return `E_BUDGET: ${left} ${kind} left of the budget do not suffice for ${id}`;
}

/** Whether it has failed because it could not be sent: its work was not begun. */
export function wasRefused(id: string, { status, error = "" }: Pick<Subtask, "status" | "error">): boolean {
  const isRefusal =
    error.startsWith("E_BUDGET: ") && error.endsWith(` left of the budget do not suffice for ${id}`);
  return status === "failed" && isRefusal;
}

export function noSynthesis(kind: string): string {
  return `E_BUDGET: no ${kind} left for the synthesis`;
}

export function lackedSynthesis({ error = "" }: Pick<Task, "error">): boolean {
  return /^E_BUDGET: no \w+ left for the synthesis$/.test(error);
}
