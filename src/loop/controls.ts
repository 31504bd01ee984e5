import type { ClawflowError, ErrorCode } from "../protocol/errors.ts";
import type { ControlMessage } from "../protocol/message.ts";
import type { Task } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import { cancelSubtask } from "./cancel.ts";
import { answer, approve, reject } from "./decisions.ts";
import type { Draft } from "./draft.ts";
import { takeEditMessage } from "./edits.ts";
import { finishTask } from "./finish.ts";
import { keyOf, sameKey } from "./identify.ts";
import { endPause, endSubtaskPause, pauseSubtask, pauseTask } from "./pause.ts";
import { phaseOf } from "./phase.ts";
import { retrySubtask, retryTask } from "./retry.ts";

/** Ids of controls that a task remembers; a repeat comes soon or not at all. */
const REMEMBERED = 100;

const BY_AGENTS: readonly ControlMessage["control"][] = ["cancel", "pause", "resume", "edit"];

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
    if (typeof fault === "string") refuse(draft, message, "E_STATE", fault);
    else refuse(draft, message, fault.code, fault.message);
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
function applyControl(draft: Draft, message: ControlMessage): string | ClawflowError | undefined {
  const subtask = message.from === "human" ? message.subtask_id : undefined;
  if (subtask !== undefined && !draft.nodes.has(subtask)) return `there is no subtask ${subtask}`;
  switch (message.control) {
    case "cancel":
      return subtask === undefined ? cancelTask(draft, message) : cancelOne(draft, subtask, message);
    case "retry":
      return subtask === undefined ? retryTask(draft) : retrySubtask(draft, subtask);
    case "pause":
    case "resume":
      return hold(draft, message, subtask);
    case "approve":
      return approve(draft, message.from, message.plan);
    case "reject":
      return reject(draft, message.from, message.body.text);
    case "answer":
      return answer(draft, message.from, message.body.text, subtask);
    case "edit":
      return takeEditMessage(draft, message);
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

/** The giver's word passes down with its number: one that was overtaken does nothing. */
function hold(
  draft: Draft,
  { control, from, number }: ControlMessage,
  subtask: string | undefined,
): string | undefined {
  const pause = control === "pause";
  if (from !== "human") {
    if (number !== undefined && (draft.task.steered ?? 0) >= number) return undefined;
    if (number !== undefined) draft.set({ steered: number });
  } else if (phaseOf(draft.task) === "final") return pause ? "the task is finished" : undefined;
  if (subtask === undefined) (pause ? pauseTask : endPause)(draft);
  else if (pause) return pauseSubtask(draft, subtask);
  else endSubtaskPause(draft, subtask);
  return undefined;
}

function refuse(draft: Draft, message: ControlMessage, code: ErrorCode, text: string): void {
  draft.dispose({ message: message.id, to: "dead", code, text: `${message.control}: ${text}` });
}

/** The same subtask came again as a later attempt: this one is ended, and what it had under way with it. */
export function supersede(draft: Draft, attempt: number): void {
  finishTask(draft, { status: "cancelled", error: `E_CANCELLED: attempt ${attempt} took its place` });
}
