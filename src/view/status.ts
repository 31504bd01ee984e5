import { isFinal } from "../loop/phase.ts";
import type { Task } from "../protocol/task.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { editProblems, hostProblems, inboxCount, mailProblems, turnProblems } from "./problems.ts";
import { listTasks, readTaskFolder } from "./read-task.ts";
import type { RootView } from "./root-view.ts";
import { type Standing, standingOfTask } from "./standing.ts";
import { given } from "./why/hold.ts";
import { why } from "./why/why.ts";

/** A task in a list. */
export interface TaskLine {
  agent: string;
  task_id: string;
  title: string;
  from: string;
  status: Task["status"];
  standing: Standing;
  depth: number;
  /** How many of its subtasks have each status. */
  subtasks: Record<string, number>;
  created_at: string;
  finished_at?: string;
  error?: string;
}

/**
 * Something that a person should look at.
 *
 * - `approval`, `answer`, `person`: a person is to decide, to answer, to do the work; `paused`: to let it go on.
 * - `edit`: an edit of task.md was not taken, or not wholly.
 * - `dead`, `undelivered`: a message that could not be handled, or is not accepted.
 * - `failed`: a job; `unreadable`: a task.md.
 * - `stopped`: nobody runs an agent that has work.
 */
export interface Problem {
  kind: (typeof PROBLEMS)[number];
  agent: string;
  task_id?: string;
  subtask?: string;
  /** The file that it is about, relative to the workspace. */
  file?: string;
  text: string;
  since?: string;
  /** What would move it. */
  command?: string;
}

/** In the order in which they are told. */
export const PROBLEMS = [
  "approval",
  "answer",
  "person",
  "edit",
  "dead",
  "undelivered",
  "failed",
  "unreadable",
  "paused",
  "stopped",
] as const;

export interface Status {
  problems: Problem[];
  /** Work that lies in an inbox and was not begun. */
  waiting: { agent: string; messages: number }[];
  running: TaskLine[];
  /** Jobs that were finished lately, the last first. */
  finished: TaskLine[];
}

export interface StatusOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** A message that is not accepted for so long is a problem. Milliseconds. */
  pendingAfter: number;
  /** Jobs that ended within this time are listed, and their failures are problems. Milliseconds. */
  lately: number;
  /** This agent alone. Default: all. */
  only?: string;
}

/** What goes on in the workspaces of a root, from their files alone: open tasks, mailboxes, and what changed lately. Finished work costs a look at its date. */
export function readStatus(view: RootView, options: StatusOptions): Status {
  const status: Status = { problems: [], waiting: [], running: [], finished: [] };
  for (const agent of view.agents.keys()) {
    if (options.only !== undefined && agent !== options.only) continue;
    const paths = view.paths(agent);
    if (paths === undefined || view.disk.stat(paths.mailbox) === undefined) continue;
    const messages = inboxCount(view, agent);
    if (messages > 0) status.waiting.push({ agent, messages });
    status.problems.push(...mailProblems(view, agent, options));
    for (const folder of tasksOfInterest(view, agent, options))
      addTask(status, view, agent, paths, folder, options);
    status.problems.push(...hostProblems(view, agent));
  }
  const order = new Map(PROBLEMS.map((kind, index) => [kind, index]));
  status.problems.sort(
    (a, b) => (order.get(a.kind) ?? 0) - (order.get(b.kind) ?? 0) || compare(a.since ?? "", b.since ?? ""),
  );
  status.running.sort((a, b) => a.depth - b.depth || compare(a.created_at, b.created_at));
  status.finished.sort((a, b) => compare(b.finished_at ?? "", a.finished_at ?? ""));
  return status;
}

export function taskLine(view: RootView, agent: string, task: Task): TaskLine {
  const subtasks: Record<string, number> = {};
  for (const { status } of task.subtasks.values()) subtasks[status] = (subtasks[status] ?? 0) + 1;
  return {
    agent,
    task_id: task.task_id,
    title: task.title,
    from: task.from,
    status: task.status,
    standing: standingOfTask(view, agent, task),
    depth: task.trace.depth,
    subtasks,
    created_at: task.created_at,
    ...(task.finished_at === undefined ? {} : { finished_at: task.finished_at }),
    ...(task.error === undefined ? {} : { error: task.error }),
  };
}

function tasksOfInterest(view: RootView, agent: string, { now, lately }: StatusOptions): Set<string> {
  const folders = new Set(view.open(agent));
  const paths = view.paths(agent);
  for (const { folder, changed } of paths === undefined ? [] : listTasks(view.disk, paths))
    if (now - changed <= lately) folders.add(folder);
  return folders;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function addTask(
  status: Status,
  view: RootView,
  agent: string,
  paths: WorkspacePaths,
  folder: string,
  { now, lately }: StatusOptions,
): void {
  const found = readTaskFolder(view.disk, paths, folder, view.open(agent).has(folder));
  if (found === undefined) return;
  if (found.problem !== undefined) {
    status.problems.push({ kind: "unreadable", agent, file: `tasks/${folder}/task.md`, text: found.problem });
  }
  if (!("task" in found)) return;
  const { task } = found;
  const line = taskLine(view, agent, task);
  const ended = Date.parse(task.finished_at ?? "");
  if (!isFinal(task) || now - ended <= lately)
    status.problems.push(...editProblems(view, agent, task, folder));
  if (!isFinal(task)) {
    status.running.push(line);
    status.problems.push(...turnProblems(view, agent, task, now));
    return;
  }
  const isJob = task.trace.depth === 0;
  if (!isJob || now - ended > lately) return;
  status.finished.push(line);
  if (task.status !== "failed") return;
  const { hold } = why(view, agent, task, now);
  status.problems.push({
    kind: "failed",
    agent,
    task_id: task.task_id,
    text: task.error ?? "",
    ...given("since", task.finished_at),
    ...given("command", hold.command),
  });
}
