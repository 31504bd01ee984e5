import { AMOUNT_KINDS, type Amounts } from "../protocol/amounts.ts";
import { formatDuration } from "../protocol/duration.ts";
import type { TaskEdit } from "../protocol/edit.ts";
import { formatEdit } from "../protocol/edit-body.ts";
import { ClawflowError } from "../protocol/errors.ts";
import type { ControlMessage } from "../protocol/message.ts";
import type { Subtask } from "../protocol/task.ts";
import { remaining } from "./budget.ts";
import type { Patch } from "./change.ts";
import type { Draft } from "./draft.ts";
import { earliest } from "./earliest.ts";
import { speaksVersion1 } from "./peers.ts";
import { timeoutOf } from "./timeout.ts";

/** What the agent that has a subtask may use of time and budget. */
interface Given {
  attempt: number;
  deadline: number | undefined;
  budget: Amounts;
}

/** The limits of every attempt that a peer has. */
export function givenLimits(draft: Draft): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const [id, subtask] of draft.nodes) {
    const { status, agent, attempt, due, granted, budget } = subtask;
    if (status !== "dispatched" || agent === "self" || speaksVersion1(draft.self, subtask)) continue;
    const deadline = earliest(draft.task.deadline, due);
    given.set(id, { attempt, deadline, budget: { ...granted, ...budget } });
  }
  return given;
}

/** Tells each peer whose limits are others than before; it tells those below where they meet it. Version 1 has no word for that. */
export function tellLimits(draft: Draft, before: ReadonlyMap<string, Given>): void {
  for (const [id, now] of givenLimits(draft)) {
    const was = before.get(id);
    if (was === undefined || was.attempt !== now.attempt || isSame(was, now)) continue;
    const edit: TaskEdit = { deadline: inDuration(draft, now.deadline) };
    if (Object.keys(now.budget).length > 0) edit.budget = now.budget;
    const { agent, attempt } = draft.subtask(id);
    const control: ControlMessage = {
      ...draft.envelope("control", agent, draft.task.task_id, id, attempt),
      type: "control",
      control: "edit",
      number: draft.task.number,
      body: { text: formatEdit(edit) },
    };
    draft.send(control);
  }
}

/**
 * Other limits of the attempt that is under way: its time ends earlier or later, its grant becomes larger. A smaller one is told to the
 * peer, and goes on counting in full here: what of it is spent already nobody has said.
 *
 * @throws E_BUDGET where the rest of the task's budget does not suffice
 */
export function changeAttempt(draft: Draft, id: string, limits: Patch<Subtask>): void {
  const before = timeoutOf(draft, id);
  draft.setSubtask(id, limits);
  const { due, granted = {}, budget, agent } = draft.subtask(id);
  if (due !== undefined) draft.setSubtask(id, { due: due + timeoutOf(draft, id) - before });
  const left = remaining(draft.task, draft.nodes) ?? {};
  const grant: Amounts = { ...granted };
  for (const kind of AMOUNT_KINDS) {
    const wanted = budget?.[kind];
    const had = granted[kind] ?? 0;
    if (wanted === undefined || (kind === "tasks" && agent === "self")) continue;
    const rest = left[kind];
    if (rest !== undefined && wanted - had > rest) throw tooMuch(id, kind, wanted, had + rest);
    if (wanted > had) grant[kind] = wanted;
  }
  if (Object.keys(grant).length > 0) draft.setSubtask(id, { granted: grant });
}

function tooMuch(id: string, kind: string, wanted: number, most: number): ClawflowError {
  return new ClawflowError("E_BUDGET", "the budget of the task does not suffice", {
    at: `subtasks.${id}.budget.${kind}`,
    expected: `at most ${most}`,
    found: `${wanted}`,
    hint: "Raise the budget of the task as well",
  });
}

function isSame(a: Given, b: Given): boolean {
  return a.deadline === b.deadline && AMOUNT_KINDS.every((kind) => a.budget[kind] === b.budget[kind]);
}

function inDuration({ now }: Draft, deadline: number | undefined): string | null {
  return deadline === undefined ? null : formatDuration(deadline - now.running);
}
