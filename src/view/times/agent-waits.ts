import type { TaskHead } from "../../protocol/task-head.ts";

/** Milliseconds since 1970. */
export interface Interval {
  from: number;
  to: number;
}

/**
 * When a task waited for other agents: of each subtask that it gave away, from when the last attempt was sent until it ended.
 *
 * @param now where one has not ended yet
 */
export function agentWaits(task: TaskHead, now: number): Interval[] {
  const end = Date.parse(task.finished_at ?? "");
  return [...task.subtasks.values()].flatMap(({ agent, dispatched_at, finished_at }) => {
    if (agent === "self" || dispatched_at === undefined) return [];
    return intervalOf(dispatched_at, finished_at, Number.isNaN(end) ? now : end);
  });
}

/** @returns none where it cannot be read, or ends before it begins. @param otherwise its end where none is given */
export function intervalOf(from: string, to: string | undefined, otherwise: number): Interval[] {
  const start = Date.parse(from);
  const end = to === undefined ? otherwise : Date.parse(to);
  return end >= start ? [{ from: start, to: end }] : [];
}

/** Milliseconds that lie in at least one of them. */
export function covered(intervals: readonly Interval[]): number {
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    if (to <= until) continue;
    sum += to - Math.max(from, until);
    until = to;
  }
  return sum;
}
