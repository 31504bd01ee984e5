import { remaining } from "../../loop/budget.ts";
import { isFinal } from "../../loop/phase.ts";
import type { Amounts } from "../../protocol/amounts.ts";
import type { Policy, Task } from "../../protocol/task.ts";
import { taskPath } from "../../store/layout.ts";
import { countMessages } from "../answer.ts";
import type { RootView } from "../root-view.ts";
import { type Standing, standingOfTask } from "../standing.ts";
import { type TreeNode, taskTree } from "../task-tree.ts";
import { type NextStep, nextSteps } from "./actions.ts";
import { type AgentWork, agentsAtWork, usedInAll } from "./agents-work.ts";
import { type AnswerPart, type ReportAnswer, readParts, reportAnswer } from "./answer-parts.ts";
import { type Decision, decisionsOf } from "./decisions.ts";
import { type CheckedFile, checkedFiles } from "./files.ts";
import { findArchived, readDecisive } from "./job-letters.ts";
import { type JobTask, tasksOfJob } from "./job-tasks.ts";
import { type TimeStep, timeSteps } from "./time-steps.ts";
import { readTroubles, type Trouble } from "./troubles.ts";

/** Everything that the files tell of one job, or of one part of it, finished or not. Times are ISO 8601 UTC, paths absolute. */
export interface Report {
  agent: string;
  task_id: string;
  title: string;
  status: Task["status"];
  standing: Standing;
  /** Whether more can still come. */
  so_far: boolean;
  made_at: string;
  begun_at: string;
  finished_at?: string;
  /** Milliseconds, until now where it is not finished. */
  duration: number;
  /** Messages of the whole job. */
  messages: number;
  asked: {
    by: string;
    instructions: string;
    context: string;
    expected_output: string;
    policy: Policy;
    files: CheckedFile[];
    /** The message as it came; absent where it is not in the archive any more. */
    message?: string;
  };
  tree: TreeNode;
  agents: AgentWork[];
  /** What took so long, from the beginning to the end. */
  time: TimeStep[];
  /** What people decided, and how agents split the work, by time. */
  decisions: Decision[];
  cost: { used: Amounts; granted?: Amounts; left?: Amounts };
  troubles: Trouble[];
  answer: ReportAnswer;
  /** What the answer was made of: the results of the subtasks, in the order of the plan. */
  evidence: AnswerPart[];
  /** What a person can do now. */
  next: NextStep[];
  look_at: { task: string; archive: string; answer?: string };
}

/** @param now milliseconds since 1970 */
export function readReport(view: RootView, agent: string, task: Task, now: number): Report {
  const paths = view.paths(agent);
  const tasks = tasksOfJob(view, agent, task);
  const letters = readDecisive(view, task);
  const decisions = decisionsOf(letters, tasks);
  const troubles = readTroubles(view, tasks, task, decisions);
  const { answer, file } = reportAnswer(view, agent, task);
  const evidence = readParts(view, agent, task);
  const begun = task.created_at;
  const message = findArchived(view, agent, task);
  const left = remaining(task, task.subtasks);
  return {
    agent,
    task_id: task.task_id,
    title: task.title,
    status: task.status,
    standing: standingOfTask(view, agent, task),
    so_far: !isFinal(task),
    made_at: new Date(now).toISOString(),
    begun_at: begun,
    ...(task.finished_at === undefined ? {} : { finished_at: task.finished_at }),
    duration: durationOf(task, now),
    messages: countMessages(view, task.trace.root),
    asked: {
      by: task.from,
      instructions: task.text.instructions,
      context: task.text.context,
      expected_output: task.text.expected_output,
      policy: task.policy,
      files: checkedFiles(view, agent, task.attachments),
      ...(message === undefined ? {} : { message }),
    },
    tree: taskTree(view, agent, task),
    agents: agentsAtWork(tasks),
    time: timeSteps(tasks, letters, now),
    decisions,
    cost: {
      used: usedInAll(tasks),
      ...(task.budget === undefined ? {} : { granted: task.budget }),
      ...(left === undefined ? {} : { left }),
    },
    troubles,
    answer,
    evidence,
    next: nextSteps(tasks, task, troubles, [...answer.files, ...evidence.flatMap(({ files }) => files)]),
    look_at: {
      task: paths === undefined ? "" : taskPath(paths, task.task_id),
      archive: paths?.archive ?? "",
      ...(file === undefined ? {} : { answer: file }),
    },
  };
}

function durationOf({ created_at, finished_at }: Task, now: number): number {
  const end = finished_at === undefined ? now : Date.parse(finished_at);
  const duration = end - Date.parse(created_at);
  return Number.isFinite(duration) ? Math.max(0, duration) : 0;
}

export type { AgentWork, AnswerPart, CheckedFile, Decision, JobTask, NextStep, TimeStep, Trouble };
