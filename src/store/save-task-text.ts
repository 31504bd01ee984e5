import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { checkTaskId, sha256 } from "../protocol/ids.ts";
import type { Disk } from "./disk.ts";
import { diskError, unlessMissing } from "./disk-error.ts";
import { taskPath, type WorkspacePaths, workspacePaths } from "./layout.ts";

/** task.md as it stands, whoever wrote it last. */
export interface TaskText {
  text: string;
  /** SHA-256 of its bytes, hexadecimal. */
  hash: string;
}

const MODE = 0o600;

/** @throws E_ID, E_NOT_FOUND, E_NOT_A_FILE where a link or a folder stands there, E_UTF8 */
export function readTaskText(disk: Disk, workspace: string, id: string): TaskText {
  const path = placeOf(disk, workspacePaths(workspace), id);
  const bytes = unlessMissing(() => disk.read(path));
  if (bytes === undefined) throw notThere(path);
  return { text: decode(bytes, path), hash: sha256(bytes) };
}

/**
 * Saves a person's text as an editor would: whole, beside it, and then by a rename. What the runtime makes of it is the runtime's to
 * say, as with every edit. A text that came between the look and the rename is what the revision in this one tells of.
 *
 * @param hash of the text that the person began with
 * @returns the text that stands there, where it is another
 * @throws as `readTaskText` does, E_DISK_FULL, E_DISK
 */
export async function saveTaskText(
  disk: Disk,
  workspace: string,
  id: string,
  { text, hash }: TaskText,
): Promise<{ saved: string } | { found: TaskText }> {
  const paths = workspacePaths(workspace);
  const found = readTaskText(disk, workspace, id);
  if (found.hash !== hash) return { found };
  const path = placeOf(disk, paths, id);
  const staged = join(paths.tmp, `d-${randomBytes(12).toString("hex")}`);
  try {
    disk.create(staged, text, disk.stat(path)?.mode ?? MODE);
    await disk.sync([staged], []);
    disk.rename(staged, path);
    await disk.sync([], [dirname(path)]);
  } catch (error) {
    unlessMissing(() => disk.unlink(staged));
    throw diskError(error, `${path} could not be saved`, "It is as it was before");
  }
  return { saved: sha256(text) };
}

/** @throws E_NOT_FOUND, E_NOT_A_FILE: nothing that leads elsewhere is followed */
function placeOf(disk: Disk, paths: WorkspacePaths, id: string): string {
  const path = taskPath(paths, checkTaskId(id));
  const folder = disk.stat(dirname(path));
  const file = disk.stat(path);
  if (folder === undefined || file === undefined) throw notThere(path);
  if (folder.kind === "folder" && file.kind === "file") return path;
  throw new ClawflowError("E_NOT_A_FILE", "not a plain file in a plain folder", { at: path });
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ClawflowError("E_UTF8", "the text is no UTF-8", { at: path, cause });
  }
}

function notThere(path: string): ClawflowError {
  return new ClawflowError("E_NOT_FOUND", "there is no such task", { at: path });
}
