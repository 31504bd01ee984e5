import { join } from "node:path";
import { folderName, sha256 } from "../protocol/ids.ts";
import { baseFor } from "./base-copies.ts";
import { unlessMissing } from "./disk-error.ts";
import { decode, describe, type FoundText } from "./find-edits.ts";
import { sameFile } from "./inbox.ts";
import { type KeptFile, setAside } from "./place-text.ts";
import { isTornCopy } from "./torn.ts";
import type { Workspace } from "./workspace.ts";

/** An editor that has the old file open writes into it within this time, or outside of what can be promised. */
const KEEP_MS = 10_000;
const AT_REST_MS = 300;

/** Looks at the files that were replaced lately: what was written into one since then is an edit as well. The others go after their time. */
export function findKeptEdits(workspace: Workspace): FoundText[] {
  const found: FoundText[] = [];
  const { context } = workspace;
  const now = context.monotonic();
  for (const kept of [...workspace.kept]) {
    const stat = context.disk.stat(kept.path);
    if (stat === undefined) forgetKept(workspace, kept);
    else if (kept.hash !== "" && sameFile(stat, kept.identity)) {
      if (now - kept.at >= KEEP_MS) (kept.rejected === true ? forgetKept : dropKept)(workspace, kept);
    } else if (kept.changed === undefined || !sameFile(stat, kept.changed.identity)) {
      kept.changed = { since: now, identity: stat };
    } else if (now - kept.changed.since >= AT_REST_MS) {
      const text = readKept(workspace, kept);
      if (text !== undefined) found.push(text);
    }
  }
  return found;
}

/** What an earlier host left, or the start itself: who has such a file open may write into it yet, as while the host runs. */
export function loadKept(workspace: Workspace): void {
  const { context } = workspace;
  const tasks = new Map([...workspace.taskFiles.keys()].map((id) => [folderName(id), id]));
  for (const { path, start, folder } of listKept(workspace)) {
    const identity = context.disk.stat(path);
    if (identity?.kind !== "file") continue;
    const bytes = context.disk.read(path);
    const task = tasks.get(folder);
    const asItWas = isAsItWas(bytes, start);
    if (asItWas ? task === undefined : isTorn(workspace, bytes, start, task)) context.disk.unlink(path);
    else if (task !== undefined)
      workspace.kept.push({
        task,
        path,
        hash: asItWas ? sha256(bytes) : "",
        identity,
        at: context.monotonic(),
      });
  }
}

/** A file that was replaced, by its name alone. */
export interface KeptName {
  path: string;
  start: string;
  folder: string;
}

export function listKept({ context, paths }: Workspace): KeptName[] {
  const names = unlessMissing(() => context.disk.list(paths.kept)) ?? [];
  return names.map((name) => ({ path: join(paths.kept, name), ...parseKeptName(name) }));
}

/** `start`: of the hash of the text that was replaced; `folder`: of its task. */
export function parseKeptName(name: string): { start: string; folder: string } {
  const [, start = "", folder = ""] = /^([0-9a-f]*)-[0-9a-z]+-\d+@(.+)\.md$/.exec(name) ?? [];
  return { start, folder };
}

/** It holds what it held when it was replaced, or an editor has emptied it and writes next. @param start of the hash of that */
export function isAsItWas(bytes: Uint8Array, start: string): boolean {
  return bytes.length === 0 || sha256(bytes).startsWith(start);
}

/** What a loss of power left of the text that was replaced. */
function isTorn(workspace: Workspace, bytes: Uint8Array, start: string, task: string | undefined): boolean {
  if (bytes.includes(0)) return true;
  const file = task === undefined ? undefined : workspace.taskFiles.get(task);
  const known =
    file === undefined
      ? []
      : [file.baseRev, ...file.revs.keys()].map((rev) => baseFor(workspace, file, rev).text);
  return known.some(
    (text) => text !== undefined && sha256(text).startsWith(start) && isTornCopy(bytes, text),
  );
}

/** The text was taken, or was the runtime's own: the file goes. */
export function dropKept(workspace: Workspace, kept: KeptFile): void {
  forgetKept(workspace, kept);
  workspace.files.remove(kept.path);
}

function forgetKept(workspace: Workspace, kept: KeptFile): void {
  workspace.kept.splice(workspace.kept.indexOf(kept), 1);
}

function readKept(workspace: Workspace, kept: KeptFile): FoundText | undefined {
  const { context, taskFiles } = workspace;
  const bytes = unlessMissing(() => context.disk.read(kept.path));
  const hash = bytes === undefined ? kept.hash : sha256(bytes);
  const file = taskFiles.get(kept.task);
  // Truncated by an editor that writes next, or saved unchanged.
  if (bytes === undefined || bytes.length === 0 || hash === kept.hash || hash === file?.hash) {
    lookedAt(kept, hash);
    return undefined;
  }
  if (file !== undefined) return { ...describe(workspace, file, decode(bytes), hash), kept: kept.path };
  keptRefused(workspace, kept, hash);
  return undefined;
}

/** Nothing of it could be taken: it stands beside task.md from now on, and there it may still change. */
export function keptRefused(workspace: Workspace, kept: KeptFile, hash: string): void {
  if (kept.rejected !== true) {
    forgetKept(workspace, kept);
    setAside(workspace, kept.task, kept.path);
    return;
  }
  lookedAt(kept, hash);
}

/** Only what is written into it from now on is of interest. */
function lookedAt(kept: KeptFile, hash: string): void {
  kept.hash = hash;
  kept.identity = kept.changed?.identity ?? kept.identity;
  delete kept.changed;
}
