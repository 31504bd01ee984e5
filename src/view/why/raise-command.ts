import { remaining } from "../../loop/budget.ts";
import { isFinal } from "../../loop/phase.ts";
import { type Amounts, round } from "../../protocol/amounts.ts";
import type { Task } from "../../protocol/task.ts";
import type { RootView } from "../root-view.ts";
import { type Hold, targetName } from "./hold.ts";
import { whereReopened } from "./retry-command.ts";

/** What failed for a limit goes on with a larger one. `undefined`: the limit was none that can be raised, or nobody knows which. */
export function raiseCommand(view: RootView, task: Task, hold: Hold, error: string): string | undefined {
  if (hold.cause === "budget") return raiseBudget(view, task, hold.subtask, error);
  const isWhole = hold.subtask === undefined && /E_TIMEOUT: the time that was given for the task/.test(error);
  if (!isWhole || whereReopened(view, task).at !== task) return undefined;
  return `clawflow set ${task.task_id} deadline=1h`;
}

/**
 * A budget that suffices: at the task itself, or where that has answered its sender, at the sender's: in its figure for that subtask, or
 * its own.
 */
function raiseBudget(
  view: RootView,
  task: Task,
  subtask: string | undefined,
  error: string,
): string | undefined {
  const kind = KIND.exec(error)?.[1] as keyof Amounts | undefined;
  if (kind === undefined) return undefined;
  const { at, part } = whereReopened(view, task, subtask);
  const figure = part === undefined ? undefined : at.subtasks.get(part)?.budget?.[kind];
  const budget = at.budget?.[kind];
  if (at === task) {
    if (budget === undefined) return undefined;
    const left = remaining(at, at.subtasks)?.[kind] ?? 0;
    return `clawflow set ${at.task_id} budget.${kind}=${round(Math.max(2 * budget, budget - left + (figure ?? 0)))}`;
  }
  const raise =
    figure !== undefined
      ? `clawflow set ${targetName(at.task_id, part)} budget.${kind}=${2 * figure}`
      : `clawflow set ${at.task_id} budget.${kind}=${2 * (budget ?? 0)}`;
  if (figure === undefined && budget === undefined) return undefined;
  // What was refused at that level goes on by itself; what failed further down is to be done again.
  const refused = /^E_BUDGET\b/.test(at.subtasks.get(part ?? "")?.error ?? "");
  return refused || isFinal(at) ? raise : `${raise} && clawflow retry ${targetName(at.task_id, part)}`;
}

/** As refusals name it: `12 tokens left of the budget`, `no usd left`. */
const KIND = /(?:no|[\d.]+) (tasks|tokens|usd|seconds) left/;
