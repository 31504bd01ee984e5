import { join } from "node:path";
import type { Message } from "../../protocol/message.ts";
import type { Task } from "../../protocol/task.ts";
import { taskFolder } from "../../store/layout.ts";
import { eachLetter, type LetterPlace } from "../letters.ts";
import { listTasks, readTaskFolder } from "../read-task.ts";
import { listNames } from "../read-text.ts";
import type { RootView } from "../root-view.ts";

/** A message as it lies in the workspace of the agent whose task it is about. */
export interface VaultLetter {
  type: Message["type"];
  from: string;
  to: string;
  subtask?: string;
  attempt: number;
  /** ISO 8601 UTC. */
  sent_at: string;
  /** What a control or an outcome is, the status of a reply. */
  what?: string;
  place: LetterPlace;
  /** Absolute. */
  path: string;
}

/** A task with everything that a person would go to from it. */
export interface VaultTask {
  agent: string;
  task: Task;
  /** The folder of its task.md, absolute. */
  folder: string;
  /** The task that gave it; absent at the top, and where the giver is not among the agents that are looked at. */
  parent?: VaultTask;
  /** The tasks that its subtasks became, by the subtask's id, one for each attempt. */
  children: Map<string, VaultTask[]>;
  /** By the time at which they were sent. */
  letters: VaultLetter[];
  /** Files with results of subtasks, absolute, by the subtask's id. */
  results: Map<string, string>;
}

/** Every task of these agents, with the links between them and to their messages; those that were created first, first. */
export function readVault(view: RootView): VaultTask[] {
  const tasks = [...view.agents.keys()].flatMap((agent) => tasksOfAgent(view, agent));
  tasks.sort(
    (a, b) =>
      compare(a.task.created_at, b.task.created_at) ||
      compare(a.agent, b.agent) ||
      compare(a.task.task_id, b.task.task_id),
  );
  linkParents(tasks);
  for (const agent of view.agents.keys()) addLetters(view, agent, tasks);
  return tasks;
}

function tasksOfAgent(view: RootView, agent: string): VaultTask[] {
  const paths = view.paths(agent);
  if (paths === undefined) return [];
  return listTasks(view.disk, paths).flatMap(({ folder: name }) => {
    const found = readTaskFolder(view.disk, paths, name);
    if (found === undefined || !("task" in found)) return [];
    const { task } = found;
    const folder = taskFolder(paths, task.task_id);
    const results = new Map<string, string>();
    const files = new Set(listNames(view.disk, join(folder, "results")));
    for (const id of task.subtasks.keys()) {
      if (files.has(`${id}.md`)) results.set(id, join(folder, "results", `${id}.md`));
    }
    return [{ agent, task, folder, children: new Map(), letters: [], results }];
  });
}

function linkParents(tasks: readonly VaultTask[]): void {
  const byId = new Map(tasks.map((one) => [keyOf(one.agent, one.task.task_id), one]));
  for (const one of tasks) {
    const { task_id, subtask_id } = one.task.reply_to;
    if (subtask_id === undefined) continue;
    const parent = byId.get(keyOf(one.task.from, task_id));
    if (parent === undefined || parent === one) continue;
    one.parent = parent;
    const attempts = parent.children.get(subtask_id);
    if (attempts === undefined) parent.children.set(subtask_id, [one]);
    else attempts.push(one);
  }
}

/** Messages name the sender's task: in the sender's mailbox that is the task itself, in the receiver's the one that was made of it. */
function addLetters(view: RootView, agent: string, tasks: readonly VaultTask[]): void {
  const paths = view.paths(agent);
  if (paths === undefined) return;
  const own = tasks.filter((one) => one.agent === agent);
  const byId = new Map(own.map((one) => [one.task.task_id, one]));
  const byWork = new Map(
    own.map((one) => {
      const { task_id, subtask_id, attempt } = one.task.reply_to;
      return [keyOf(task_id, subtask_id, attempt), one];
    }),
  );
  const seen = new Set<string>();
  for (const { message, isRepeat, place, name, file } of eachLetter(view.disk, paths, agent)) {
    if (message === undefined || isRepeat || seen.has(name)) continue;
    seen.add(name);
    const { type, from, to, task_id, subtask_id, attempt, sent_at } = message;
    const what = whatOf(message);
    const letter: VaultLetter = {
      type,
      from,
      to,
      ...(subtask_id === undefined ? {} : { subtask: subtask_id }),
      attempt,
      sent_at,
      ...(what === undefined ? {} : { what }),
      place,
      path: join(paths.root, file),
    };
    const about = [byId.get(task_id), byWork.get(keyOf(task_id, subtask_id, attempt))];
    for (const one of new Set(about)) one?.letters.push(letter);
  }
  for (const { letters } of own) {
    letters.sort((a, b) => compare(a.sent_at, b.sent_at) || compare(a.path, b.path));
  }
}

function whatOf(message: Message): string | undefined {
  if (message.type === "control") return message.control;
  if (message.type === "outcome") return message.outcome;
  return message.type === "reply" ? message.status : undefined;
}

function keyOf(...parts: (string | number | undefined)[]): string {
  return JSON.stringify(parts);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
