import { parseDuration } from "../protocol/duration.ts";
import type { Asking, Subtask, Task } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import { recallSubtask, taskFileName } from "./cancel.ts";
import { checkWait } from "./decisions.ts";
import type { Draft } from "./draft.ts";
import { earliest } from "./earliest.ts";
import { failAttempt } from "./failures.ts";
import { finishTask } from "./finish.ts";
import { OUT_OF_TIME } from "./limit-errors.ts";
import { isFinal, phaseOf } from "./phase.ts";
import { askAgain } from "./questions.ts";
import type { Self } from "./types.ts";

/** How often a silent peer is asked before it is given up. */
const MAX_PROBES = 3;

/** Looks at everything of the task that may be due; nothing happens where nothing is. */
export function takeTimer(draft: Draft): void {
  const { task, now } = draft;
  if (task.deadline !== undefined && task.deadline <= now.running) {
    finishTask(draft, { status: "failed", error: OUT_OF_TIME });
    return;
  }
  if (task.paused === true) return;
  if (isDue(task.asking, now.running)) askAgain(draft, task.asking);
  checkWait(draft);
  if (phaseOf(task) !== "executing") return;
  for (const id of [...draft.nodes.keys()]) checkSubtask(draft, id);
  advance(draft);
}

/** The running time at which something of the task may be due; `undefined`: nothing ever, unless something comes. */
export function nextTimer(self: Self, task: Task): number | undefined {
  if (isFinal(task)) return undefined;
  if (task.paused === true) return task.deadline;
  let next = earliest(task.deadline, task.asking?.not_before, task.waiting?.due, task.waiting?.remind);
  if (task.status !== "executing") return next;
  const silence = parseDuration(self.limits.silence);
  for (const subtask of task.subtasks.values()) {
    if (subtask.status === "pending") next = earliest(next, subtask.not_before);
    else if (subtask.status === "dispatched")
      next = earliest(next, subtask.due, silentUntil(subtask, silence), ...turnsOf(subtask));
  }
  return next;
}

/** When a subtask of one's own is asked again, or its wait for a person is looked at; not while it is paused. */
function turnsOf({ asking, waiting, paused }: Subtask): (number | undefined)[] {
  return paused === true ? [] : [asking?.not_before, waiting?.due, waiting?.remind];
}

function checkSubtask(draft: Draft, id: string): void {
  const subtask = draft.subtask(id);
  const { running } = draft.now;
  // A pause that is over is forgotten, or it would be due for as long as there is no free place.
  if (subtask.not_before !== undefined && subtask.not_before <= running)
    draft.setSubtask(id, { not_before: null });
  if (subtask.status !== "dispatched") return;
  if (subtask.due !== undefined && subtask.due <= running) {
    timeOut(draft, id, "the time of this attempt is over");
    return;
  }
  if (subtask.paused !== true) {
    if (isDue(subtask.asking, running)) askAgain(draft, subtask.asking, id);
    checkWait(draft, id);
    if (draft.subtask(id).status !== "dispatched") return;
  }
  const silence = parseDuration(draft.self.limits.silence);
  const probeAt = silentUntil(subtask, silence);
  if (probeAt === undefined || probeAt > running) return;
  const probes = (subtask.probes ?? 0) + 1;
  if (probes > MAX_PROBES) {
    timeOut(draft, id, `${subtask.agent} gave no sign of life, asked ${MAX_PROBES} times`);
    return;
  }
  draft.setSubtask(id, { probes });
  draft.resend(subtask.agent, taskFileName(draft, id));
}

function timeOut(draft: Draft, id: string, why: string): void {
  recallSubtask(draft, id, why);
  failAttempt(draft, id, `E_TIMEOUT: timed-out: ${why}`);
}

/** When the peer is to be asked next: `heard` stays the last sign of life, whatever was asked since. */
function silentUntil(
  { agent, heard, probes = 0 }: Pick<Subtask, "agent" | "heard" | "probes">,
  silence: number,
): number | undefined {
  return agent === "self" || heard === undefined ? undefined : heard + silence * (probes + 1);
}

function isDue(asking: Asking | undefined, running: number): asking is Asking {
  return asking?.not_before !== undefined && asking.not_before <= running;
}
