import { dirname, join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import { formatTask } from "../protocol/format-task.ts";
import { sha256 } from "../protocol/ids.ts";
import type { Task } from "../protocol/task.ts";
import { removeBases, writeBase } from "./base-copies.ts";
import type { StoreContext } from "./context.ts";
import type { Entry } from "./entries.ts";
import { taskPath } from "./layout.ts";
import { placeText } from "./place-text.ts";
import type { TaskFile } from "./task-file.ts";
import type { Workspace } from "./workspace.ts";

/*
 * task.md is written lazily: the journal holds every change, so the text need not follow each of them. It is due 250 ms after its last
 * writing. While work goes on the texts of open tasks together wait 20 times what each writing of one took: so they cost at most 5 % of
 * the time, however large the tasks are and however many. The last text of a finished task waits for nothing but its turn.
 */
const QUIET_MS = 250;
const COST_FACTOR = 20;

/** A text of task.md, formatted at one revision; it is written when the journal says so durably. */
export interface PreparedText {
  workspace: Workspace;
  task: Task;
  text: string;
  hash: string;
  results: { name: string; text: string }[];
  final: boolean;
  formatMs: number;
  entry: Entry & { op: "text" };
}

export function dueAt(context: Pick<StoreContext, "textsAt">, file: TaskFile): number {
  const due = file.writtenAt + QUIET_MS;
  return isFinal(file.task) ? due : Math.max(due, context.textsAt);
}

/** The tasks of these workspaces whose text is due, or all that are behind, formatted. */
export function prepareTexts(
  context: StoreContext,
  workspaces: Iterable<Workspace>,
  all: boolean,
): PreparedText[] {
  const prepared: PreparedText[] = [];
  const now = context.monotonic();
  for (const workspace of workspaces) {
    for (const file of workspace.dirty) {
      if (all || dueAt(context, file) <= now) prepared.push(prepareText(context, workspace, file));
    }
  }
  return prepared;
}

function prepareText(context: StoreContext, workspace: Workspace, file: TaskFile): PreparedText {
  const { task } = file;
  const began = context.monotonic();
  const { text, files } = formatTask(task);
  const hash = sha256(text);
  workspace.dirty.delete(file);
  return {
    workspace,
    task,
    text,
    hash,
    results: files,
    final: isFinal(task),
    formatMs: context.monotonic() - began,
    entry: { op: "text", task: task.task_id, rev: task.rev, before: file.hash, after: hash },
  };
}

/**
 * Writes what was prepared: the base copy always, task.md unless a person's text stands there, which is looked at first (`findEdits`). A
 * finished task is forgotten where nobody can have an earlier text before them; any other can be edited for a while.
 */
export function writeText(context: StoreContext, prepared: PreparedText): void {
  const { workspace, task, text } = prepared;
  const id = task.task_id;
  const file = workspace.taskFiles.get(id);
  if (file === undefined) return;
  const began = context.monotonic();
  const folder = dirname(taskPath(workspace.paths, id));
  for (const result of prepared.results) {
    if (file.results.get(result.name) === result.text) continue;
    workspace.files.put(join(folder, result.name), result.text);
    file.results.set(result.name, result.text);
  }
  const stays = !prepared.final || task.subtasks.size > 0 || workspace.bases.has(id);
  if (stays) writeBase(workspace, file, text, prepared.entry.rev);
  file.behind = !placeText(workspace, file, text);
  // Its state must stand somewhere as long as task.md is a person's.
  if (file.behind && !stays) writeBase(workspace, file, text, prepared.entry.rev);
  const ended = context.monotonic();
  file.writtenAt = ended;
  if (!prepared.final) {
    const took = ended - began + prepared.formatMs;
    context.textsAt = Math.max(context.textsAt, ended) + COST_FACTOR * took;
  }
  if (!stays && !file.behind && !workspace.dirty.has(file)) forget(workspace, file);
}

function forget(workspace: Workspace, file: TaskFile): void {
  const id = file.task.task_id;
  removeBases(workspace, file);
  workspace.closing.delete(id);
  workspace.taskFiles.delete(id);
  workspace.files.forgetFolder(dirname(taskPath(workspace.paths, id)));
}
