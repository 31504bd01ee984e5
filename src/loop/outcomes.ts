import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { OutcomeMessage } from "../protocol/message.ts";
import type { Outcome } from "../protocol/outcome.ts";
import { parseOutcomeText } from "../protocol/outcome-body.ts";
import type { Asking, Waiting } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import { chargeUse, takeOutcome } from "./answers.ts";
import { recallSubtask } from "./cancel.ts";
import { rememberTaken } from "./controls.ts";
import type { Draft } from "./draft.ts";
import { finishTask } from "./finish.ts";
import { findQuestion } from "./questions.ts";
import { summaryOf } from "./summary.ts";

/**
 * An outcome that came as a message: from the agent's own brain by a command line or tool, or from a person. A brain's must name a
 * question that is still open; a person's may stand for whatever is open, or end the work by hand.
 */
export function takeOutcomeMessage(draft: Draft, message: OutcomeMessage): void {
  const byHand = message.from === "human";
  if (!byHand && message.from !== draft.self.id) {
    draft.dispose({
      message: message.id,
      to: "dead",
      code: "E_NOT_YOURS",
      text: `${message.from} does not speak for ${draft.self.id}`,
    });
    return;
  }
  if (draft.task.controls?.includes(message.id) === true) {
    draft.dispose({ message: message.id, to: "again" });
    return;
  }
  if (!byHand && message.question === undefined) {
    const text = "an outcome of an agent names the question that it answers";
    draft.dispose({ message: message.id, to: "dead", code: "E_NOT_OPEN", text });
    return;
  }
  const outcome = parse(draft, message);
  if (outcome === undefined) return;
  const open = openFor(draft, message, byHand);
  const unasked = byHand && message.question === undefined;
  if (open === undefined && !(unasked && endByHand(draft, message, outcome))) {
    draft.dispose({ message: message.id, to: "archive", note: "late: the question is no longer open" });
    return;
  }
  draft.dispose({ message: message.id, to: "archive" });
  if (byHand) rememberTaken(draft, message.id);
  if (open === undefined) return;
  // A brain that speaks by command line may still run; a person's word ends it.
  if (byHand) draft.stop(open.asking.question);
  if (message.used !== undefined) chargeUse(draft, message.used);
  takeOutcome(draft, open, outcome, []);
}

function parse(draft: Draft, message: OutcomeMessage): Outcome | undefined {
  try {
    return parseOutcomeText(message.outcome, message.body.text);
  } catch (error) {
    const code = error instanceof ClawflowError ? error.code : "E_JSON";
    draft.dispose({ message: message.id, to: "dead", code, text: errorText(error) });
    return undefined;
  }
}

function openFor(
  draft: Draft,
  message: OutcomeMessage,
  byHand: boolean,
): { asking: Asking; subtask?: string } | undefined {
  if (message.question !== undefined) return findQuestion(draft, message.question);
  if (!byHand) return undefined;
  if (message.subtask_id !== undefined) {
    const { asking, waiting } = draft.nodes.get(message.subtask_id) ?? {};
    if (asking !== undefined) return { asking, subtask: message.subtask_id };
    if (waiting === undefined) return undefined;
    return { asking: askedBefore(waiting, "subtask"), subtask: message.subtask_id };
  }
  const { asking, waiting, status } = draft.task;
  if (asking !== undefined) return { asking };
  if (waiting?.for !== "answer") return undefined;
  // Whoever is asked something may as well say what is to be done.
  return { asking: askedBefore(waiting, status === "aggregating" ? "synthesise" : "consider") };
}

function askedBefore({ question, since }: Waiting, kind: Asking["kind"]): Asking {
  return { question, kind, asked: 1, since };
}

/** A person writes the result of a subtask, or ends the task; nothing was asked of them. */
function endByHand(draft: Draft, { subtask_id: id }: OutcomeMessage, outcome: Outcome): boolean {
  if (!("results" in outcome) && !("error" in outcome)) return false;
  if (id === undefined) {
    if ("results" in outcome) finishTask(draft, { status: "done", output: outcome.results });
    else finishTask(draft, { status: "failed", error: outcome.error });
    return true;
  }
  const status = draft.nodes.get(id)?.status;
  if (draft.task.status !== "executing" || (status !== "pending" && status !== "dispatched")) return false;
  recallSubtask(draft, id, "a person gave its result");
  draft.setSubtask(id, {
    finished_at: draft.now.wall,
    due: null,
    heard: null,
    probes: null,
    not_before: null,
  });
  if ("results" in outcome) {
    const { results } = outcome;
    draft.setSubtask(id, { status: "done", results, result_summary: summaryOf(results), error: null });
  } else draft.setSubtask(id, { status: "failed", error: outcome.error });
  advance(draft);
  return true;
}
