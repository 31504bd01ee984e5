import type { SubtaskHead } from "../protocol/task-head.ts";

/** Why a subtask was not done, or is of no use to the script that called it: all was answered, and nothing of it fits. */
export function faultOf({ error, call }: Pick<SubtaskHead, "error" | "call">): string | undefined {
  return call?.unfit ?? error;
}

/** How a subtask stands: `unfit` is a call of a script that was answered with what its schema does not allow. */
export function stateOf<S>({ status, call }: { status: S; call?: SubtaskHead["call"] }): S | "unfit" {
  return call?.unfit === undefined ? status : "unfit";
}
