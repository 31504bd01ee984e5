import type { ControlMessage } from "../protocol/message.ts";
import { advance } from "./advance.ts";
import type { Draft } from "./draft.ts";
import { speaksVersion1 } from "./peers.ts";
import { phaseOf } from "./phase.ts";
import { renewWaits } from "./waiting.ts";

/**
 * Holds a task and all below it: nothing new is sent or asked, what is under way is taken when it comes. Where it is paused or finished
 * already nothing happens.
 */
export function pauseTask(draft: Draft): void {
  if (phaseOf(draft.task) === "final" || draft.task.paused === true) return;
  draft.set({ paused: true });
  for (const [id, { paused }] of draft.nodes) if (paused !== true) passDown(draft, id, "pause");
}

/** Lets a task and all below it go on, but for the subtasks that are paused by themselves. */
export function endPause(draft: Draft): void {
  if (draft.task.paused !== true) return;
  draft.set({ paused: null });
  renewWaits(draft);
  for (const [id, subtask] of draft.nodes) {
    if (subtask.paused === true || subtask.status !== "dispatched") continue;
    // Nobody listened meanwhile: its silence is counted anew.
    if (subtask.heard !== undefined) draft.setSubtask(id, { heard: draft.now.running, probes: null });
    passDown(draft, id, "resume");
  }
  if (phaseOf(draft.task) === "executing") advance(draft);
}

/**
 * Holds one subtask: it is not sent, or the peer that has it is told; of one's own, its brain is asked nothing more.
 *
 * @returns why it cannot be done.
 */
export function pauseSubtask(draft: Draft, id: string): string | undefined {
  const { status, paused } = draft.subtask(id);
  if (status !== "pending" && status !== "dispatched") return `${id} is ${status} already`;
  if (paused === true) return undefined;
  draft.setSubtask(id, { paused: true });
  if (draft.task.paused !== true) passDown(draft, id, "pause");
  return undefined;
}

/** Of a task that is paused as a whole it goes on with that. */
export function endSubtaskPause(draft: Draft, id: string): void {
  if (draft.subtask(id).paused !== true) return;
  draft.setSubtask(id, { paused: null });
  if (draft.task.paused === true) return;
  passDown(draft, id, "resume");
  if (phaseOf(draft.task) === "executing") advance(draft);
}

/** Tells the peer that has a subtask; the child task passes it on. Version 1 has no word for it. */
function passDown(draft: Draft, id: string, what: "pause" | "resume"): void {
  const subtask = draft.subtask(id);
  const { agent, status, attempt } = subtask;
  if (status !== "dispatched" || agent === "self" || speaksVersion1(draft.self, subtask)) return;
  const control: ControlMessage = {
    ...draft.envelope("control", agent, draft.task.task_id, id, attempt),
    type: "control",
    control: what,
    number: draft.task.number,
    body: { text: "" },
  };
  draft.send(control);
}
