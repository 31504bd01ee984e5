import { planHash } from "../protocol/plan-hash.ts";
import type { Waiting } from "../protocol/task.ts";
import type { Draft } from "./draft.ts";
import { failAttempt } from "./failures.ts";
import { finishTask } from "./finish.ts";
import { executePlan } from "./plans.ts";
import { openQuestion, titleOf } from "./questions.ts";
import { hashOf, runApproved } from "./scripts.ts";
import { endWait, remind, waitOf } from "./waiting.ts";

/** Questions of a task, or of one attempt of a subtask, that nobody answers; the last ends it. */
const MOST_UNANSWERED = 2;

/**
 * A person approves the plan that was shown.
 *
 * @param plan `planHash` of the plan that they saw, where that is known
 * @returns why it cannot be done.
 */
export function approve(draft: Draft, by: string, plan?: string): string | undefined {
  const { waiting } = draft.task;
  const fault = faultOf(draft, by, "approval");
  if (fault !== undefined || waiting === undefined) return fault;
  const { script } = draft.task;
  const now = script === undefined ? planHash(draft.nodes) : hashOf(draft);
  if ((plan ?? waiting.plan ?? now) !== now)
    return `the ${script === undefined ? "plan" : "script"} has changed since; look at it again`;
  if (script === undefined) executePlan(draft);
  else runApproved(draft);
  return undefined;
}

/** A person rejects the plan: none of it has begun, so it is dropped, and the brain is asked once more, with the reason. */
export function reject(draft: Draft, by: string, reason: string): string | undefined {
  const fault = faultOf(draft, by, "approval");
  if (fault !== undefined) return fault;
  if (draft.task.script !== undefined) {
    const why = reason.trim() === "" ? "" : `: ${reason.trim()}`;
    finishTask(draft, { status: "failed", error: `E_CANCELLED: the script was rejected by ${by}${why}` });
    return undefined;
  }
  const plan = [...draft.nodes].map(
    ([id, { agent, description }]) => `- ${id} (${agent}): ${titleOf(description, id)}`,
  );
  for (const id of [...draft.nodes.keys()]) draft.removeSubtask(id);
  endWait(draft);
  draft.set({ mode: "undecided", status: "planning" });
  const why = reason.trim() === "" ? "no reason given" : reason.trim();
  openQuestion(draft, "consider", undefined, {
    text: `Your plan was rejected by ${by}: ${why}\n\nThe plan was:\n${plan.join("\n")}`,
  });
  return undefined;
}

/** The brain is asked anew, with the question and its answer in the context of the task, or of its subtask, where they stay. */
export function answer(draft: Draft, by: string, text: string, subtask?: string): string | undefined {
  const fault = faultOf(draft, by, "answer", subtask);
  if (fault !== undefined) return fault;
  takeExchange(draft, `Answer of ${by}: ${text.trim()}`, subtask);
  return undefined;
}

/** What becomes due of a wait: a reminder; or its end, and the answer is no. */
export function checkWait(draft: Draft, subtask?: string): void {
  const waiting = waitOf(draft, subtask);
  const { running } = draft.now;
  if (waiting?.due !== undefined && waiting.due <= running) expire(draft, waiting, subtask);
  else if (waiting?.remind !== undefined && waiting.remind <= running) remind(draft, subtask);
}

/** Nobody decided: never yes. */
function expire(draft: Draft, waiting: Waiting, subtask: string | undefined): void {
  const { answer: time } = draft.self.limits;
  if (waiting.for === "approval") {
    finishTask(draft, {
      status: "failed",
      error: `E_TIMEOUT: nobody approved the ${draft.task.script === undefined ? "plan" : "script"} within ${time}`,
    });
    return;
  }
  const unanswered = (subtask === undefined ? draft.task : draft.subtask(subtask)).unanswered ?? 0;
  if (subtask === undefined) draft.set({ unanswered: unanswered + 1 });
  else draft.setSubtask(subtask, { unanswered: unanswered + 1 });
  if (unanswered + 1 < MOST_UNANSWERED) {
    takeExchange(draft, `Answer: no (nobody answered within ${time})`, subtask);
    return;
  }
  const error = `E_TIMEOUT: nobody answered within ${time}: ${waiting.text}`;
  if (subtask === undefined) finishTask(draft, { status: "failed", error });
  else {
    draft.setSubtask(subtask, { granted: null });
    failAttempt(draft, subtask, error);
  }
}

function takeExchange(draft: Draft, answered: string, subtask: string | undefined): void {
  const exchange = `Question: ${waitOf(draft, subtask)?.text}\n${answered}`;
  endWait(draft, subtask);
  if (subtask !== undefined) {
    draft.setSubtask(subtask, { context: joined(draft.subtask(subtask).context ?? "", exchange) });
    openQuestion(draft, "subtask", subtask);
    return;
  }
  draft.setText({ context: joined(draft.task.text.context, exchange) });
  openQuestion(draft, draft.task.status === "aggregating" ? "synthesise" : "consider");
}

function joined(context: string, exchange: string): string {
  return context === "" ? exchange : `${context}\n\n${exchange}`;
}

/** Decisions are a person's; and only what is waited for can be decided. */
function faultOf(
  draft: Draft,
  by: string,
  kind: "approval" | "answer",
  subtask?: string,
): string | undefined {
  if (by !== "human") return "only a person may do that";
  if (waitOf(draft, subtask)?.for === kind) return undefined;
  const others = [...draft.nodes].filter(([, { waiting }]) => waiting?.for === kind).map(([id]) => id);
  const where = others.length === 0 || subtask !== undefined ? "" : `; ${others.join(", ")} of it does`;
  return `nothing waits for an ${kind}${where}`;
}
