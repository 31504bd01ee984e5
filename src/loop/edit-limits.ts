import { AMOUNT_KINDS, type Amounts, round } from "../protocol/amounts.ts";
import { parseDuration } from "../protocol/duration.ts";
import type { TaskEdit } from "../protocol/edit.ts";
import type { Subtask } from "../protocol/task.ts";
import { exhausted, grantFor, remaining } from "./budget.ts";
import type { Draft } from "./draft.ts";
import { lackedSynthesis, NOT_EVEN_ONE_TASK, OUT_OF_TIME, wasRefused } from "./limit-errors.ts";
import { phaseOf } from "./phase.ts";
import { resetSubtask } from "./retry.ts";

/**
 * The budget and the deadline of a task, as they are from now on.
 *
 * @returns whether that lets something go on that had been given up for want of them: subtasks that could not be sent are pending again, a
 *   task that had ended for it is to begin again
 */
export function takeLimits(draft: Draft, { budget, deadline }: TaskEdit): boolean {
  const { budget: before } = draft.task;
  if (budget !== undefined) draft.set({ budget });
  if (deadline === null) draft.set({ deadline });
  else if (deadline !== undefined)
    draft.set({ deadline: draft.now.running + parseDuration(deadline, "deadline") });
  if (budget) grantNewKinds(draft, before);
  const { status, from, error = "" } = draft.task;
  const hasEnded = phaseOf(draft.task) === "final";
  // Who has the reply already is to do it again.
  if (hasEnded && (from !== "human" || status !== "failed")) return false;
  const hasTime = deadline !== undefined && hasEnded && error === OUT_OF_TIME;
  return (budget !== undefined && hasEnoughNow(draft)) || hasTime;
}

/** Whether a subtask may be sent that was refused for its budget. */
export function canBeSentNow(draft: Draft, id: string): boolean {
  if (!wasRefused(id, draft.subtask(id))) return false;
  return !("short" in grantFor(draft.task, asIfPending(draft, [id]), id));
}

function hasEnoughNow(draft: Draft): boolean {
  const { task, nodes } = draft;
  const refused = [...nodes].filter(([id, subtask]) => wasRefused(id, subtask)).map(([id]) => id);
  const planned = asIfPending(draft, refused);
  const sent = refused.filter((id) => !("short" in grantFor(task, planned, id)));
  for (const id of sent) resetSubtask(draft, id);
  if (sent.length > 0) return true;
  if (phaseOf(task) !== "final") return false;
  if (lackedSynthesis(task)) return exhausted(task, nodes) === undefined;
  return task.error?.endsWith(NOT_EVEN_ONE_TASK) === true && (task.budget?.tasks ?? 1) >= 1;
}

/** The subtasks as they are when those are to be sent, and what was given up with them. */
function asIfPending({ task, nodes }: Draft, ids: readonly string[]): Map<string, Subtask> {
  const hasEnded = phaseOf(task) === "final";
  const planned = new Map(nodes);
  for (const [id, subtask] of nodes) {
    const givenUp = subtask.status === "cancelled" || subtask.status === "skipped";
    if (ids.includes(id) || (hasEnded && givenUp)) planned.set(id, { ...subtask, status: "pending" });
  }
  return planned;
}

/** A limit where there was none bounds what is under way as well: each attempt gets its share of the rest. */
function grantNewKinds(draft: Draft, before: Amounts | undefined): void {
  for (const kind of AMOUNT_KINDS) {
    if (draft.task.budget?.[kind] === undefined || before?.[kind] !== undefined) continue;
    const counts = ({ agent }: Subtask) => kind !== "tasks" || agent !== "self";
    const nodes = [...draft.nodes].filter(([, subtask]) => counts(subtask));
    const open = nodes.filter(
      ([, { status, granted }]) => status === "dispatched" && granted?.[kind] === undefined,
    );
    const unsent = nodes.filter(([, { status }]) => status === "pending").length;
    const rest = remaining(draft.task, draft.nodes)?.[kind] ?? 0;
    const share = rest / (open.length + unsent + (kind === "tasks" ? 0 : 1));
    // Somebody works on it: that is one task, whatever is left.
    const value = kind === "tasks" ? Math.max(1, Math.floor(share)) : round(share);
    for (const [id, { granted }] of open) draft.setSubtask(id, { granted: { ...granted, [kind]: value } });
  }
}
