import { dirname, join } from "node:path";
import { applyEntry } from "./apply-entry.ts";
import { orWithout, type StoreContext, syncPaths } from "./context.ts";
import { type Batch, type EntriesOfAgent, type Entry, toSnapshot } from "./entries.ts";
import type { Journal } from "./journal.ts";
import { relativeTo } from "./layout.ts";
import type { Staged } from "./stage-op.ts";
import { type PreparedText, writeText } from "./task-texts.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Builds the one record of a commit.
 *
 * @param inJournal tasks of which this generation already holds a snapshot.
 * @param clock milliseconds that this host has run.
 */
export function buildBatch(
  context: StoreContext,
  staged: readonly Staged[],
  texts: readonly PreparedText[],
  inJournal: Set<string>,
  clock: number,
): Batch {
  const commits: EntriesOfAgent[] = [];
  let last: Workspace | undefined;
  // In their order: a message may be sent by one agent and taken by another in the same commit.
  const add = (workspace: Workspace, entry: Entry) => {
    if (workspace !== last) {
      const { agent, directory, runningClock } = workspace;
      const place = relativeTo(context.directory, directory);
      commits.push({ agent, workspace: place, clock: runningClock + clock, ops: [] });
      last = workspace;
    }
    commits.at(-1)?.ops.push(entry);
  };
  // A snapshot holds every change of the same commit as well.
  const whole = new Set<string>();
  const addTask = (workspace: Workspace, task: PreparedText["task"], change?: Entry) => {
    const key = `${workspace.directory}\0${task.task_id}`;
    if (!inJournal.has(key)) {
      inJournal.add(key);
      whole.add(key);
      add(workspace, { op: "snapshot", task: toSnapshot(task) });
    } else if (change !== undefined && !whole.has(key)) add(workspace, change);
  };
  for (const item of staged) {
    if (item.kind === "files") add(item.workspace, item.entry);
    else {
      const { task, change } = item;
      addTask(item.workspace, task, change && { op: "change", task: task.task_id, change });
    }
  }
  for (const text of texts) {
    addTask(text.workspace, text.task);
    add(text.workspace, text.entry);
  }
  return { commits };
}

/** The durable moment. When it fails the journal is cut back to its last whole record, as far as the disk still allows. */
export async function appendBatch(context: StoreContext, journal: Journal, batch: Batch): Promise<void> {
  try {
    journal.append(batch);
    if (context.durability === "full") {
      context.syncs += 1;
      await journal.datasync();
    }
    journal.keep();
  } catch (error) {
    try {
      journal.cut();
    } catch {
      // The torn record is dropped at the next start.
    }
    throw error;
  }
}

/**
 * Folders that messages are moved to are durable before the first one goes there: a record of such a move does not hold the message
 * itself, and a file in a folder that a loss of power takes away is gone.
 */
export async function prepareFolders(context: StoreContext, staged: readonly Staged[]): Promise<void> {
  for (const item of staged) {
    if (item.kind !== "files" || (item.entry.op !== "take" && item.entry.op !== "withdraw")) continue;
    const { paths, durableFolders } = item.workspace;
    const folder = dirname(join(paths.root, item.entry.path));
    if (durableFolders.has(folder)) continue;
    const folders: string[] = [];
    for (let at = folder; at.length > paths.archive.length; at = dirname(at)) folders.unshift(at);
    const missing = folders.filter((path) => context.disk.stat(path) === undefined);
    context.disk.mkdir(folder);
    await orWithout(context.disk, missing, syncPaths(context, [], folders.map(dirname)));
    durableFolders.add(folder);
  }
}

export function applyCommit(
  context: StoreContext,
  staged: readonly Staged[],
  texts: readonly PreparedText[],
  reserved: Set<string>,
): void {
  for (const item of staged) {
    if (item.kind !== "files") continue;
    applyEntry(item.workspace, item.entry, item.receiver);
    if (!("path" in item.entry)) continue;
    const path = join(item.workspace.paths.root, item.entry.path);
    reserved.delete(path);
  }
  for (const text of texts) writeText(context, text);
}
