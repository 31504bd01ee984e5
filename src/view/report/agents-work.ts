import { type Amounts, addAmounts, round } from "../../protocol/amounts.ts";
import type { JobTask } from "./job-tasks.ts";

/** What one agent did for a job. */
export interface AgentWork {
  agent: string;
  /** How many of its tasks have each status; of an agent elsewhere, of the subtasks that it was given. */
  tasks: Record<string, number>;
  /** Questions that its brain answered. */
  calls: number;
  /** Milliseconds that its brain took for them. */
  thinking: number;
  /** Tokens and money, where its brain says so. */
  used: Amounts;
}

/** In the order in which they began. */
export function agentsAtWork(tasks: readonly JobTask[]): AgentWork[] {
  const work = new Map<string, AgentWork>();
  const workOf = (agent: string): AgentWork => {
    const known = work.get(agent) ?? { agent, tasks: {}, calls: 0, thinking: 0, used: {} };
    work.set(agent, known);
    return known;
  };
  for (const { agent, task, calls } of tasks) {
    const one = workOf(agent);
    one.tasks[task.status] = (one.tasks[task.status] ?? 0) + 1;
    one.calls += calls.length;
    one.thinking += calls.reduce((sum, { duration }) => sum + duration, 0);
    const { tokens, usd } = task.used;
    one.used = addAmounts(one.used, {
      ...(tokens === undefined ? {} : { tokens }),
      ...(usd === undefined ? {} : { usd }),
    });
  }
  for (const { agent, status, used } of unseenSubtasks(tasks)) {
    const one = workOf(agent);
    one.tasks[status] = (one.tasks[status] ?? 0) + 1;
    const { tokens, usd } = used ?? {};
    one.used = addAmounts(one.used, {
      ...(tokens === undefined ? {} : { tokens }),
      ...(usd === undefined ? {} : { usd }),
    });
  }
  for (const one of work.values()) one.thinking = Math.round(one.thinking);
  return [...work.values()];
}

/** What the job has used until now: each task its own, and of subtasks whose task is not here what their replies said. */
export function usedInAll(tasks: readonly JobTask[]): Amounts {
  let used: Amounts = { tasks: tasks.length };
  for (const { task } of tasks) {
    const { tasks: _, ...own } = task.used;
    used = addAmounts(used, own);
  }
  for (const subtask of unseenSubtasks(tasks)) used = addAmounts(used, subtask.used);
  return { ...used, ...(used.seconds === undefined ? {} : { seconds: round(used.seconds) }) };
}

/** Subtasks that went to agents whose workspaces are not here, or whose tasks were removed since. */
function* unseenSubtasks(tasks: readonly JobTask[]) {
  const seen = new Set(
    tasks.map(({ agent, task: { reply_to, from } }) =>
      [from, reply_to.task_id, reply_to.subtask_id, agent].join("/"),
    ),
  );
  for (const { agent: sender, task } of tasks) {
    for (const [id, subtask] of task.subtasks) {
      if (subtask.agent === "self" || subtask.attempt < 1) continue;
      if (!seen.has([sender, task.task_id, id, subtask.agent].join("/"))) yield subtask;
    }
  }
}
