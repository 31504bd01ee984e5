import { join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import { folderName, sha256 } from "../protocol/ids.ts";
import { layoutOf } from "../protocol/layout-of.ts";
import type { Task } from "../protocol/task.ts";
import { unlessMissing } from "./disk-error.ts";
import { isPast } from "./find-edits.ts";
import { loadKept } from "./kept-files.ts";
import { parseRevName, taskPath } from "./layout.ts";
import { readClock } from "./replay.ts";
import { newTaskFile, parseWithResults } from "./task-file.ts";
import type { Workspace } from "./workspace.ts";

/** Reads what a host keeps in memory: the open tasks, which are those with a base copy, and the names of pending messages. */
export function loadWorkspace(workspace: Workspace): void {
  const { context, paths } = workspace;
  workspace.runningClock = readClock(workspace);
  for (const name of context.disk.list(paths.base)) {
    if (name.endsWith(".md") && parseRevName(name) === undefined) loadTask(workspace, name);
  }
  loadRevs(workspace);
  loadKept(workspace);
  for (const name of context.disk.list(paths.pending)) {
    // Both names: a crash came between the two halves of a move.
    if (context.disk.stat(join(paths.outbox, name)) === undefined) workspace.pendingNames.add(name);
    else workspace.files.remove(join(paths.pending, name));
  }
}

/** The state is that of the base copy: task.md may have been changed by a person since. */
function loadTask(workspace: Workspace, name: string): void {
  const { context, paths } = workspace;
  const bytes = context.disk.read(join(paths.base, name));
  const task = parseBase(workspace, name, bytes);
  if (task === undefined) return;
  const id = task.task_id;
  const layout = layoutOf(Buffer.from(bytes).toString("utf8"), task);
  if (layout !== undefined) task.layout = layout;
  const file = newTaskFile(task, context.monotonic());
  file.hash = sha256(bytes);
  file.baseRev = task.rev;
  workspace.taskFiles.set(id, file);
  workspace.bases.add(id);
  (isFinal(task) ? workspace.closing : workspace.tasks).set(id, task);
  const missing = context.disk.stat(taskPath(paths, id)) === undefined;
  const isOver = isFinal(task) && isPast(context.wall(), task.finished_at);
  if (missing || isOver) workspace.dirty.add(file);
}

/** Earlier texts of the open tasks; those of others are of no use any more. */
function loadRevs(workspace: Workspace): void {
  const { context, paths, taskFiles, files } = workspace;
  const folders = new Map([...taskFiles].map(([id, file]) => [folderName(id), file]));
  const found = context.disk.list(paths.base).flatMap((name) => {
    const parsed = parseRevName(name);
    return parsed === undefined ? [] : [{ ...parsed, path: join(paths.base, name) }];
  });
  for (const { folder, rev, path } of found.sort((a, b) => a.rev - b.rev)) {
    const file = folders.get(folder);
    if (workspace.unread.has(folder)) continue;
    if (file === undefined) files.remove(path);
    else {
      // Whoever kept it may have died before it was durable, and no record holds it.
      context.touched.file(path);
      file.revs.set(rev, context.disk.stat(path)?.mtimeMs ?? context.wall());
    }
  }
}

function parseBase(workspace: Workspace, name: string, bytes: Uint8Array): Task | undefined {
  const { context, paths, agent } = workspace;
  try {
    return parseWithResults(context.disk, paths, bytes);
  } catch (error) {
    if (!(error instanceof ClawflowError)) throw error;
    const text = unlessMissing(() =>
      context.disk.read(join(paths.tasks, name.replace(/\.md$/, ""), "task.md")),
    );
    if (text !== undefined) {
      try {
        return parseWithResults(context.disk, paths, text);
      } catch {}
    }
    workspace.unread.add(name.replace(/\.md$/, ""));
    context.onProblem(agent, `the task of .clawflow/base/${name} cannot be read: ${errorText(error)}`);
    return undefined;
  }
}
