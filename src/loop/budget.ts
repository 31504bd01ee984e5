import { AMOUNT_KINDS, type Amounts, addAmounts, round } from "../protocol/amounts.ts";
import type { Subtask, Task } from "../protocol/task.ts";

type Nodes = ReadonlyMap<string, Subtask>;

/**
 * What the task has used, itself and through its subtasks. A grant counts in full until a reply says what was used, and for ever
 * for an attempt that never reported.
 */
export function usedAmounts(task: Pick<Task, "used">, nodes: Nodes): Amounts {
  let sum = task.used;
  for (const subtask of nodes.values()) {
    if (subtask.used !== undefined) sum = addAmounts(sum, subtask.used);
    if (subtask.granted !== undefined) sum = addAmounts(sum, subtask.granted);
  }
  return sum;
}

/** What is left of the task's budget; `undefined` where it has none. Never below 0. */
export function remaining(task: Pick<Task, "used" | "budget">, nodes: Nodes): Amounts | undefined {
  if (task.budget === undefined) return undefined;
  const used = usedAmounts(task, nodes);
  const left: Amounts = {};
  for (const kind of AMOUNT_KINDS) {
    const granted = task.budget[kind];
    if (granted !== undefined) left[kind] = Math.max(0, round(granted - ownShare(kind) - (used[kind] ?? 0)));
  }
  return left;
}

/** A task counts as one of its own grant of tasks. */
function ownShare(kind: (typeof AMOUNT_KINDS)[number]): number {
  return kind === "tasks" ? 1 : 0;
}

/**
 * The grant of one subtask: its own figure, else an equal share of the rest among those not yet sent, one share of tokens, money
 * and time being kept for the synthesis.
 *
 * @returns the grant (`undefined`: no limit), or the kind that does not suffice.
 */
export function grantFor(
  task: Pick<Task, "used" | "budget" | "script" | "policy">,
  nodes: Nodes,
  id: string,
): { grant: Amounts | undefined } | { short: (typeof AMOUNT_KINDS)[number]; left: number } {
  const wanted = nodes.get(id)?.budget;
  const left = remaining(task, nodes);
  if (left === undefined) return { grant: wanted };
  const counted = countUnsent(nodes);
  // Nobody knows how many calls a script still makes: each leaves enough for as many others as may be under way.
  const least = task.script === undefined ? 1 : task.policy.concurrency;
  const unsent = Math.max(least, counted.unsent);
  const tasks = Math.max(least, counted.tasks);
  const grant: Amounts = { ...wanted };
  for (const kind of AMOUNT_KINDS) {
    const rest = left[kind];
    // A subtask of one's own is no task of anybody's.
    if (rest === undefined || (kind === "tasks" && nodes.get(id)?.agent === "self")) continue;
    const share = kind === "tasks" ? Math.floor(rest / tasks) : shareOf(kind, rest, unsent + 1);
    const value = round(wanted?.[kind] ?? (kind === "tasks" ? Math.max(share, Math.min(1, rest)) : share));
    if (value > rest || value <= 0) return { short: kind, left: rest };
    grant[kind] = value;
  }
  return { grant };
}

/** Tokens come whole, as long as everybody gets one. */
function shareOf(kind: (typeof AMOUNT_KINDS)[number], rest: number, parts: number): number {
  return kind === "tokens" && rest >= parts ? Math.floor(rest / parts) : rest / parts;
}

/** Whether the task itself has overdrawn: then it may ask its brain nothing more. */
export function exhausted(
  task: Pick<Task, "used" | "budget">,
  nodes: Nodes,
): (typeof AMOUNT_KINDS)[number] | undefined {
  const left = remaining(task, nodes);
  if (left === undefined) return undefined;
  return AMOUNT_KINDS.find((kind) => kind !== "tasks" && left[kind] === 0 && (task.budget?.[kind] ?? 0) > 0);
}

/** Subtasks not yet sent, and how many of them become tasks of others. At least 1 each. */
function countUnsent(nodes: Nodes): { unsent: number; tasks: number } {
  let unsent = 0;
  let tasks = 0;
  for (const { status, agent } of nodes.values()) {
    if (status !== "pending") continue;
    unsent++;
    if (agent !== "self") tasks++;
  }
  return { unsent: Math.max(1, unsent), tasks: Math.max(1, tasks) };
}
