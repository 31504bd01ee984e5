import type { SubtaskHead } from "../protocol/task-head.ts";

/** Why a subtask was not done, or is of no use to the script that called it: all was answered, and nothing of it fits. */
export function faultOf({ error, call }: Pick<SubtaskHead, "error" | "call">): string | undefined {
  return call?.unfit ?? error;
}
