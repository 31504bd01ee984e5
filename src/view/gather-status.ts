import { isFinal } from "../loop/phase.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { listTasks } from "./list-tasks.ts";
import type { RootView } from "./make-root-view.ts";
import { hostProblems, inboxCount, turnProblems } from "./problems.ts";
import { standingOfTask } from "./standing.ts";
import { PROBLEMS, type Problem, type Status, type StatusOptions, type TaskLine } from "./status-types.ts";
import { given } from "./why/hold.ts";

/** What is done in two ways: quickly, and with the codecs loaded (`quick-status.ts`, `status.ts`). */
export interface StatusParts {
  task(
    paths: WorkspacePaths,
    folder: string,
    isOpen: boolean,
  ): { task: TaskHead; problem?: string } | { problem: string } | undefined;
  mailProblems(agent: string): Problem[];
  editProblems(agent: string, task: TaskHead, folder: string): Problem[];
  /** What would move a job that failed. */
  remedy(agent: string, task: TaskHead): string | undefined;
}

/** What goes on in the workspaces of a root, from their files alone: open tasks, mailboxes, and what changed lately. Finished work costs a look at its date. */
export function gatherStatus(view: RootView<TaskHead>, options: StatusOptions, parts: StatusParts): Status {
  const status: Status = { problems: [], waiting: [], running: [], finished: [] };
  for (const agent of view.agents.keys()) {
    if (options.only !== undefined && agent !== options.only) continue;
    const paths = view.paths(agent);
    if (paths === undefined || view.disk.stat(paths.mailbox) === undefined) continue;
    const messages = inboxCount(view, agent);
    if (messages > 0) status.waiting.push({ agent, messages });
    status.problems.push(...parts.mailProblems(agent));
    let hasOpen = false;
    for (const folder of tasksOfInterest(view, agent, options)) {
      const task = addTask(status, { view, agent, paths, folder, options, parts });
      if (task !== undefined && !isFinal(task) && view.open(agent).has(folder)) hasOpen = true;
    }
    status.problems.push(...hostProblems(view, agent, hasOpen));
  }
  const order = new Map(PROBLEMS.map((kind, index) => [kind, index]));
  status.problems.sort(
    (a, b) => (order.get(a.kind) ?? 0) - (order.get(b.kind) ?? 0) || compare(a.since ?? "", b.since ?? ""),
  );
  status.running.sort((a, b) => a.depth - b.depth || compare(a.created_at, b.created_at));
  status.finished.sort((a, b) => compare(b.finished_at ?? "", a.finished_at ?? ""));
  return status;
}

export function taskLine(view: RootView<TaskHead>, agent: string, task: TaskHead): TaskLine {
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

function tasksOfInterest(
  view: RootView<TaskHead>,
  agent: string,
  { now, lately, also }: StatusOptions,
): Set<string> {
  const folders = new Set([...view.open(agent), ...(also?.(agent) ?? [])]);
  const paths = view.paths(agent);
  const isKnown = (folder: string) => folders.has(folder);
  for (const { folder, changed } of paths === undefined ? [] : listTasks(view.disk, paths, isKnown))
    if (now - changed <= lately) folders.add(folder);
  return folders;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface At {
  view: RootView<TaskHead>;
  agent: string;
  paths: WorkspacePaths;
  folder: string;
  options: StatusOptions;
  parts: StatusParts;
}

function addTask(status: Status, at: At): TaskHead | undefined {
  const { view, agent, paths, folder, parts } = at;
  const { now, lately } = at.options;
  const found = parts.task(paths, folder, view.open(agent).has(folder));
  if (found === undefined) return undefined;
  if (found.problem !== undefined) {
    status.problems.push({ kind: "unreadable", agent, file: `tasks/${folder}/task.md`, text: found.problem });
  }
  if (!("task" in found)) return undefined;
  const { task } = found;
  const ended = Date.parse(task.finished_at ?? "");
  if (!isFinal(task) || now - ended <= lately)
    status.problems.push(...parts.editProblems(agent, task, folder));
  if (!isFinal(task)) {
    status.running.push(taskLine(view, agent, task));
    status.problems.push(...turnProblems(view, agent, task, now));
    return task;
  }
  const isJob = task.trace.depth === 0;
  // What parts of jobs came to is asked for where one agent is.
  if ((!isJob && at.options.only === undefined) || now - ended > lately) return task;
  status.finished.push(taskLine(view, agent, task));
  if (!isJob || task.status !== "failed") return task;
  status.problems.push({
    kind: "failed",
    agent,
    task_id: task.task_id,
    text: task.error ?? "",
    ...given("since", task.finished_at),
    ...given("command", parts.remedy(agent, task)),
  });
  return task;
}
