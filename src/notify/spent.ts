import { AMOUNT_KINDS, type Amounts, addAmounts } from "../protocol/amounts.ts";
import type { Task } from "../protocol/task.ts";
import { childTask } from "../view/child-task.ts";
import type { RootView } from "../view/root-view.ts";

/** Deeper than any limit allows. */
const DEEPEST = 110;

/**
 * What a task and all below have used by now. Other than in `clawflow status`, where a grant that is under way counts in full, it counts
 * here with what is known to be used of it: a budget that is only handed on is not used.
 */
export function spentByNow(view: RootView, agent: string, task: Readonly<Task>, depth = 0): Amounts {
  let sum = addAmounts({ tasks: 1 }, task.used);
  for (const [id, subtask] of task.subtasks) {
    if (subtask.used !== undefined) sum = addAmounts(sum, subtask.used);
    if (subtask.granted === undefined) continue;
    const child =
      subtask.status === "dispatched" && depth < DEEPEST
        ? childTask(view, agent, task.task_id, id, subtask)
        : undefined;
    if (child !== undefined) sum = addAmounts(sum, spentByNow(view, subtask.agent, child, depth + 1));
    // An attempt that ended without a word has used what it was given.
    else if (subtask.status !== "dispatched") sum = addAmounts(sum, subtask.granted);
  }
  return sum;
}

/** Of each amount that a budget bounds, how much of 100 is used, rounded down. */
export function sharesUsed(
  budget: Amounts,
  spent: Amounts,
): { kind: (typeof AMOUNT_KINDS)[number]; share: number; used: number; of: number }[] {
  return AMOUNT_KINDS.flatMap((kind) => {
    const of = budget[kind];
    const used = spent[kind] ?? 0;
    // A task is one of its own budget: that alone says nothing.
    if (of === undefined || of <= 0 || (kind === "tasks" && used <= 1)) return [];
    return [{ kind, share: Math.floor((used / of) * 100 + 1e-9), used, of }];
  });
}
