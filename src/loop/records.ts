import type { OutcomeMessage } from "../protocol/message.ts";
import type { Outcome } from "../protocol/outcome.ts";
import { formatOutcome, outcomeKind } from "../protocol/outcome-body.ts";
import type { Asking } from "../protocol/task.ts";
import type { Draft } from "./draft.ts";
import type { LoopEvent } from "./types.ts";

/** What was decided, as it was given, becomes a message of the agent to itself: it stays in the archive whatever is edited later. */
export function recordOutcome(draft: Draft, asking: Asking, outcome: Outcome): void {
  const message: OutcomeMessage = {
    ...draft.envelope("outcome", draft.self.id, draft.task.task_id, undefined, 1),
    type: "outcome",
    question: asking.question,
    outcome: outcomeKind(outcome),
    body: { text: formatOutcome(outcome) },
  };
  draft.record(message);
}

/**
 * `calls/<n>.json`: what a question cost and how it ended. `taken: false`: the outcome had no effect, since the question was no longer
 * open or is put again.
 */
export function recordCall(
  draft: Draft,
  { question, answer }: LoopEvent & { type: "answer" },
  asking: Asking | undefined,
  taken: boolean,
): void {
  const number = draft.task.calls + 1;
  draft.set({ calls: number });
  const { outcome, call } = answer;
  const record = {
    question,
    kind: asking?.kind,
    asked: asking?.asked,
    taken,
    ended_at: draft.now.wall,
    ...call,
    outcome: outcomeKind(outcome),
    used: outcome.used,
    error: "error" in outcome ? outcome.error : undefined,
  };
  draft.file(`calls/${number}.json`, `${JSON.stringify(record, null, 2)}\n`);
}
