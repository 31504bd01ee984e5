import { join } from "node:path";
import { applyChange, type Change } from "../loop/change.ts";
import { isFinal } from "../loop/phase.ts";
import { internal } from "../protocol/errors.ts";
import { keptFileName, sha256 } from "../protocol/ids.ts";
import { layoutOf } from "../protocol/layout-of.ts";
import type { Task } from "../protocol/task.ts";
import type { StoreContext } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import type { Entry } from "./entries.ts";
import { relativeTo } from "./layout.ts";
import { newTaskFile, readTask } from "./task-file.ts";
import type { Op } from "./types.ts";
import type { Workspace } from "./workspace.ts";
import { MESSAGE_MODE } from "./workspace-files.ts";

/** An operation that waits for the next commit. A task's change is already in memory. */
export type Staged =
  | { workspace: Workspace; kind: "task"; task: Task; change?: Change }
  | { workspace: Workspace; kind: "files"; entry: Entry; receiver?: Workspace };

/** The part of the store that staging needs. */
export interface Staging {
  context: StoreContext;
  workspaces: ReadonlyMap<string, Workspace>;
  /** Final places that operations not yet applied will take. */
  reserved: Set<string>;
}

/** Settles everything about an operation that a repetition must find alike, and applies changes of tasks to memory. */
export function stageOp(staging: Staging, workspace: Workspace, op: Op): Staged | undefined {
  switch (op.op) {
    case "create":
      return stageCreate(staging, workspace, op.task);
    case "change":
      return stageChange(staging, workspace, op.task, op.change);
    case "send":
      return stageSend(staging, workspace, op);
    case "record":
      return files(workspace, { op: "put", path: op.path, text: op.text, mode: MESSAGE_MODE });
    case "file":
      return files(workspace, { op: "put", path: op.path, text: op.text, mode: 0o600 });
    case "take": {
      // The place is taken by the same message where one that no task remembers, such as word of progress, comes again.
      const path = freePath(staging, workspace, op.path, (stem, n) =>
        n === 0 ? stem : isArchived(staging, workspace, op) ? `${stem}.again-${n}` : `${stem}-${n + 1}`,
      );
      return files(workspace, { op: "take", name: op.name, path, sha256: op.sha256 });
    }
    case "again": {
      const path = freePath(staging, workspace, op.path, (stem, n) => `${stem}.again-${n + 1}`);
      return files(workspace, { op: "take", name: op.name, path, sha256: op.sha256 });
    }
    case "dead": {
      const wanted = `mailbox/dead/${op.name}`;
      const path = freePath(staging, workspace, wanted, (stem, n) => (n === 0 ? stem : `${stem}-${n + 1}`));
      return files(workspace, { op: "dead", name: op.name, path, reason: op.reason });
    }
    case "withdraw":
      return stageWithdraw(workspace, op);
  }
}

function isArchived({ context }: Staging, { paths }: Workspace, op: Extract<Op, { op: "take" }>): boolean {
  const bytes = unlessMissing(() => context.disk.read(join(paths.root, op.path)));
  return bytes !== undefined && sha256(bytes) === op.sha256;
}

function files(workspace: Workspace, entry: Entry): Staged {
  return { workspace, kind: "files", entry };
}

function stageCreate({ context }: Staging, workspace: Workspace, task: Task): Staged {
  const id = task.task_id;
  const file = newTaskFile(task, context.monotonic());
  workspace.taskFiles.set(id, file);
  workspace.dirty.add(file);
  (isFinal(task) ? workspace.closing : workspace.tasks).set(id, task);
  return { workspace, kind: "task", task };
}

function stageChange(staging: Staging, workspace: Workspace, id: string, change: Change): Staged {
  const task = workspace.tasks.get(id) ?? workspace.closing.get(id) ?? reopen(staging, workspace, id);
  applyChange(task, change);
  const [to, from] = isFinal(task)
    ? [workspace.closing, workspace.tasks]
    : [workspace.tasks, workspace.closing];
  from.delete(id);
  to.set(id, task);
  const file = workspace.taskFiles.get(id);
  if (file === undefined) throw internal(`task ${id} has no file record`);
  workspace.dirty.add(file);
  return { workspace, kind: "task", task, change };
}

/** A finished task that is changed after all, by a person. */
function reopen({ context }: Staging, workspace: Workspace, id: string): Task {
  const found = readTask(context.disk, workspace.paths, id);
  if (found === undefined) throw internal(`a change of task ${id}, which does not exist`);
  const file = newTaskFile(found.task, context.monotonic());
  file.hash = found.hash;
  const layout = layoutOf(found.text, found.task);
  if (layout !== undefined) found.task.layout = layout;
  workspace.taskFiles.set(id, file);
  return found.task;
}

function stageSend(staging: Staging, workspace: Workspace, op: Extract<Op, { op: "send" }>): Staged {
  const entry: Entry = { op: "send", name: op.name, place: op.place, text: op.text };
  if (op.blobs !== undefined && op.blobs.length > 0) entry.blobs = op.blobs;
  if (op.place !== "inbox") {
    if (op.place === "pending") workspace.sending.add(op.name);
    return files(workspace, entry);
  }
  const receiver = staging.workspaces.get(op.to);
  if (receiver === undefined) throw internal(`${op.to} is no agent of this store`);
  entry.receiver = relativeTo(staging.context.directory, receiver.directory);
  return { workspace, kind: "files", entry, receiver };
}

/** Nothing to do for a message that was accepted meanwhile; from here on a receipt for it comes too late. */
function stageWithdraw(workspace: Workspace, op: Extract<Op, { op: "withdraw" }>): Staged | undefined {
  const known = workspace.pendingNames.delete(op.name) || workspace.sending.has(op.name);
  if (!known) return undefined;
  workspace.sending.delete(op.name);
  return files(workspace, { op: "withdraw", name: op.name, path: op.path });
}

/** The first of the names that is neither on disk nor about to be. */
function freePath(
  { context, reserved }: Staging,
  { paths }: Workspace,
  wanted: string,
  nameOf: (stem: string, n: number) => string,
): string {
  const name = wanted.lastIndexOf("/") + 1;
  const stem = wanted.slice(0, name) + keptFileName(wanted.slice(name)).replace(/\.md$/, "");
  for (let n = 0; ; n++) {
    const path = `${nameOf(stem, n)}.md`;
    const absolute = join(paths.root, path);
    if (reserved.has(absolute) || context.disk.stat(absolute) !== undefined) continue;
    reserved.add(absolute);
    return path;
  }
}
