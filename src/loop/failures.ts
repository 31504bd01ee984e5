import { settleGrant } from "./cancel.ts";
import type { Draft } from "./draft.ts";

/** Codes of failures that the same work would meet again. */
const FINAL_CODES =
  /^E_(BUDGET|DEPTH|PATH|SELF_SEND|UNKNOWN_AGENT|ID|ID_REUSED|VERSION|TOO_LARGE|TOO_OLD|CANCELLED|LIMIT)\b/;
/** Of subtasks below, one of another: each level would multiply the attempts of the one below it. */
const HANDED_UP = /^(?:E_SUBTASK: \S+ \([^)]*\) failed: )+/;

const FIRST_BACKOFF = 1_000;
const LONGEST_BACKOFF = 60_000;

/** Milliseconds before the n-th repetition (from 1): 1 s, doubled each time, at most a minute. */
export function backoff(repetition: number): number {
  return Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (repetition - 1));
}

/** An attempt failed: another one after a pause where the policy has one left, else the subtask has failed. */
export function failAttempt(draft: Draft, id: string, error: string): void {
  const { attempt, max_attempts } = draft.subtask(id);
  settleGrant(draft, id);
  const left =
    attempt < (max_attempts ?? draft.task.policy.max_attempts) &&
    !FINAL_CODES.test(error.replace(HANDED_UP, ""));
  draft.setSubtask(id, {
    status: left ? "pending" : "failed",
    error,
    due: null,
    heard: null,
    probes: null,
    not_before: left ? draft.now.running + backoff(Math.max(1, attempt)) : null,
    finished_at: left ? null : draft.now.wall,
  });
}
