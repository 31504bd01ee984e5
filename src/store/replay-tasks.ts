import { dirname, join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import { formatTask } from "../protocol/format-task.ts";
import { folderName, sha256 } from "../protocol/ids.ts";
import { revOf } from "../protocol/read-edit.ts";
import type { Task } from "../protocol/task.ts";
import { unlessMissing } from "./disk-error.ts";
import { type FoldedTask, nextState } from "./fold.ts";
import { isAsItWas, type KeptName, listKept } from "./kept-files.ts";
import { basePath, revPath, taskPath } from "./layout.ts";
import { moveAway } from "./place-text.ts";
import { ensureContent } from "./replay-messages.ts";
import { isTornCopy } from "./torn.ts";
import type { Workspace } from "./workspace.ts";

const FILE_MODE = 0o600;

/**
 * Writes task.md and its base as the records leave the task. A text there that the runtime never wrote nor took, and that is no torn one of
 * it, is a person's: it stays, and is looked at when the host begins.
 */
export function replayTask(workspace: Workspace, id: string, folded: FoldedTask, kept: KeptByFolder): void {
  const { task } = folded;
  if (task === undefined) return;
  const { text, files } = formatTask(task);
  const path = taskPath(workspace.paths, id);
  const base = basePath(workspace.paths, id);
  const texts = textsOf(folded);
  const ours = isOurs(workspace, id, folded, [text, ...texts.map((earlier) => earlier.text)]);
  for (const file of files) ensureContent(workspace, join(dirname(path), file.name), file.text, FILE_MODE);
  const replaced = ours ? keepReplaced(workspace, id, path, text) : [];
  if (ours) ensureContent(workspace, path, text, FILE_MODE);
  const wasNeverSeen =
    isFinal(task) && task.subtasks.size === 0 && workspace.context.disk.stat(base) === undefined;
  if (!ours || !wasNeverSeen) {
    keepEarlier(workspace, id, task.rev);
    ensureContent(workspace, base, text, FILE_MODE);
  }
  mendEarlier(workspace, id, texts, [...(kept.get(folderName(id)) ?? []), ...replaced]);
}

/** Files that were replaced, by the folder of their task. */
export type KeptByFolder = ReadonlyMap<string, readonly KeptName[]>;

/** Before any task is replayed, once for all of them: many restarts in a row leave thousands. */
export function keptByFolder(workspace: Workspace): KeptByFolder {
  const found = new Map<string, KeptName[]>();
  for (const kept of listKept(workspace)) {
    const others = found.get(kept.folder);
    if (others === undefined) found.set(kept.folder, [kept]);
    else others.push(kept);
  }
  return found;
}

/** An editor may have it open, emptied already and not yet filled: what comes into it is looked for, as when the runtime writes its text. */
function keepReplaced(workspace: Workspace, id: string, path: string, text: string): KeptName[] {
  const { disk } = workspace.context;
  if (disk.stat(path)?.kind !== "file") return [];
  const hash = sha256(disk.read(path));
  if (hash === sha256(text)) return [];
  const kept = moveAway(workspace, { task: id, hash }, path);
  return kept === undefined ? [] : [{ path: kept.path, start: hash, folder: folderName(id) }];
}

/**
 * What a loss of power left of a text that was written is neither what somebody may have edited from, nor an edit. Afterwards no record says
 * what it was: so the earlier text stands and is synced with all the rest, and the file that was replaced goes.
 */
function mendEarlier(
  workspace: Workspace,
  id: string,
  texts: readonly Written[],
  kept: readonly KeptName[],
): void {
  const { context, paths, files } = workspace;
  const { disk } = context;
  const isPartOf = (path: string, text: string) =>
    disk.stat(path)?.kind === "file" && isTornCopy(disk.read(path), text);
  for (const { rev, text } of texts) {
    const path = revPath(paths, id, rev);
    if (isPartOf(path, text)) ensureContent(workspace, path, text, FILE_MODE);
  }
  for (const { path, start } of kept) {
    if (disk.stat(path)?.kind !== "file") continue;
    const bytes = disk.read(path);
    const isTorn = ({ text }: Written) => sha256(text).startsWith(start) && isTornCopy(bytes, text);
    if (!isAsItWas(bytes, start) && texts.some(isTorn)) files.remove(path);
    else context.touched.file(path);
  }
}

/** The base copy that the host before had written is what somebody may be editing from. */
function keepEarlier(workspace: Workspace, id: string, rev: number): void {
  const { context, paths, files } = workspace;
  const base = basePath(paths, id);
  const bytes = unlessMissing(() => context.disk.read(base));
  const earlier = bytes === undefined ? undefined : revOf(Buffer.from(bytes).toString("utf8"));
  if (earlier === undefined || earlier >= rev) return;
  const to = revPath(paths, id, earlier);
  if (context.disk.stat(to) === undefined) files.move(base, to);
}

/** @param texts that the records say were written, and the one that stands in the end */
function isOurs(workspace: Workspace, id: string, folded: FoldedTask, texts: readonly string[]): boolean {
  const { disk } = workspace.context;
  const path = taskPath(workspace.paths, id);
  const kind = disk.stat(path)?.kind;
  if (kind === undefined) return true;
  if (kind !== "file") return false;
  const bytes = disk.read(path);
  const hash = sha256(bytes);
  if (folded.hashes.has(hash) || texts.some((text) => isTornCopy(bytes, text))) return true;
  const base = unlessMissing(() => disk.read(basePath(workspace.paths, id)));
  return base !== undefined && isTornCopy(bytes, Buffer.from(base).toString("utf8"));
}

interface Written {
  rev: number;
  text: string;
}

/** Every text that the records say was written, made once more. */
function textsOf({ history }: FoldedTask): Written[] {
  const texts: Written[] = [];
  let task: Task | undefined;
  for (const entry of history) {
    if (entry.op === "snapshot" || entry.op === "change") task = nextState(task, entry);
    else if (entry.op === "text" && task !== undefined)
      texts.push({ rev: entry.rev, text: formatTask(task).text });
  }
  return texts;
}
