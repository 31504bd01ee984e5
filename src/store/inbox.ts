import { join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { DROPPED_FILE_NAME, MESSAGE_FILE_NAME, sha256 } from "../protocol/ids.ts";
import type { Disk, FileStat } from "./disk.ts";
import { unlessMissing } from "./disk-error.ts";
import type { WorkspacePaths } from "./layout.ts";
import type { InboxFile } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** What tells one state of a file from another without reading it. */
export type FileIdentity = Pick<FileStat, "ino" | "size" | "mtimeMs">;

/** A dropped file as it was when first seen so; on the monotonic clock. */
export interface Sighting extends FileIdentity {
  since: number;
}

const SETTLED_MS = 500;
const DEFAULT_LIMIT = 4 * 1024 * 1024;

export function sameFile(a: FileIdentity | undefined, b: FileIdentity | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;
}

/** A file of the runtime's own name was published whole; any other may still be being written. */
export function isOwnName(name: string): boolean {
  return MESSAGE_FILE_NAME.test(name);
}

/** Swap files, `.DS_Store`, editors' probes and the like are left alone. */
export function listInbox(disk: Disk, paths: WorkspacePaths): string[] {
  const names = unlessMissing(() => disk.list(paths.inbox)) ?? [];
  return names.filter((name) => DROPPED_FILE_NAME.test(name)).sort();
}

export function isSettled(workspace: Workspace, name: string): boolean {
  if (isOwnName(name)) return true;
  const { context, paths, sightings } = workspace;
  const found = context.disk.stat(join(paths.inbox, name));
  if (found === undefined) {
    sightings.delete(name);
    return false;
  }
  // What is no file is refused when it is read; waiting would not make it one.
  if (found.kind !== "file") return true;
  const before = sightings.get(name);
  const now = context.monotonic();
  if (before !== undefined && sameFile(before, found)) return now - before.since >= SETTLED_MS;
  const { ino, size, mtimeMs } = found;
  sightings.set(name, { ino, size, mtimeMs, since: now });
  return false;
}

export function readInbox(workspace: Workspace, name: string, limit = DEFAULT_LIMIT): InboxFile | undefined {
  const { context, paths } = workspace;
  const path = join(paths.inbox, name);
  const before = context.disk.stat(path);
  if (before === undefined) return undefined;
  if (before.kind !== "file") throw notAFile(path, before.kind);
  if (before.size > limit) throw tooLarge(path, before.size, limit);
  const bytes = unlessMissing(() => context.disk.read(path));
  if (bytes === undefined) return undefined;
  if (!isOwnName(name)) {
    const after = context.disk.stat(path);
    if (!sameFile(before, after) || after === undefined || bytes.length !== after.size) {
      context.onProblem(workspace.agent, `changed-while-read: inbox/${name}; it is taken when it is at rest`);
      workspace.sightings.delete(name);
      return undefined;
    }
    workspace.seen.set(name, after);
  }
  return { name, bytes, sha256: sha256(bytes) };
}

function notAFile(path: string, kind: FileStat["kind"]): ClawflowError {
  const found = kind === "link" ? "a symbolic link" : kind === "folder" ? "a folder" : "a pipe or device";
  return new ClawflowError("E_NOT_A_FILE", "not a message", { at: path, expected: "a plain file", found });
}

function tooLarge(path: string, size: number, limit: number): ClawflowError {
  return new ClawflowError("E_TOO_LARGE", "the message is too large", {
    at: path,
    expected: `at most ${limit} bytes`,
    found: `${size} bytes`,
    hint: "Send large content as an attachment",
  });
}
