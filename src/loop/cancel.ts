import { addAmounts } from "../protocol/amounts.ts";
import { messageFileName } from "../protocol/ids.ts";
import type { ControlMessage } from "../protocol/message.ts";
import type { Draft } from "./draft.ts";
import { speaksVersion1 } from "./peers.ts";
import { closeQuestion } from "./questions.ts";
import { endWait } from "./waiting.ts";

/**
 * Ends a subtask that is not final. One that a peer has is cancelled there too: a TASK that is still pending is withdrawn, and the
 * cancel goes out all the same, since it may have been accepted without our knowing.
 */
export function cancelSubtask(draft: Draft, id: string, why: string): void {
  const { status } = draft.subtask(id);
  if (status !== "pending" && status !== "dispatched") return;
  recallSubtask(draft, id, why);
  draft.setSubtask(id, {
    status: "cancelled",
    error: `E_CANCELLED: ${why}`,
    finished_at: draft.now.wall,
    due: null,
    heard: null,
    not_before: null,
  });
}

/**
 * Takes the current attempt back from whoever has it. What it was granted counts as used, since nobody has said; a peer of version
 * 1 has no word for a cancel.
 *
 * @param isRefused its receiver said that it does not have it, and would not take a cancel either
 */
export function recallSubtask(draft: Draft, id: string, why: string, isRefused = false): void {
  const subtask = draft.subtask(id);
  if (subtask.status !== "dispatched") return;
  settleGrant(draft, id);
  if (subtask.agent === "self") {
    closeQuestion(draft, id);
    endWait(draft, id);
    return;
  }
  const { agent, attempt, message, silent = [] } = subtask;
  draft.setSubtask(id, { silent: [...silent, attempt] });
  if (message !== undefined) draft.withdraw(taskFileName(draft, id));
  if (isRefused || speaksVersion1(draft.self, subtask)) return;
  const control: ControlMessage = {
    ...draft.envelope("control", agent, draft.task.task_id, id, attempt),
    type: "control",
    control: "cancel",
    body: { text: why },
  };
  draft.send(control);
}

/** The name of the TASK file of a subtask's current attempt. */
export function taskFileName(draft: Draft, id: string): string {
  const { attempt, message = "" } = draft.subtask(id);
  return messageFileName({ type: "task", task_id: draft.task.task_id, subtask_id: id, attempt, id: message });
}

/** The attempt has ended and nobody said what it used: its grant is spent. */
export function settleGrant(draft: Draft, id: string): void {
  const { granted, used } = draft.subtask(id);
  if (granted !== undefined) draft.setSubtask(id, { used: addAmounts(used ?? {}, granted), granted: null });
}
