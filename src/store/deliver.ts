import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import type { Disk } from "./disk.ts";
import { diskError, errorCode, unlessMissing } from "./disk-error.ts";
import { blobPath, type WorkspacePaths, workspacePaths } from "./layout.ts";
import { MESSAGE_MODE } from "./workspace-files.ts";

export interface Delivery {
  /** The file name in the receiver's inbox. */
  name: string;
  bytes: Uint8Array;
  /** Attachments by content; `path` is the sender's copy. */
  blobs?: readonly { sha256: string; path: string }[];
}

/**
 * Puts a message into the inbox of a workspace that another process may have open: blobs first, then the message whole, by a link.
 * With `sync` it is durable when this resolves, which is what a receipt says; `same`: it lay there before.
 * @throws E_ID_REUSED when another message has the name, E_BLOB, E_NOT_FOUND when there is no workspace, E_DISK_FULL, E_DISK
 */
export async function deliverInto(
  disk: Disk,
  workspaceDirectory: string,
  delivery: Delivery,
  { sync }: { sync: boolean },
): Promise<"new" | "same"> {
  const paths = workspacePaths(workspaceDirectory);
  try {
    checkWorkspace(disk, paths);
    const blobs: string[] = [];
    for (const blob of delivery.blobs ?? []) blobs.push(await deliverBlob(disk, paths, blob, sync));
    return await deliverMessage(disk, paths, delivery, sync ? { blobs } : undefined);
  } catch (error) {
    const doing = `message ${delivery.name} could not be put into ${paths.inbox}`;
    throw diskError(error, doing, "Nothing was delivered; send it again when the disk is well");
  }
}

function checkWorkspace(disk: Disk, paths: WorkspacePaths): void {
  if (disk.stat(paths.inbox)?.kind === "folder") return;
  throw new ClawflowError("E_NOT_FOUND", "there is no workspace", {
    at: paths.root,
    expected: "a folder with mailbox/inbox",
    hint: "Start its host once: it makes the folders",
  });
}

/**
 * The content is durable before the name is there, and so are its blobs: a name in an inbox never stands for less than the whole message. What lay there
 * before is replaced by the copy that was just made durable: it may be one that its sender's host handed over and has not synced yet, or
 * one whose sync failed, and a second sync would call that good. A name is never taken back, because its receiver may be at work on it.
 *
 * @param durable its blobs, which stand in their places, though nobody knows whether their names would outlast a power cut
 */
async function deliverMessage(
  disk: Disk,
  paths: WorkspacePaths,
  { name, bytes }: Delivery,
  durable: { blobs: readonly string[] } | undefined,
): Promise<"new" | "same"> {
  const target = join(paths.inbox, name);
  const staged = stageIn(disk, paths, bytes);
  try {
    if (durable !== undefined) await disk.sync([staged], blobFolders(disk, paths, durable.blobs));
    const outcome = linkMessage(disk, staged, target, bytes);
    if (durable === undefined) return outcome;
    try {
      if (outcome === "same") disk.rename(staged, target);
      await disk.sync([], [...unsureFolders(disk, paths), paths.inbox]);
    } catch (error) {
      throw diskError(
        error,
        `message ${name} lies in ${paths.inbox}, but may not outlast a power cut`,
        MAYBE_TAKEN,
      );
    }
    return outcome;
  } finally {
    dropStaged(disk, staged);
  }
}

/** Until its first host has synced them nobody knows whether the folders above the inbox would outlast a power cut. */
function unsureFolders(disk: Disk, { clock, root, mailbox }: WorkspacePaths): string[] {
  return disk.stat(clock) === undefined ? [dirname(root), root, mailbox] : [];
}

function blobFolders(disk: Disk, paths: WorkspacePaths, blobs: readonly string[]): string[] {
  if (blobs.length === 0) return [];
  const unsure = unsureFolders(disk, paths);
  const above = unsure.length === 0 ? [] : [...unsure, dirname(paths.blobs)];
  return [...new Set([...above, paths.blobs, ...blobs.map((blob) => dirname(blob))])];
}

const MAYBE_TAKEN = "It may be taken all the same: look there before you send another one";

/** What stays goes at a start of the receiver's host; it changes nothing about the delivery. */
function dropStaged(disk: Disk, staged: string): void {
  try {
    disk.unlink(staged);
  } catch {}
}

function linkMessage(disk: Disk, staged: string, target: string, bytes: Uint8Array): "new" | "same" {
  for (;;) {
    try {
      disk.link(staged, target);
      return "new";
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    const there = found(disk, target, bytes);
    if (there === "same") return "same";
    // The receiver took it between the two looks: this is a repeat, and it is put there as one.
    if (there === "nothing") continue;
    throw new ClawflowError("E_ID_REUSED", "another message has this name", {
      at: target,
      hint: "A message is never replaced; give the new one an id of its own",
    });
  }
}

/** The sender's copy is durable already; one that is made here is, before it has its name. */
async function deliverBlob(
  disk: Disk,
  paths: WorkspacePaths,
  blob: { sha256: string; path: string },
  sync: boolean,
): Promise<string> {
  const target = blobPath(paths, blob.sha256);
  disk.mkdir(dirname(target));
  try {
    disk.link(blob.path, target);
    return target;
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return target;
    if (code === "ENOENT") throw missingBlob(blob);
    if (code !== "EXDEV" && code !== "EMLINK" && code !== "EPERM") throw error;
  }
  const bytes = disk.read(blob.path);
  if (sha256(bytes) !== blob.sha256) throw missingBlob(blob);
  const staged = stageIn(disk, paths, bytes);
  if (sync) await disk.sync([staged], []);
  disk.rename(staged, target);
  return target;
}

/** Nobody who delivers is the workspace's host, so the name is random; what is left behind goes at a later start. */
function stageIn(disk: Disk, paths: WorkspacePaths, bytes: Uint8Array): string {
  const staged = join(paths.tmp, `d-${randomBytes(12).toString("hex")}`);
  disk.mkdir(paths.tmp);
  disk.create(staged, bytes, MESSAGE_MODE);
  return staged;
}

function found(disk: Disk, path: string, bytes: Uint8Array): "same" | "other" | "nothing" {
  const stat = disk.stat(path);
  if (stat === undefined) return "nothing";
  if (stat.kind !== "file" || stat.size !== bytes.length) return "other";
  const there = unlessMissing(() => disk.read(path));
  if (there === undefined) return "nothing";
  return sha256(there) === sha256(bytes) ? "same" : "other";
}

function missingBlob(blob: { sha256: string; path: string }): ClawflowError {
  return new ClawflowError("E_BLOB", "an attachment is not there as it was described", {
    at: blob.path,
    expected: `content with SHA-256 ${blob.sha256}`,
  });
}
