import { dirname, join } from "node:path";
import { internal } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import { shareBlob } from "./blobs.ts";
import { errorCode, unlessMissing } from "./disk-error.ts";
import type { Entry } from "./entries.ts";
import { isOwnName, sameFile } from "./inbox.ts";
import { reasonPath } from "./layout.ts";
import type { Workspace } from "./workspace.ts";
import { MESSAGE_MODE } from "./workspace-files.ts";

/** Does to the files what the journal already holds durably. A failure here loses nothing: the next start repeats the record. */
export function applyEntry(workspace: Workspace, entry: Entry, receiver?: Workspace): void {
  switch (entry.op) {
    case "send":
      applySend(workspace, entry, receiver);
      return;
    case "put":
      workspace.files.put(join(workspace.paths.root, entry.path), entry.text, entry.mode);
      return;
    case "take":
      applyTake(workspace, entry);
      return;
    case "dead":
      applyDead(workspace, entry);
      return;
    case "withdraw":
      workspace.files.move(join(workspace.paths.pending, entry.name), join(workspace.paths.root, entry.path));
      return;
    case "snapshot":
    case "change":
    case "text":
      return;
  }
}

type Send = Extract<Entry, { op: "send" }>;

function applySend(workspace: Workspace, entry: Send, receiver: Workspace | undefined): void {
  const { files, paths } = workspace;
  const staged = files.stage(entry.text, MESSAGE_MODE);
  if (entry.place === "outbox" || (entry.place === "inbox" && handOver(workspace, receiver, staged, entry))) {
    files.publish(staged, join(paths.outbox, entry.name));
    return;
  }
  files.publish(staged, join(paths.pending, entry.name));
  // It may have been withdrawn before it was written.
  if (entry.place === "inbox" || workspace.sending.delete(entry.name)) workspace.pendingNames.add(entry.name);
}

/** Into the inbox of an agent of this host; `false` if another message lies there under this name. */
function handOver(
  workspace: Workspace,
  receiver: Workspace | undefined,
  staged: string,
  entry: Send,
): boolean {
  if (receiver === undefined) throw internal("a local message without a receiver");
  for (const hash of entry.blobs ?? []) {
    if (!shareBlob(workspace, receiver, hash)) {
      workspace.context.onProblem(workspace.agent, `${entry.name}: attachment ${hash} is not there`);
    }
  }
  const target = join(receiver.paths.inbox, entry.name);
  if (linkAcross(receiver, staged, target, entry.text)) return true;
  const there = unlessMissing(() => workspace.context.disk.read(target));
  if (there !== undefined && sha256(there) === sha256(entry.text)) return true;
  workspace.context.onProblem(
    workspace.agent,
    `${entry.name}: the receiver has another message of this name`,
  );
  return false;
}

function linkAcross(receiver: Workspace, staged: string, target: string, text: string): boolean {
  try {
    return receiver.files.linkNew(staged, target);
  } catch (error) {
    if (errorCode(error) !== "EXDEV") throw error;
  }
  // Another file system: a copy, with a name of its own, that is linked there.
  const copy = receiver.files.stage(text, MESSAGE_MODE);
  const taken = receiver.files.linkNew(copy, target);
  receiver.context.disk.unlink(copy);
  if (taken) receiver.context.touched.file(target);
  return taken;
}

function applyTake(workspace: Workspace, entry: Extract<Entry, { op: "take" }>): void {
  const { context, paths, files } = workspace;
  const from = join(paths.inbox, entry.name);
  const to = join(paths.root, entry.path);
  if (!isOwnName(entry.name)) {
    if (isAnother(workspace, entry.name)) return;
    // Whoever dropped it did not sync it.
    if (files.move(from, to)) context.touched.files.add(to);
    return;
  }
  if (!files.move(from, to)) context.onProblem(workspace.agent, `inbox/${entry.name} was removed by hand`);
}

function applyDead(workspace: Workspace, entry: Extract<Entry, { op: "dead" }>): void {
  const { paths, files } = workspace;
  if (isAnother(workspace, entry.name)) return;
  const to = join(paths.root, entry.path);
  files.folder(dirname(to));
  files.move(join(paths.inbox, entry.name), to);
  files.put(reasonPath(to), entry.reason);
}

/** Whether what lies in the inbox under a name that is not the runtime's is not what was read: then it is read again. */
function isAnother({ context, paths, seen, sightings, agent }: Workspace, name: string): boolean {
  const before = seen.get(name);
  seen.delete(name);
  sightings.delete(name);
  if (before === undefined) return false;
  const found = context.disk.stat(join(paths.inbox, name));
  if (found === undefined || sameFile(before, found)) return false;
  context.onProblem(agent, `changed-while-read: inbox/${name}; it is taken again`);
  return true;
}
