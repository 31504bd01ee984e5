import { remaining, usedAmounts } from "../loop/budget.ts";
import type { Amounts } from "../protocol/amounts.ts";
import type { Subtask, Task } from "../protocol/task.ts";
import { childTask } from "./child-task.ts";
import { faultOf } from "./fault-of.ts";
import type { RootView } from "./root-view.ts";
import { timeLeft } from "./running-time.ts";
import { type Standing, standingOfSubtask } from "./standing.ts";
import { type TaskLine, taskLine } from "./status.ts";
import { given } from "./why/hold.ts";

/** What was granted to a task, is gone, and is left; times are milliseconds, and about right. */
interface Means {
  /** With all below; a grant that is under way counts in full. */
  spent: Amounts;
  left?: Amounts;
  time_left?: number;
}

export interface SubtaskStatus extends Partial<Means> {
  subtask: string;
  agent: string;
  status: Subtask["status"];
  standing: Standing;
  attempt: number;
  depends_on: string[];
  granted?: Amounts;
  used?: Amounts;
  summary?: string;
  error?: string;
}

export interface TaskStatus extends Omit<TaskLine, "subtasks">, Means {
  /** By itself. */
  used: Amounts;
  budget?: Amounts;
  subtasks: SubtaskStatus[];
}

/** One task, where each of its subtasks stands, and what all of them may still use. @param only one subtask alone */
export function taskStatus(
  view: RootView,
  agent: string,
  task: Task,
  now: number,
  only?: string,
): TaskStatus {
  const subtasks = [...task.subtasks]
    .filter(([id]) => only === undefined || id === only)
    .map(([id, subtask]) => subtaskStatus(view, agent, task, id, subtask, now));
  return {
    ...taskLine(view, agent, task),
    subtasks,
    used: task.used,
    ...given("budget", task.budget),
    ...meansOf(view, agent, task, now),
  };
}

function subtaskStatus(
  view: RootView,
  agent: string,
  task: Task,
  id: string,
  subtask: Subtask,
  now: number,
): SubtaskStatus {
  const child = childTask(view, agent, task.task_id, id, subtask);
  const isOpen = subtask.status === "dispatched";
  return {
    subtask: id,
    agent: subtask.agent,
    status: subtask.status,
    standing: standingOfSubtask(view, agent, task, id, subtask),
    attempt: subtask.attempt,
    depends_on: subtask.depends_on,
    ...given("granted", subtask.granted),
    ...given("used", subtask.used),
    ...(isOpen && child !== undefined ? meansOf(view, subtask.agent, child, now) : {}),
    // The sender's count decides.
    ...given("time_left", isOpen ? timeLeft(view, agent, subtask.due, now) : undefined),
    ...given("summary", subtask.result_summary),
    ...given("error", faultOf(subtask)),
  };
}

function meansOf(view: RootView, agent: string, task: Task, now: number): Means {
  return {
    spent: usedAmounts(task, task.subtasks),
    ...given("left", remaining(task, task.subtasks)),
    ...given("time_left", timeLeft(view, agent, task.deadline, now)),
  };
}
