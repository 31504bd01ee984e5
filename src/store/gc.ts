import { basename, dirname, join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import type { Task } from "../protocol/task.ts";
import { removeBases } from "./base-copies.ts";
import { syncPaths } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import { removeOldBlobs } from "./gc-blobs.ts";
import { removeOldMessages } from "./gc-messages.ts";
import { addGoneEvents, type GoneEvent } from "./gone-events.ts";
import { addRemoved, type RemovedTask } from "./removed.ts";
import type { Store } from "./store.ts";
import { parseWithResults } from "./task-file.ts";
import type { Workspace } from "./workspace.ts";

export interface GcOptions {
  /** Milliseconds since a task ended, and since a message was handled. Default: 30 days. */
  olderThan?: number;
  /** Milliseconds since 1970. */
  now: number;
  /** What a log tells of what is so old. It stays when the files go, so that who follows the log misses nothing. */
  events?: readonly GoneEvent[];
}

export interface GcResult {
  tasks: number;
  messages: number;
  blobs: number;
}

export const GC_AGE_MS = 30 * 24 * 3600 * 1000;

/**
 * Removes what is final and older than its age: tasks, the messages that no open task or pending message names, attachments that no message
 * names any more. Of each task one line is left, written durably before anything goes, so that a repeat of its work stays known.
 * The only place where files under a root are deleted.
 */
export async function gc(store: Store, workspace: Workspace, options: GcOptions): Promise<GcResult> {
  // What the journal still holds would be made again by a replay.
  await store.checkpoint();
  const before = options.now - (options.olderThan ?? GC_AGE_MS);
  const old = oldTasks(workspace, before);
  await addGoneEvents(workspace, options.events ?? [], options.now);
  await addRemoved(
    workspace,
    old.map(({ task }) => removedLine(task, options.now)),
    options.now,
  );
  for (const { folder, task } of old) {
    forgetFinished(workspace, task.task_id);
    removeFolder(workspace, folder);
  }
  const messages = removeOldMessages(workspace, before);
  const blobs = removeOldBlobs(workspace, before);
  await syncPaths(
    workspace.context,
    [],
    [workspace.paths.tasks, workspace.paths.archive, workspace.paths.outbox],
  );
  return { tasks: old.length, messages, blobs };
}

interface OldTask {
  task: Task;
  folder: string;
}

function oldTasks(workspace: Workspace, before: number): OldTask[] {
  const { context, paths } = workspace;
  const old: OldTask[] = [];
  for (const name of context.disk.list(paths.tasks)) {
    const folder = join(paths.tasks, name);
    const task = readQuietly(workspace, join(folder, "task.md"));
    if (task === undefined || !isFinal(task) || isBusy(workspace, task.task_id)) continue;
    const ended = Date.parse(task.finished_at ?? task.created_at);
    if (ended < before) old.push({ task, folder });
  }
  return old;
}

/** A task that cannot be read is nobody's to remove. */
function readQuietly({ context, paths }: Workspace, path: string): Task | undefined {
  try {
    const bytes = unlessMissing(() => context.disk.read(path));
    return bytes === undefined ? undefined : parseWithResults(context.disk, paths, bytes);
  } catch {
    return undefined;
  }
}

/** Open, or with something of it not yet written or taken. */
function isBusy({ tasks, dirty, taskFiles }: Workspace, id: string): boolean {
  const file = taskFiles.get(id);
  return tasks.has(id) || (file !== undefined && (dirty.has(file) || file.foreign !== undefined));
}

/** A finished task can be edited for a while; gone, it cannot. */
function forgetFinished(workspace: Workspace, id: string): void {
  const file = workspace.taskFiles.get(id);
  if (file === undefined) return;
  removeBases(workspace, file);
  workspace.taskFiles.delete(id);
  workspace.closing.delete(id);
}

function removedLine(task: Task, now: number): RemovedTask {
  const { task_id, subtask_id, attempt } = task.reply_to;
  const work = { from: task.from, task_id, ...(subtask_id === undefined ? {} : { subtask_id }), attempt };
  return { ...work, task: task.task_id, body_hash: task.body_hash, removed_at: now };
}

/** The task's folder last of all, its task.md last within: half removed, it is still known for what it is. */
function removeFolder(workspace: Workspace, folder: string): void {
  const { disk } = workspace.context;
  const names = disk.list(folder).sort((a, b) => Number(a === "task.md") - Number(b === "task.md"));
  for (const name of names) {
    const path = join(folder, name);
    if (disk.stat(path)?.kind === "folder") removeFolder(workspace, path);
    else disk.unlink(path);
  }
  disk.rmdir(folder);
  workspace.files.forgetFolder(folder);
  workspace.files.forgetFolder(join(dirname(folder), basename(folder), "calls"));
}
