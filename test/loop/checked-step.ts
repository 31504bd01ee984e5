import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { usedAmounts } from "../../src/loop/budget.ts";
import { applyChange } from "../../src/loop/change.ts";
import { Draft } from "../../src/loop/draft.ts";
import { emptyPlan } from "../../src/loop/empty-plan.ts";
import { isFinal, phaseOf } from "../../src/loop/phase.ts";
import { step } from "../../src/loop/step.ts";
import { TABLE } from "../../src/loop/table.ts";
import { nextTimer } from "../../src/loop/timers.ts";
import type { LoopEvent, Now, Plan, Self } from "../../src/loop/types.ts";
import type { Task } from "../../src/protocol/task.ts";

/**
 * One step, and the task after it as the files would give it back. On the way it is checked that the step is pure and gives the same
 * plan twice, that the change alone (as JSON, as the journal holds it) makes the task that the step saw at its end, and what must hold
 * of every task after every step.
 */
export function checkedStep(
  self: Self,
  task: Task | undefined,
  event: LoopEvent,
  now: Now,
): { plan: Plan; task: Task | undefined } {
  deepFreeze(task);
  deepFreeze(event);
  deepFreeze(self);
  const plan = step(self, task, event, now);
  if (plan.refused !== undefined) expect(plan).toEqual({ ...emptyPlan(), refused: plan.refused });
  const after = taskAfter(task, plan);
  const { view, plan: again } = stepByHand(self, task, event, now);
  if (!isDeepStrictEqual(again, plan)) expect(again).toEqual(plan);
  if (view !== undefined && after !== undefined) expectSameTask(after, view);
  if (after !== undefined) checkTask(self, task, after, event);
  return { plan, task: after };
}

function taskAfter(task: Task | undefined, plan: Plan): Task | undefined {
  if (plan.create !== undefined) return structuredClone(plan.create);
  if (task === undefined) return undefined;
  const after = structuredClone(task);
  if (plan.change !== undefined) {
    expect(plan.change.rev).toBe(task.rev + 1);
    applyChange(after, JSON.parse(JSON.stringify(plan.change)));
  }
  return after;
}

function stepByHand(
  self: Self,
  task: Task | undefined,
  event: LoopEvent,
  now: Now,
): { view: Task | undefined; plan: Plan } {
  const draft = new Draft(self, task, now);
  const handle = TABLE[phaseOf(task)][event.type] as (draft: Draft, event: LoopEvent) => void;
  handle(draft, event);
  const plan = draft.plan();
  if (task === undefined && plan.create === undefined) return { view: undefined, plan };
  return { view: { ...draft.task, subtasks: new Map(draft.nodes) }, plan };
}

function expectSameTask(after: Task, view: Task): void {
  const flat = (task: Task) => ({ ...task, rev: 0, subtasks: [...task.subtasks] });
  const expected = JSON.parse(JSON.stringify(flat(view)));
  if (!isDeepStrictEqual(flat(after), expected)) expect(flat(after)).toEqual(expected);
}

/** Of every task, whatever happened. */
function checkTask(self: Self, before: Task | undefined, after: Task, event: LoopEvent): void {
  // A final status never changes, except by a person; what a dispatch was refused for may be widened by whoever gave the work.
  const isRetry =
    event.type === "edit" ||
    (event.type === "control" && ["retry", "reject", "edit"].includes(event.message.control));
  if (before !== undefined && isFinal(before) && !isRetry) expect(after.status).toBe(before.status);
  // A script may call another thing at the place where it called this.
  const isAnother = event.type === "calls";
  for (const [id, { status }] of before?.subtasks ?? [])
    if (!isRetry && !isAnother && /done|failed|cancelled|skipped/.test(status))
      expect(after.subtasks.get(id)?.status, id).toBe(status);
  checkAttempts(before, after);
  // Grants and own use never exceed the grant, of what can be counted beforehand; one may have been lowered since.
  const tasksOf = (task: Task) => 1 + (usedAmounts(task, task.subtasks).tasks ?? 0);
  if (after.budget?.tasks !== undefined && !isRetry)
    expect(tasksOf(after)).toBeLessThanOrEqual(
      Math.max(1, after.budget.tasks, before === undefined ? 0 : tasksOf(before)),
    );
  if (isFinal(after)) {
    expect(after.asking).toBeUndefined();
    expect(after.waiting).toBeUndefined();
    expect(after.reply).toBeDefined();
    for (const { status, asking, waiting, paused } of after.subtasks.values()) {
      expect(status).not.toMatch(/pending|dispatched/);
      expect({ asking, waiting, paused }).toEqual({});
    }
  } else expect(waitsOf(self, after), `${after.task_id} (${after.status}) waits for nothing`).not.toEqual([]);
  for (const [id, subtask] of after.subtasks) {
    if (subtask.status !== "dispatched") continue;
    for (const dependency of subtask.depends_on)
      expect(after.subtasks.get(dependency)?.status, `${id} went before ${dependency}`).toBe("done");
  }
}

/** Attempts only grow, also of an id that is removed and comes again. */
function checkAttempts(before: Task | undefined, after: Task): void {
  const last = ({ subtasks, removed }: Task, id: string) => subtasks.get(id)?.attempt ?? removed?.[id] ?? 0;
  const ids = new Set([...(before?.subtasks.keys() ?? []), ...after.subtasks.keys()]);
  if (before === undefined) return;
  for (const id of ids) expect(last(after, id), `attempts of ${id}`).toBeGreaterThanOrEqual(last(before, id));
}

/** What a task that is not final waits for. */
function waitsOf(self: Self, task: Task): string[] {
  const waits: string[] = [];
  if (task.paused === true || task.waiting !== undefined) waits.push("person");
  if (task.asking !== undefined) waits.push("question");
  if (task.body_hash === "") waits.push("its TASK");
  for (const { status, asking, due, paused } of task.subtasks.values()) {
    if (status === "dispatched" && (asking !== undefined || due !== undefined)) waits.push("subtask");
    if (status === "pending" && paused === true) waits.push("person");
  }
  if (nextTimer(self, task) !== undefined) waits.push("timer");
  return waits;
}

export function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  if (value instanceof Map) for (const item of value.values()) deepFreeze(item);
  else for (const item of Object.values(value)) deepFreeze(item);
}
