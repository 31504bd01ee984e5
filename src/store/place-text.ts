import { dirname, join } from "node:path";
import { folderName, sha256 } from "../protocol/ids.ts";
import { unlessMissing } from "./disk-error.ts";
import { type FileIdentity, sameFile } from "./inbox.ts";
import { taskPath } from "./layout.ts";
import type { TaskFile } from "./task-file.ts";
import type { Workspace } from "./workspace.ts";

/** Two changes within one tick of a file system's clock look alike; it is at most so coarse. */
const CLOCK_TICK = 50;
/** What stands for a file that is not there. */
export const NO_FILE: FileIdentity = { ino: 0, size: -1, mtimeMs: 0 };

/**
 * Puts the runtime's text where task.md stands, unless a person's stands there. The file that is replaced is moved away first and then
 * looked at, so that whatever an editor put there in the meantime is in our hands and not gone; it is kept for some seconds, for an
 * editor may have it open and write into it still.
 *
 * @returns false where task.md is a person's now, and stays.
 */
export function placeText(workspace: Workspace, file: TaskFile, text: string): boolean {
  const { context, paths, files, agent } = workspace;
  const path = taskPath(paths, file.task.task_id);
  const found = context.disk.stat(path);
  if (found === undefined) {
    if (file.hash !== "") context.onProblem(agent, `${path} was removed; it is written again`);
    return publishText(workspace, file, path, text);
  }
  if (!isOurs(workspace, file, path, found)) {
    if (file.refused === undefined || !isRefused(workspace, file, path)) {
      noteForeign(workspace, file, found);
      return false;
    }
    watchRejected(workspace, file, setAside(workspace, file.task.task_id, path));
    return publishText(workspace, file, path, text);
  }
  // Whole before the place is empty: a disk that is full then leaves the old text where people look for it.
  const staged = files.stage(text);
  const kept = moveAway(workspace, { task: file.task.task_id, hash: file.hash }, path);
  if (kept === undefined || sameFile(kept.identity, found)) {
    if (kept === undefined) return publishStaged(workspace, file, path, { staged, text });
    workspace.kept.push(kept);
    return files.orBack({ from: path, to: kept.path }, () =>
      publishStaged(workspace, file, path, { staged, text }),
    );
  }
  // It came between the look and the move: back it goes, unless the editor has written another one since.
  if (files.linkNew(kept.path, path)) files.remove(kept.path);
  else workspace.kept.push({ ...kept, hash: "" });
  context.disk.unlink(staged);
  noteForeign(workspace, file, context.disk.stat(path) ?? NO_FILE);
  return false;
}

/** Whether that file holds what the runtime left there. Reads it only where its identity cannot tell. */
export function isOurs(workspace: Workspace, file: TaskFile, path: string, found: FileIdentity): boolean {
  const { disk } = workspace.context;
  const same = sameFile(found, file.identity);
  if (same && file.trusted === true) return true;
  if (disk.stat(path)?.kind !== "file") return false;
  const bytes = unlessMissing(() => disk.read(path));
  if (bytes === undefined || sha256(bytes) !== file.hash) return false;
  noteIdentity(workspace, file, found);
  return true;
}

/** task.md with that identity holds the text whose hash is known. */
export function noteIdentity(workspace: Workspace, file: TaskFile, found: FileIdentity | undefined): void {
  delete file.foreign;
  delete file.refused;
  delete file.identity;
  file.trusted = false;
  if (found === undefined) return;
  const { ino, size, mtimeMs } = found;
  file.identity = { ino, size, mtimeMs };
  file.trusted = workspace.context.wall() - mtimeMs > CLOCK_TICK;
}

/** Notes what stands there in place of the runtime's text. Called again with the same file, it tells how long it has been at rest. */
export function noteForeign(workspace: Workspace, file: TaskFile, found: FileIdentity): void {
  const now = workspace.context.monotonic();
  const { ino, size, mtimeMs } = found;
  const before = file.foreign;
  if (before !== undefined && sameFile(before.identity, found)) return;
  // Another text: what was said of the one before does not hold for it.
  if (before !== undefined) delete file.refused;
  file.foreign = { first: before?.first ?? now, since: now, identity: { ino, size, mtimeMs } };
}

/** Moves a person's text to `task.rejected-<time>.md`, where it stays. */
export function setAside(workspace: Workspace, id: string, from: string): string {
  const { context, paths, files, agent } = workspace;
  context.fence();
  const folder = dirname(taskPath(paths, id));
  const time = new Date(context.wall()).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  for (let n = 1; ; n++) {
    const path = join(folder, `task.rejected-${time}${n === 1 ? "" : `-${n}`}.md`);
    if (context.disk.stat(path) !== undefined) continue;
    if (files.move(from, path)) context.touched.files.add(path);
    context.onForeign(agent, id, path);
    return path;
  }
}

/** What was refused may have been the half of a text: whoever writes it has this file open, and goes on. */
function watchRejected(workspace: Workspace, { task, refused = "" }: TaskFile, path: string): void {
  const { context, kept } = workspace;
  const identity = context.disk.stat(path);
  if (identity?.kind !== "file") return;
  kept.push({ task: task.task_id, path, hash: refused, identity, at: context.monotonic(), rejected: true });
}

function isRefused(workspace: Workspace, file: TaskFile, path: string): boolean {
  const { disk } = workspace.context;
  if (disk.stat(path)?.kind !== "file") return file.refused === NOT_A_FILE;
  const bytes = unlessMissing(() => disk.read(path));
  return bytes !== undefined && sha256(bytes) === file.refused;
}

/** In place of the hash of something that is no plain file. */
export const NOT_A_FILE = "not a file";

/** A file that was replaced, as it was then. */
export interface KeptFile {
  task: string;
  path: string;
  /** Of what it held; empty where that is not known. */
  hash: string;
  identity: FileIdentity;
  /** Monotonic time. */
  at: number;
  /** It lies beside task.md, as a text that was refused, and stays there unless what is written into it yet can be taken. */
  rejected?: true;
  /** When it was last seen to change. */
  changed?: { since: number; identity: FileIdentity };
}

/** The task.md of a task goes to the files that are looked at for some seconds. @param hash of what it holds */
export function moveAway(
  workspace: Workspace,
  { task, hash }: { task: string; hash: string },
  path: string,
): KeptFile | undefined {
  const { context, paths, files } = workspace;
  const unique = `${context.wall().toString(36)}-${++context.stages}`;
  const to = join(paths.kept, `${hash.slice(0, 12)}-${unique}@${folderName(task)}.md`);
  if (!files.move(path, to)) return undefined;
  const found = context.disk.stat(to);
  if (found === undefined) return undefined;
  return { task, path: to, hash, identity: found, at: context.monotonic() };
}

function publishText(workspace: Workspace, file: TaskFile, path: string, text: string): boolean {
  const { files } = workspace;
  files.folder(dirname(path));
  return publishStaged(workspace, file, path, { staged: files.stage(text), text });
}

function publishStaged(
  workspace: Workspace,
  file: TaskFile,
  path: string,
  { staged, text }: { staged: string; text: string },
): boolean {
  const { context, files } = workspace;
  const placed = files.linkNew(staged, path);
  context.disk.unlink(staged);
  const found = context.disk.stat(path);
  if (!placed) {
    noteForeign(workspace, file, found ?? NO_FILE);
    return false;
  }
  context.touched.file(path);
  file.hash = sha256(text);
  noteIdentity(workspace, file, found);
  return true;
}
