import { dirname } from "node:path";
import { sha256 } from "../protocol/ids.ts";
import { revOf } from "../protocol/read-edit.ts";
import { baseFor, removeBases } from "./base-copies.ts";
import { unlessMissing } from "./disk-error.ts";
import { type FileIdentity, sameFile } from "./inbox.ts";
import { problemPath, taskPath } from "./layout.ts";
import { isOurs, NO_FILE, NOT_A_FILE, noteForeign, noteIdentity } from "./place-text.ts";
import type { TaskFile } from "./task-file.ts";
import type { Workspace } from "./workspace.ts";

/** A text at rest for so long is whole; one that never comes to rest is looked at after the longer time all the same. */
const AT_REST_MS = 300;
const AT_LATEST_MS = 2_000;
/** How long a finished task can be edited: an editor may be open with a text from before its end. */
const EDITABLE_MS = 3600 * 1000;
/** Of so many with subtasks and so many without, the last ones, in each workspace: they are held in memory. */
const MOST_FINISHED = 10;

/** A text of a person that stands in place of task.md, whole. */
export interface FoundText {
  task: string;
  /** `undefined`: it is no text in UTF-8, or no plain file. */
  text: string | undefined;
  hash: string;
  /** The text that the person had before them, as its revision says; `undefined`: it is not kept any more. */
  base: string | undefined;
  /** The next text that is kept, where `base` is not exactly that one but the nearest before it. */
  later?: string | undefined;
  /** The current state as text, for where there is no base. */
  current: string | undefined;
  /** Where it stands in a file that was replaced meanwhile. */
  kept?: string;
}

/** Looks at every task.md that is open. Reads those that are not the runtime's, once they are at rest. */
export function findEdits(workspace: Workspace): FoundText[] {
  const found: FoundText[] = [];
  for (const file of [...workspace.taskFiles.values()]) {
    const text = lookAt(workspace, file);
    if (text !== undefined) found.push(text);
    // After the look: between two of them a person may have saved, and the machine slept for a day.
    else if (isOver(workspace, file)) forgetFile(workspace, file);
  }
  forgetOldest(workspace);
  return found;
}

/** Whether a task.md is not the runtime's and not yet read: it is to be looked at again soon. */
export function isUnsettled(workspace: Workspace): boolean {
  for (const { foreign, refused } of workspace.taskFiles.values())
    if (foreign !== undefined && refused === undefined) return true;
  return false;
}

/** Of the finished tasks that can still be edited those that ended first go, where there are too many. */
export function forgetOldest(workspace: Workspace): void {
  if (workspace.closing.size <= MOST_FINISHED) return;
  const finished = [...workspace.closing.values()]
    .flatMap(({ task_id: id }) => workspace.taskFiles.get(id) ?? [])
    .filter((file) => file.foreign === undefined && !workspace.dirty.has(file))
    .sort((a, b) => Date.parse(a.task.finished_at ?? "") - Date.parse(b.task.finished_at ?? ""));
  const split = finished.filter(({ task }) => task.subtasks.size > 0);
  const direct = finished.filter(({ task }) => task.subtasks.size === 0);
  for (const some of [split, direct]) {
    for (const file of some.slice(0, Math.max(0, some.length - MOST_FINISHED))) forgetFile(workspace, file);
  }
}

function forgetFile(workspace: Workspace, file: TaskFile): void {
  const { task_id: id } = file.task;
  removeBases(workspace, file);
  workspace.closing.delete(id);
  workspace.taskFiles.delete(id);
  workspace.files.forgetFolder(dirname(taskPath(workspace.paths, id)));
}

/** Whether the time to edit a task that ended then is over; of an end that is to come, because the clock was put back, it is as well. */
export function isPast(now: number, finished: string | undefined): boolean {
  return Math.abs(now - Date.parse(finished ?? "")) > EDITABLE_MS;
}

/** A finished task that was open for editing is so no more. */
function isOver(workspace: Workspace, file: TaskFile): boolean {
  const { finished_at, task_id: id } = file.task;
  if (finished_at === undefined || workspace.tasks.has(id) || workspace.dirty.has(file)) return false;
  return file.foreign === undefined && isPast(workspace.context.wall(), finished_at);
}

function lookAt(workspace: Workspace, file: TaskFile): FoundText | undefined {
  const { context, paths } = workspace;
  // Never written yet, or about to be.
  if (file.hash === "") return undefined;
  const path = taskPath(paths, file.task.task_id);
  const stat = context.disk.stat(path);
  if (stat === undefined) {
    noteForeign(workspace, file, NO_FILE);
    // Editors that save by renaming leave a moment without a file.
    if (isAtRest(workspace, file, undefined)) writeAgain(workspace, file);
    return undefined;
  }
  const wasRefused = file.refused !== undefined;
  if (isOurs(workspace, file, path, stat)) {
    // Mended back to what it was.
    if (wasRefused) workspace.files.remove(problemPath(paths, file.task.task_id));
    if (file.foreign !== undefined) noteIdentity(workspace, file, stat);
    return undefined;
  }
  if (file.refused !== undefined && sameFile(file.foreign?.identity, stat)) return undefined;
  noteForeign(workspace, file, stat);
  if (!isAtRest(workspace, file, stat)) return undefined;
  if (stat.kind !== "file") return nothingToRead(workspace, file, NOT_A_FILE);
  const bytes = unlessMissing(() => context.disk.read(path));
  const after = context.disk.stat(path);
  if (bytes === undefined || after === undefined || !sameFile(after, stat) || bytes.length !== after.size) {
    noteForeign(workspace, file, after ?? NO_FILE);
    return undefined;
  }
  const hash = sha256(bytes);
  if (hash === file.refused) return undefined;
  if (bytes.every(isBlank)) {
    if (isLate(workspace, file)) {
      file.refused = hash;
      writeAgain(workspace, file);
    }
    return undefined;
  }
  return describe(workspace, file, decode(bytes), hash);
}

/** A text that was found, with what it is to be compared with. */
export function describe(
  workspace: Workspace,
  file: TaskFile,
  text: string | undefined,
  hash: string,
): FoundText {
  const rev = text === undefined ? undefined : revOf(text);
  const current = baseFor(workspace, file, file.baseRev).text;
  const { text: base, later } = baseFor(workspace, file, rev);
  return { task: file.task.task_id, text, hash, base, later, current };
}

export function decode(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  return bytes.includes(0) || !Buffer.from(text, "utf8").equals(bytes) ? undefined : text;
}

function nothingToRead(workspace: Workspace, file: TaskFile, hash: string): FoundText {
  return describe(workspace, file, undefined, hash);
}

/** By the file's own time where it has one: a text that was saved while nobody looked is at rest already. */
function isAtRest(workspace: Workspace, { foreign }: TaskFile, stat: FileIdentity | undefined): boolean {
  if (foreign === undefined) return false;
  const { context } = workspace;
  const now = context.monotonic();
  if (now - foreign.since >= AT_REST_MS || now - foreign.first >= AT_LATEST_MS) return true;
  return stat !== undefined && context.wall() - stat.mtimeMs >= AT_REST_MS;
}

function isLate({ context }: Workspace, { foreign }: TaskFile): boolean {
  return foreign !== undefined && context.monotonic() - foreign.first >= AT_LATEST_MS;
}

function writeAgain(workspace: Workspace, file: TaskFile): void {
  workspace.dirty.add(file);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0;
}
