import type { ControlMessage } from "../protocol/message.ts";
import type { Task } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import { cancelSubtask } from "./cancel.ts";
import type { Draft } from "./draft.ts";
import { finishTask } from "./finish.ts";
import { keyOf, sameKey } from "./identify.ts";
import { phaseOf } from "./phase.ts";
import { executePlan } from "./plans.ts";
import { openQuestion } from "./questions.ts";
import { retrySubtask, retryTask } from "./retry.ts";

/** Ids of controls that a task remembers; a repeat comes soon or not at all. */
const REMEMBERED = 100;

const BY_AGENTS: readonly ControlMessage["control"][] = ["cancel", "pause", "resume"];

/**
 * A control from the sender of the work, or from a person. Each is taken once, and only where it has a meaning now; one that has
 * none goes to the dead letters with what would work.
 */
export function takeControl(draft: Draft, message: ControlMessage): void {
  const { task } = draft;
  if (task.controls?.includes(message.id) === true) {
    draft.dispose({ message: message.id, to: "again" });
    return;
  }
  if (!mayControl(task, message)) {
    const why = sameKey(keyOf(task), message) ? "only a person may do that" : "did not give this work";
    refuse(draft, message, "E_NOT_YOURS", `${message.from}: ${why}`);
    return;
  }
  const fault = applyControl(draft, message);
  if (fault !== undefined) {
    refuse(draft, message, "E_STATE", fault);
    return;
  }
  draft.dispose({ message: message.id, to: "archive" });
  rememberTaken(draft, message.id);
}

/** A message that must not take effect twice. */
export function rememberTaken(draft: Draft, id: string): void {
  draft.set({ controls: [...(draft.task.controls ?? []), id].slice(-REMEMBERED) });
}

/** An agent's word counts for the work that it gave alone, and for that attempt alone; decisions are a person's. */
function mayControl(task: Readonly<Task>, message: ControlMessage): boolean {
  if (message.from === "human") return true;
  return BY_AGENTS.includes(message.control) && sameKey(keyOf(task), message);
}

/** @returns why it cannot be done. */
function applyControl(draft: Draft, message: ControlMessage): string | undefined {
  const subtask = message.from === "human" ? message.subtask_id : undefined;
  if (subtask !== undefined && !draft.nodes.has(subtask)) return `there is no subtask ${subtask}`;
  switch (message.control) {
    case "cancel":
      return subtask === undefined ? cancelTask(draft, message) : cancelOne(draft, subtask, message);
    case "retry":
      return subtask === undefined ? retryTask(draft) : retrySubtask(draft, subtask);
    case "pause":
      if (subtask !== undefined) return "a task is paused as a whole";
      if (phaseOf(draft.task) === "final") return "the task is finished";
      draft.set({ paused: true });
      return undefined;
    case "resume":
      return subtask === undefined ? resume(draft) : "a task goes on as a whole";
    case "approve":
    case "reject":
      return decide(draft, message);
    case "answer":
      return answer(draft, message);
    case "edit":
      return "an edit is made in task.md; this kind of message is only its record";
    default:
      return message.control satisfies never;
  }
}

function cancelTask(draft: Draft, message: ControlMessage): string | undefined {
  // A cancel that comes after the end changes nothing: of reply and cancel the one handled first wins.
  if (phaseOf(draft.task) === "final") return undefined;
  const why = message.body.text.trim();
  finishTask(draft, {
    status: "cancelled",
    error: `E_CANCELLED: ${why === "" ? `by ${message.from}` : why}`,
  });
  return undefined;
}

function cancelOne(draft: Draft, id: string, message: ControlMessage): string | undefined {
  if (phaseOf(draft.task) !== "executing") return "the task is not executing";
  cancelSubtask(draft, id, message.body.text.trim() || `by ${message.from}`);
  advance(draft);
  return undefined;
}

function resume(draft: Draft): undefined {
  draft.set({ paused: null });
  if (phaseOf(draft.task) === "executing") advance(draft);
  return undefined;
}

function decide(draft: Draft, message: ControlMessage): string | undefined {
  if (draft.task.waiting?.for !== "approval") return "nothing waits for an approval";
  if (message.control === "approve") executePlan(draft);
  else
    finishTask(draft, {
      status: "failed",
      error: `E_PLAN: rejected by ${message.from}: ${message.body.text.trim()}`,
    });
  return undefined;
}

/** The brain is asked anew, with the question and its answer in the task's context, where they stay. */
function answer(draft: Draft, message: ControlMessage): string | undefined {
  const { task } = draft;
  if (task.waiting?.for !== "answer") return "nothing waits for an answer";
  const exchange = `Question: ${task.waiting.text}\nAnswer of ${message.from}: ${message.body.text.trim()}`;
  draft.setText({ context: task.text.context === "" ? exchange : `${task.text.context}\n\n${exchange}` });
  draft.set({ waiting: null });
  openQuestion(draft, task.status === "aggregating" ? "synthesise" : "consider");
  return undefined;
}

function refuse(draft: Draft, message: ControlMessage, code: "E_NOT_YOURS" | "E_STATE", text: string): void {
  draft.dispose({ message: message.id, to: "dead", code, text: `${message.control}: ${text}` });
}

/** The same subtask came again as a later attempt: this one is ended, and what it had under way with it. */
export function supersede(draft: Draft, attempt: number): void {
  finishTask(draft, { status: "cancelled", error: `E_CANCELLED: attempt ${attempt} took its place` });
}
