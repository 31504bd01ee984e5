import { AMOUNT_KINDS, type Amounts } from "../protocol/amounts.ts";
import { parseDuration } from "../protocol/duration.ts";
import type { TaskEdit } from "../protocol/edit.ts";
import { formatEdit } from "../protocol/edit-body.ts";
import type { ControlMessage } from "../protocol/message.ts";
import type { Subtask } from "../protocol/task.ts";
import { exhausted, remaining } from "./budget.ts";
import type { Patch } from "./change.ts";
import type { Draft } from "./draft.ts";
import { speaksVersion1 } from "./peers.ts";
import { phaseOf } from "./phase.ts";
import { resetForRetry, retryTask } from "./retry.ts";
import { timeoutOf } from "./timeout.ts";

const NO_TIME = /^E_TIMEOUT: the time that was given for the task/;

/**
 * The budget and the deadline of a task. What was refused for want of them goes on: a subtask that could not be sent, and a task that ended
 * for that reason.
 *
 * @returns whether the task has to go on from here.
 */
export function editLimits(draft: Draft, { budget, deadline }: TaskEdit): boolean {
  if (budget === undefined && deadline === undefined) return false;
  const { task } = draft;
  const hasEnded = phaseOf(task) === "final";
  if (budget !== undefined) draft.set({ budget });
  const goesOn =
    (budget !== undefined && retryRefused(draft)) || (deadline !== undefined && retryLate(draft));
  if (hasEnded && !goesOn) return false;
  if (deadline === null) draft.set({ deadline: null });
  else if (deadline !== undefined) draft.set({ deadline: draft.now.running + parseDuration(deadline) });
  return goesOn;
}

/** Limits of one subtask: those of an attempt that is under way move with them, also at the peer that has it. */
export function raiseLimits(draft: Draft, id: string, limits: Patch<Subtask>): void {
  const { status, due } = draft.subtask(id);
  const before = timeoutOf(draft, id);
  draft.setSubtask(id, limits);
  if (status === "failed" && isRefused(draft.subtask(id)) && draft.task.from === "human")
    resetForRetry(draft, id);
  if (status !== "dispatched") return;
  const longer = timeoutOf(draft, id) - before;
  if (longer !== 0 && due !== undefined) draft.setSubtask(id, { due: due + longer });
  const granted = grantOf(draft, id);
  if (granted !== undefined) draft.setSubtask(id, { granted });
  tellPeer(draft, id, longer === 0 ? undefined : (draft.subtask(id).due ?? 0) - draft.now.running, granted);
}

/** From the agent that gave the work: it has more time, or more to spend. Nothing else of an edit is an agent's to say. */
export function takeParentLimits(draft: Draft, edit: TaskEdit): string | undefined {
  const others = Object.keys(edit).filter((key) => key !== "budget" && key !== "deadline");
  if (others.length > 0) return `an agent changes time and budget alone, not ${others.join(", ")}`;
  if (phaseOf(draft.task) === "final") return undefined;
  editLimits(draft, edit);
  return undefined;
}

/** What could not be sent for want of budget, if there is enough now. */
function retryRefused(draft: Draft): boolean {
  const { task, nodes } = draft;
  const hasEnded = phaseOf(task) === "final";
  if (exhausted(task, nodes) !== undefined) return false;
  const refused = [...nodes]
    .filter(([, subtask]) => subtask.status === "failed" && isRefused(subtask))
    .map(([id]) => id);
  if (hasEnded) {
    if (task.status !== "failed" || !/\bE_BUDGET\b/.test(task.error ?? "")) return false;
    return retryTask(draft) === undefined;
  }
  for (const id of refused) resetForRetry(draft, id);
  return refused.length > 0;
}

function retryLate(draft: Draft): boolean {
  const { task } = draft;
  return task.status === "failed" && NO_TIME.test(task.error ?? "") && retryTask(draft) === undefined;
}

function isRefused({ error }: Pick<Subtask, "error">): boolean {
  return /^E_BUDGET\b/.test(error ?? "");
}

/** The grant of the attempt that is under way, made as large as its budget says and the task's own allows. */
function grantOf(draft: Draft, id: string): Amounts | undefined {
  const { budget, granted } = draft.subtask(id);
  if (budget === undefined) return undefined;
  const left = remaining(draft.task, draft.nodes);
  const grant: Amounts = { ...granted };
  for (const kind of AMOUNT_KINDS) {
    const wanted = budget[kind];
    if (wanted === undefined) continue;
    const rest = left?.[kind];
    grant[kind] = rest === undefined ? wanted : Math.min(wanted, (granted?.[kind] ?? 0) + rest);
  }
  return grant;
}

function tellPeer(draft: Draft, id: string, time: number | undefined, budget: Amounts | undefined): void {
  const subtask = draft.subtask(id);
  if (subtask.agent === "self" || speaksVersion1(draft.self, subtask)) return;
  if (time === undefined && budget === undefined) return;
  const edit: TaskEdit = {};
  if (time !== undefined) edit.deadline = `${Math.max(0, Math.round(time))}ms`;
  if (budget !== undefined) edit.budget = budget;
  const control: ControlMessage = {
    ...draft.envelope("control", subtask.agent, draft.task.task_id, id, subtask.attempt),
    type: "control",
    control: "edit",
    body: { text: formatEdit(edit) },
  };
  draft.send(control);
}
