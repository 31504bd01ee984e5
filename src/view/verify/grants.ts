import { MAX_VISITS, visits } from "../../loop/peers.ts";
import { AMOUNT_KINDS, type Amounts, addAmounts } from "../../protocol/amounts.ts";
import type { TaskMessage } from "../../protocol/message.ts";
import type { Task } from "../../protocol/task.ts";
import { editsOf } from "./edits-taken.ts";
import type { AgentEvidence, Evidence } from "./evidence.ts";
import type { Report } from "./finding.ts";

/** A sum of shares may be off by their rounding. */
const TOLERANCE = 1e-3;
/** Of the settings; nothing is ever deeper. */
const DEEPEST = 100;

/** Grants of subtasks and own use never exceed what was granted; depth and path never their limits. */
export function checkGrants({ agents }: Evidence, report: Report, limits: { depth?: number } = {}): void {
  for (const agent of agents.values()) {
    for (const { task } of agent.tasks.values()) {
      report.saw("grants");
      const faults = [
        ...(hasNewBudget(agent, task) ? [] : grantFaults(task)),
        ...pathFaults(agent, task, limits.depth ?? DEEPEST),
      ];
      for (const text of faults)
        report.found({ check: "grants", agent: agent.agent, task_id: task.task_id, text });
    }
    for (const { message, file } of agent.letters) {
      if (message?.type !== "task" || message.from !== agent.agent) continue;
      report.saw("grants");
      const text = traceFault(agent, message);
      if (text !== undefined)
        report.found({ check: "grants", agent: agent.agent, file, task_id: message.task_id, text });
    }
  }
}

/**
 * What is granted now may not exceed the budget, and neither may tasks, which the runtime counts itself. Of tokens and money a brain says only
 * afterwards how much it was, which may be more than it had.
 */
function* grantFaults(task: Task): Generator<string> {
  if (task.budget === undefined || isRefused(task)) return;
  let granted: Amounts = {};
  let used: Amounts = { tasks: 1 };
  for (const subtask of task.subtasks.values()) {
    granted = addAmounts(granted, subtask.granted);
    used = addAmounts(used, subtask.used);
  }
  for (const kind of AMOUNT_KINDS) {
    const budget = task.budget[kind];
    if (budget === undefined) continue;
    const sum = (granted[kind] ?? 0) + (kind === "tasks" ? (used.tasks ?? 0) : 0);
    if (sum > budget + TOLERANCE)
      yield `${sum} ${kind} are granted to subtasks or used, the budget is ${budget}`;
  }
}

/** It stands here with the budget for which it was refused, and was never begun. */
function isRefused({ status, calls, error = "" }: Task): boolean {
  return status === "failed" && calls === 0 && error.startsWith("E_BUDGET: ");
}

/** One that was lowered may be less than what was granted before. */
function hasNewBudget(agent: AgentEvidence, task: Task): boolean {
  return task.budget !== undefined && editsOf(agent, task).some(({ budget }) => budget !== undefined);
}

function* pathFaults({ agent }: AgentEvidence, task: Task, depth: number): Generator<string> {
  // A refused task stands here with the trace for which it was refused.
  if (/^E_(DEPTH|PATH)\b/.test(task.error ?? "")) return;
  const { trace } = task;
  if (trace.depth > depth) yield `it is at level ${trace.depth}, the limit is ${depth}`;
  if (trace.path.at(-1) !== agent) yield `its path ends at ${trace.path.at(-1)}, not here`;
  const often = trace.path.find((id) => visits(trace.path, id) > MAX_VISITS);
  if (often !== undefined) yield `${often} stands more than ${MAX_VISITS} times on its path`;
}

/** A TASK goes one level below the task that it is a part of, along its path. */
function traceFault({ tasks }: AgentEvidence, { trace, task_id, to }: TaskMessage): string | undefined {
  const parent = tasks.get(task_id)?.task;
  if (parent === undefined || trace === undefined) return undefined;
  if (trace.depth !== parent.trace.depth + 1)
    return `it is at level ${trace.depth}, its task at ${parent.trace.depth}`;
  const path = [...parent.trace.path, to];
  return path.join(" ") === trace.path.join(" ")
    ? undefined
    : `its path is ${trace.path.join(" → ")}, not ${path.join(" → ")}`;
}
