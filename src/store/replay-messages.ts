import { dirname, join } from "node:path";
import { sha256 } from "../protocol/ids.ts";
import { shareBlob } from "./blobs.ts";
import { syncPaths } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import type { ArrivedMessage, Folded, FoldedWorkspace, LeftMessage, SentMessage } from "./fold.ts";
import { isOwnName } from "./inbox.ts";
import { reasonPath } from "./layout.ts";
import { isTornCopy } from "./torn.ts";
import type { Workspace } from "./workspace.ts";
import { MESSAGE_MODE } from "./workspace-files.ts";

/** The attachments that messages brought from one workspace to another; one that was passed on comes to the first receiver first. */
export function replayBlobs(folded: Folded, workspaces: ReadonlyMap<string, Workspace>): void {
  const done = new Set<string>();
  const bring = (directory: string, hash: string) => {
    const from = folded.get(directory)?.blobs.get(hash);
    const key = `${directory}\0${hash}`;
    if (from === undefined || from === directory || done.has(key)) return;
    done.add(key);
    bring(from, hash);
    const receiver = workspaces.get(directory);
    const sender = workspaces.get(from);
    if (receiver === undefined) return;
    if (sender !== undefined) shareBlob(sender, receiver, hash);
    noteFile(receiver, receiver.blobPath(hash));
  };
  for (const [directory, { blobs }] of folded) for (const hash of blobs.keys()) bring(directory, hash);
}

/** Brings the messages and other whole files of one workspace to where the records leave them. */
export function replayFiles(workspace: Workspace, folded: FoldedWorkspace): void {
  for (const [name, sent] of folded.sent) replaySent(workspace, name, sent);
  for (const message of folded.left) replayLeft(workspace, message);
  for (const [name, message] of folded.arrived) replayArrived(workspace, name, message);
  for (const [path, { text, mode }] of folded.puts) {
    ensureContent(workspace, join(workspace.paths.root, path), text, mode);
  }
}

/** A message that stands in the outbox was accepted, whatever the records still say of it. */
function replaySent(workspace: Workspace, name: string, { text, place }: SentMessage): void {
  const { paths, context } = workspace;
  const pending = join(paths.pending, name);
  const outbox = join(paths.outbox, name);
  if (typeof place === "object") {
    ensureContent(workspace, join(paths.root, place.withdrawn), text, MESSAGE_MODE);
    workspace.files.remove(pending);
  } else if (place === "outbox" || context.disk.stat(outbox) !== undefined) {
    ensureContent(workspace, outbox, text, MESSAGE_MODE);
    workspace.files.remove(pending);
  } else {
    ensureContent(workspace, pending, text, MESSAGE_MODE);
  }
}

/** Not in the inbox any more: a later record archived it, and its second copy there is what a torn rename left. */
function replayLeft(workspace: Workspace, message: LeftMessage): void {
  const { context, paths, files } = workspace;
  const from = join(paths.root, message.from);
  const to = join(paths.root, message.path);
  if (context.disk.stat(to) === undefined && holdsMessage(workspace, from, message)) files.move(from, to);
  if (message.text !== undefined) ensureContent(workspace, to, message.text, MESSAGE_MODE);
  if (message.reason !== undefined) ensureContent(workspace, reasonPath(to), message.reason, 0o600);
  noteFile(workspace, to);
  context.touched.sources.add(dirname(from));
  removeLeftover(workspace, from, to, message);
}

function holdsMessage(workspace: Workspace, path: string, message: LeftMessage): boolean {
  const { disk } = workspace.context;
  const found = disk.stat(path);
  if (found === undefined) return false;
  // What was refused may be a link or a folder; what is withdrawn has no hash in the records.
  if (message.sha256 === undefined) return true;
  if (found.kind !== "file") return false;
  return sha256(disk.read(path)) === message.sha256;
}

function removeLeftover(workspace: Workspace, from: string, to: string, message: LeftMessage): void {
  const { disk } = workspace.context;
  const left = disk.stat(from);
  const kept = disk.stat(to);
  if (left === undefined || kept === undefined) return;
  const sameInode = left.ino === kept.ino && left.dev === kept.dev;
  const sameMessage =
    isOwnName(message.name) && (sameTorn(workspace, from, message) || holdsHash(workspace, from, message));
  if (sameInode || sameMessage) workspace.files.remove(from);
}

function holdsHash(workspace: Workspace, path: string, { sha256: hash }: LeftMessage): boolean {
  return hash !== undefined && sha256(workspace.context.disk.read(path)) === hash;
}

function sameTorn(workspace: Workspace, path: string, { text }: LeftMessage): boolean {
  return text !== undefined && isTornCopy(workspace.context.disk.read(path), text);
}

/** A name alone is no delivery: after a loss of power it may stand for nothing, or for a part. */
function replayArrived(workspace: Workspace, name: string, { text, from }: ArrivedMessage): void {
  const { context, paths, files } = workspace;
  const target = join(paths.inbox, name);
  const found = context.disk.stat(target);
  const bytes = found?.kind === "file" ? context.disk.read(target) : undefined;
  if (found !== undefined && (bytes === undefined || !isTornCopy(bytes, text))) {
    // Nothing of ours: it is kept among the dead, because the message has a right to its name.
    const kept = join(paths.dead, `${name.replace(/\.md$/, "")}.other-${found.ino}.md`);
    files.move(target, kept);
    files.put(reasonPath(kept), `E_ID_REUSED: it lay in the inbox under the name of a message of ${from}\n`);
  }
  ensureContent(workspace, target, text, MESSAGE_MODE);
}

/** Whatever stands there, in the end it is this text; noted to be synced even where nothing had to be done. */
export function ensureContent(workspace: Workspace, path: string, text: string, mode: number): void {
  const { context, files } = workspace;
  const found = context.disk.stat(path);
  const bytes = found?.kind === "file" ? unlessMissing(() => context.disk.read(path)) : undefined;
  const stands = bytes !== undefined && Buffer.from(text, "utf8").equals(bytes);
  if (!stands || context.rewrite) files.put(path, text, mode);
  noteFolder(workspace, path);
}

/** A file of which the records do not have the content. */
function noteFile(workspace: Workspace, path: string): void {
  const { context, files } = workspace;
  if (context.rewrite && context.disk.stat(path)?.kind === "file") {
    context.unrecorded.push(async () => {
      const staged = files.stage(context.disk.read(path), MESSAGE_MODE);
      await syncPaths(context, [staged], []);
      files.publish(staged, path);
    });
  }
  noteFolder(workspace, path);
}

function noteFolder(workspace: Workspace, path: string): void {
  workspace.files.folder(dirname(path));
  workspace.context.touched.file(path);
}
