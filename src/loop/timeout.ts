import { parseDuration } from "../protocol/duration.ts";
import type { Draft } from "./draft.ts";

/** Milliseconds that one attempt of a subtask may take, from its acceptance. */
export function timeoutOf(draft: Draft, id: string): number {
  return parseDuration(draft.subtask(id).timeout ?? draft.self.limits.timeout);
}
