import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import type { Disk, ReadDisk } from "./disk.ts";
import { unlessMissing } from "./disk-error.ts";
import { relativeTo, type WorkspacePaths } from "./layout.ts";

/**
 * `.clawflow/owner`: whose journal may hold changes for this workspace, and what tells the workspace from a copy of it: the inode of its
 * mailbox folder. The device is compared only where the path is another one, because devices get new numbers when a machine restarts.
 */
export interface Owner {
  /** Of this workspace, made once. */
  workspace: string;
  /** The host's folder, relative to the workspace. */
  host: string;
  directory: string;
  device: number;
  inode: number;
}

export function readOwner(disk: ReadDisk, paths: WorkspacePaths): Owner | undefined {
  const bytes = unlessMissing(() => disk.read(paths.owner));
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as Owner;
  } catch {
    return undefined;
  }
}

export function formatOwner(owner: Owner): string {
  return `${JSON.stringify(owner)}\n`;
}

/** What `owner` must say when the host of `directory` has the workspace. */
export function ownerFor(disk: Disk, paths: WorkspacePaths, directory: string, before?: Owner): Owner {
  const mailbox = disk.stat(paths.mailbox);
  return {
    workspace: before?.workspace ?? `w-${randomBytes(8).toString("hex")}`,
    host: relativeTo(paths.root, directory),
    directory: paths.root,
    device: mailbox?.dev ?? 0,
    inode: mailbox?.ino ?? 0,
  };
}

export function hostOf(owner: Owner, paths: WorkspacePaths): string {
  return resolve(join(paths.root), owner.host);
}

/** Two paths of one folder, also through links. */
export function sameFolder(disk: ReadDisk, a: string, b: string): boolean {
  if (resolve(a) === resolve(b)) return true;
  const one = disk.stat(a);
  const other = disk.stat(b);
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

/** @throws E_MOVED for a copy, or a workspace that was moved to another file system */
export function checkNotMoved(disk: ReadDisk, paths: WorkspacePaths, owner: Owner): void {
  const mailbox = disk.stat(paths.mailbox);
  if (mailbox === undefined) return;
  // Without a clock its first start never came to be durable: the mailbox that the owner names may be lost, and be made anew.
  if (disk.stat(paths.clock) === undefined) return;
  const samePlace = mailbox.dev === owner.device || paths.root === owner.directory;
  if (mailbox.ino === owner.inode && samePlace) return;
  throw new ClawflowError("E_MOVED", "this workspace is a copy, or was moved here", {
    at: paths.root,
    found: `workspace ${owner.workspace}, which was at ${owner.directory}`,
    hint: "Say which: `clawflow doctor AGENT --moved` if the original is gone, `clawflow doctor AGENT --copied` if it is still in use",
  });
}
