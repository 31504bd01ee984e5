import { join } from "node:path";
import { localTaskId } from "../protocol/ids.ts";
import { parseMessage } from "../protocol/parse-message.ts";
import { unlessMissing } from "./disk-error.ts";
import type { Workspace } from "./workspace.ts";

/** Removes the messages of the archive and the outbox that are older and of no open task. @returns how many */
export function removeOldMessages(workspace: Workspace, before: number): number {
  const kept = openWork(workspace);
  const { paths } = workspace;
  let removed = removeFrom(workspace, paths.outbox, before, kept);
  for (const day of dayFolders(workspace, before)) {
    removed += removeFrom(workspace, day, Number.POSITIVE_INFINITY, kept);
    removeEmpty(workspace, day);
  }
  return removed;
}

/** What messages of open tasks are known by: the local id, and the work that a parent gave. */
function openWork(workspace: Workspace): Set<string> {
  const kept = new Set<string>();
  for (const { task } of workspace.taskFiles.values()) {
    kept.add(task.task_id);
    const { task_id, subtask_id } = task.reply_to;
    kept.add(localTaskId({ task_id, subtask_id, attempt: 1 }));
  }
  // The folder of a task is named by its id, but for long ones.
  for (const folder of workspace.unread) kept.add(folder);
  for (const { bytes } of workspace.pending()) {
    for (const id of workOf(bytes)) kept.add(id);
  }
  return kept;
}

function workOf(bytes: Uint8Array): string[] {
  try {
    const { task_id, subtask_id } = parseMessage(bytes, { to: "unknown" });
    return [task_id, localTaskId({ task_id, subtask_id, attempt: 1 })];
  } catch {
    return [];
  }
}

/** A message that cannot be read was handled long ago as what it is: it goes by its age alone. */
function removeFrom(workspace: Workspace, folder: string, before: number, kept: ReadonlySet<string>): number {
  const { disk } = workspace.context;
  let removed = 0;
  for (const name of unlessMissing(() => disk.list(folder)) ?? []) {
    const path = join(folder, name);
    const found = disk.stat(path);
    if (found?.kind !== "file" || found.mtimeMs >= before) continue;
    if (workOf(disk.read(path)).some((id) => kept.has(id))) continue;
    disk.unlink(path);
    removed += 1;
  }
  return removed;
}

/** The folders `YYYY/MM/DD` whose whole day lies before that time. */
function dayFolders({ context: { disk }, paths }: Workspace, before: number): string[] {
  const below = (folder: string, digits: RegExp) =>
    (unlessMissing(() => disk.list(folder)) ?? []).filter((name) => digits.test(name)).sort();
  const days: string[] = [];
  for (const year of below(paths.archive, /^\d{4}$/)) {
    for (const month of below(join(paths.archive, year), /^\d\d$/)) {
      for (const day of below(join(paths.archive, year, month), /^\d\d$/)) {
        const end = Date.UTC(Number(year), Number(month) - 1, Number(day) + 1);
        if (end <= before) days.push(join(paths.archive, year, month, day));
      }
    }
  }
  return days;
}

function removeEmpty(workspace: Workspace, folder: string): void {
  const { disk } = workspace.context;
  if (disk.list(folder).length > 0) return;
  disk.rmdir(folder);
  workspace.files.forgetFolder(folder);
}
