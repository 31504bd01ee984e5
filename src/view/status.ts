import { join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import type { Task } from "../protocol/task.ts";
import { reasonPath, type WorkspacePaths } from "../store/layout.ts";
import { listOpenTasks, listTasks, readTaskFolder } from "./read-task.ts";
import { readText } from "./read-text.ts";
import type { RootView } from "./root-view.ts";
import { type Standing, standingOfTask } from "./standing.ts";

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

/** Something that a person should look at. */
export interface Problem {
  kind: "dead" | "undelivered" | "failed" | "person" | "unreadable";
  agent: string;
  task_id?: string;
  /** The file that it is about, relative to the workspace. */
  file?: string;
  text: string;
  since?: string;
}

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
}

/** What goes on in the workspaces of a root, from their files alone: open tasks, mailboxes, and what changed lately. Finished work costs a look at its date. */
export function readStatus(view: RootView, options: StatusOptions): Status {
  const status: Status = { problems: [], waiting: [], running: [], finished: [] };
  for (const agent of view.agents.keys()) {
    const paths = view.paths(agent);
    if (paths === undefined || view.disk.stat(paths.mailbox) === undefined) continue;
    addMail(status, view, agent, paths, options);
    for (const folder of tasksOfInterest(view, paths, options))
      addTask(status, view, agent, paths, folder, options);
  }
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

function tasksOfInterest(view: RootView, paths: WorkspacePaths, { now, lately }: StatusOptions): Set<string> {
  const folders = new Set(listOpenTasks(view.disk, paths));
  for (const { folder, changed } of listTasks(view.disk, paths))
    if (now - changed <= lately) folders.add(folder);
  return folders;
}

function addMail(
  status: Status,
  view: RootView,
  agent: string,
  paths: WorkspacePaths,
  options: StatusOptions,
): void {
  const mail = view.mail(agent);
  if (mail === undefined) return;
  for (const name of mail.dead) {
    if (name.endsWith(".reason.md")) continue;
    const path = join(paths.dead, name);
    const text = readText(view.disk, reasonPath(path))?.trim() || "no reason is given";
    status.problems.push({
      kind: "dead",
      agent,
      file: `mailbox/dead/${name}`,
      text,
      ...changedAt(view, path),
    });
  }
  for (const name of mail.pending) {
    const found = view.disk.stat(join(paths.pending, name));
    if (found === undefined || options.now - found.mtimeMs < options.pendingAfter) continue;
    const since = new Date(found.mtimeMs).toISOString();
    const text = "decided to be sent, not accepted by its receiver";
    status.problems.push({ kind: "undelivered", agent, file: `mailbox/outbox/pending/${name}`, text, since });
  }
  const messages = [...mail.inbox].filter((name) => /^[A-Za-z0-9].*\.md$/.test(name)).length;
  if (messages > 0) status.waiting.push({ agent, messages });
}

function addTask(
  status: Status,
  view: RootView,
  agent: string,
  paths: WorkspacePaths,
  folder: string,
  { now, lately }: StatusOptions,
): void {
  const found = readTaskFolder(view.disk, paths, folder);
  if (found === undefined) return;
  if (found.problem !== undefined) {
    status.problems.push({ kind: "unreadable", agent, file: `tasks/${folder}/task.md`, text: found.problem });
  }
  if (!("task" in found)) return;
  const { task } = found;
  const line = taskLine(view, agent, task);
  if (!isFinal(task)) {
    status.running.push(line);
    const { waiting } = task;
    if (waiting !== undefined) {
      const text = `waits for ${waiting.for === "person" ? "a person" : `an ${waiting.for}`}: ${waiting.text}`;
      status.problems.push({ kind: "person", agent, task_id: task.task_id, text, since: waiting.since });
    }
    return;
  }
  const isJob = task.trace.depth === 0;
  if (!isJob || now - Date.parse(task.finished_at ?? "") > lately) return;
  status.finished.push(line);
  if (task.status !== "failed") return;
  const since = task.finished_at === undefined ? {} : { since: task.finished_at };
  status.problems.push({ kind: "failed", agent, task_id: task.task_id, text: task.error ?? "", ...since });
}

function changedAt(view: RootView, path: string): { since?: string } {
  const found = view.disk.stat(path);
  return found === undefined ? {} : { since: new Date(found.mtimeMs).toISOString() };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
