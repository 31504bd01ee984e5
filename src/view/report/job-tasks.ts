import { folderName } from "../../protocol/ids.ts";
import type { Task } from "../../protocol/task.ts";
import { type Call, readCalls } from "../read-calls.ts";
import { listTasks, readTaskFolder } from "../read-task.ts";
import type { RootView } from "../root-view.ts";

/** One task of a job, as its agent has it; earlier attempts are tasks of their own. */
export interface JobTask {
  agent: string;
  task: Task;
  calls: Call[];
}

/** As much of an id as every name of a folder or message keeps. */
const KEPT = 80;

/** The task and all below it, in every attempt, at all agents that the view knows; the task itself first, then by the time they began. */
export function tasksOfJob(view: RootView, agent: string, root: Task): JobTask[] {
  const found: JobTask[] = [];
  const start = nameStart(root.task_id);
  for (const name of view.agents.keys()) {
    const paths = view.paths(name);
    if (paths === undefined) continue;
    for (const { folder } of listTasks(view.disk, paths)) {
      if (!isNameOf(folder, start)) continue;
      const read = readTaskFolder(view.disk, paths, folder);
      if (read === undefined || !("task" in read) || !isBelow(read.task, root)) continue;
      found.push({ agent: name, task: read.task, calls: readCalls(view.disk, paths, read.task.task_id) });
    }
  }
  const own = view.paths(agent);
  const calls = own === undefined ? [] : readCalls(view.disk, own, root.task_id);
  found.sort(
    (a, b) => compare(a.task.created_at, b.task.created_at) || compare(a.task.task_id, b.task.task_id),
  );
  return [{ agent, task: root, calls }, ...found];
}

/** What the names of folders and messages of a task, and of all below it, begin with. */
export function nameStart(taskId: string): string {
  return folderName(taskId).slice(0, KEPT);
}

/** @param at where in the name the id begins */
export function isNameOf(name: string, start: string, at = 0): boolean {
  if (!name.startsWith(start, at)) return false;
  return start.length === KEPT || /^$|[-._]/.test(name.charAt(at + start.length));
}

/** Whether an id of a message names the task or one below it. */
export function isIdBelow(id: string, root: string): boolean {
  return id === root || id.startsWith(`${root}.`);
}

function isBelow(task: Task, root: Task): boolean {
  return (
    task.trace.root === root.trace.root &&
    task.trace.path[0] === root.trace.path[0] &&
    task.task_id.startsWith(`${root.task_id}.`)
  );
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
