import { type Amounts, addAmounts } from "../protocol/amounts.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/outcome.ts";
import type { Asking, Attachment } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import type { Draft } from "./draft.ts";
import { backoff, failAttempt } from "./failures.ts";
import { finishTask } from "./finish.ts";
import { takePlan } from "./plans.ts";
import { findQuestion, openQuestion, refusedAnswer } from "./questions.ts";
import { recordCall, recordOutcome } from "./records.ts";
import { takeScriptEnd } from "./scripts.ts";
import { summaryOf } from "./summary.ts";
import type { LoopEvent } from "./types.ts";
import { waitForPerson } from "./waiting.ts";

type Answer = LoopEvent & { type: "answer" };
type MaybeAmounts = { [Kind in "tokens" | "usd" | "seconds"]?: number | undefined };

const SYNTHESIS_IS_NO_PLAN = new ClawflowError("E_PLAN", "a synthesis gives results, not another plan");

/** What a brain answered to a question that may still be open. One answer is taken; a later one only leaves its record. */
export function takeAnswer(draft: Draft, event: Answer): void {
  const { outcome, call } = event.answer;
  const open = findQuestion(draft, event.question);
  const { tokens, usd } = outcome.used ?? {};
  chargeUse(draft, { tokens, usd, seconds: call.duration / 1000 });
  const passing = "error" in outcome && outcome.passing === true;
  const again = open !== undefined && passing && tryAgainLater(draft, open.asking, open.subtask);
  const taken = open !== undefined && !again;
  recordCall(draft, event, open?.asking, taken);
  if (taken) takeOutcome(draft, open, outcome, event.attachments);
}

/** Takes an outcome for an open question, whoever gave it. */
export function takeOutcome(
  draft: Draft,
  { asking, subtask }: { asking: Asking; subtask?: string },
  outcome: Outcome,
  attachments: Attachment[],
): void {
  closeTaken(draft, subtask);
  // The question itself is answered: a second outcome for it is late. A person's answer opens a new one.
  if ("ask" in outcome && asking.kind !== "script")
    waitForPerson(draft, { for: "answer", text: outcome.ask, question: asking.question }, subtask);
  else if (subtask !== undefined) takeOwnSubtask(draft, subtask, outcome, attachments, asking);
  else if (asking.kind === "script") takeScriptEnd(draft, outcome, attachments, asking);
  else if (asking.kind === "consider") takeDecision(draft, outcome, attachments, asking);
  else takeSynthesis(draft, outcome, attachments, asking);
}

/** Of a task as a whole: done at once, or to be split. */
function takeDecision(draft: Draft, outcome: Outcome, attachments: Attachment[], asking: Asking): void {
  if ("results" in outcome) finishTask(draft, { status: "done", output: outcome.results, attachments });
  else if ("error" in outcome) failTask(draft, outcome);
  else if ("subtasks" in outcome) takePlan(draft, outcome, asking);
}

function takeSynthesis(draft: Draft, outcome: Outcome, attachments: Attachment[], asking: Asking): void {
  recordOutcome(draft, asking, outcome);
  if ("results" in outcome) finishTask(draft, { status: "done", output: outcome.results, attachments });
  else if ("error" in outcome) failTask(draft, outcome);
  else if (asking.refused !== true)
    openQuestion(draft, "synthesise", undefined, refusedAnswer(SYNTHESIS_IS_NO_PLAN));
  else finishTask(draft, { status: "failed", error: errorText(SYNTHESIS_IS_NO_PLAN) });
}

function takeOwnSubtask(
  draft: Draft,
  id: string,
  outcome: Outcome,
  attachments: Attachment[],
  asking: Asking,
): void {
  if ("subtasks" in outcome) {
    takePlan(draft, outcome, asking, id);
    return;
  }
  // What it used was counted as the task's own; its grant was only there to bound it.
  draft.setSubtask(id, { granted: null });
  if ("error" in outcome) {
    failAttempt(draft, id, outcome.error);
    if (outcome.partial !== undefined) draft.setSubtask(id, { results: outcome.partial });
  } else if ("results" in outcome) {
    draft.setSubtask(id, {
      status: "done",
      results: outcome.results,
      result_summary: summaryOf(outcome.results),
      finished_at: draft.now.wall,
      due: null,
      heard: null,
      ...(attachments.length > 0 ? { attachments } : {}),
    });
  }
  advance(draft);
}

function failTask(draft: Draft, { error, partial }: { error: string; partial?: string | undefined }): void {
  finishTask(draft, { status: "failed", error, ...(partial === undefined ? {} : { partial }) });
}

function tryAgainLater(draft: Draft, asking: Asking, subtask: string | undefined): boolean {
  const retries = (asking.retries ?? 0) + 1;
  if (retries > draft.self.limits.retries) return false;
  const later: Asking = { ...asking, retries, not_before: draft.now.running + backoff(retries) };
  delete later.pid;
  delete later.started;
  if (subtask === undefined) draft.set({ asking: later });
  else draft.setSubtask(subtask, { asking: later });
  return true;
}

/** The question is answered: its brain needs no ending. */
function closeTaken(draft: Draft, subtask: string | undefined): void {
  if (subtask === undefined) draft.set({ asking: null, waiting: null });
  else draft.setSubtask(subtask, { asking: null, waiting: null });
}

/** Counts what a brain of this agent used, for whatever question. */
export function chargeUse(draft: Draft, { tokens, usd, seconds }: MaybeAmounts): void {
  const more: Amounts = {};
  if (tokens !== undefined) more.tokens = tokens;
  if (usd !== undefined) more.usd = usd;
  if (seconds !== undefined) more.seconds = seconds;
  draft.set({ used: addAmounts(draft.task.used, more) });
}
