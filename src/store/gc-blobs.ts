import { join } from "node:path";
import { unlessMissing } from "./disk-error.ts";
import type { Workspace } from "./workspace.ts";

/** Removes attachments that are older and that no message and no open task names. @returns how many */
export function removeOldBlobs(workspace: Workspace, before: number): number {
  const { disk } = workspace.context;
  const old = new Map<string, string>();
  for (const path of filesBelow(workspace, workspace.paths.blobs)) {
    const found = disk.stat(path);
    if (found !== undefined && found.mtimeMs < before) old.set(path.slice(-64), path);
  }
  if (old.size === 0) return 0;
  for (const hash of namedHashes(workspace)) old.delete(hash);
  for (const path of old.values()) disk.unlink(path);
  return old.size;
}

function* namedHashes(workspace: Workspace): Iterable<string> {
  const { context, paths, taskFiles } = workspace;
  for (const { task } of taskFiles.values()) yield* hashesIn(JSON.stringify([task, [...task.subtasks]]));
  for (const folder of [paths.inbox, paths.outbox, paths.archive, paths.dead, paths.tasks]) {
    for (const path of filesBelow(workspace, folder)) {
      if (!path.endsWith(".md")) continue;
      yield* hashesIn(Buffer.from(context.disk.read(path)).toString("utf8"));
    }
  }
}

function hashesIn(text: string): string[] {
  return text.match(/\b[0-9a-f]{64}\b/g) ?? [];
}

function* filesBelow(workspace: Workspace, folder: string): Iterable<string> {
  const { disk } = workspace.context;
  for (const name of unlessMissing(() => disk.list(folder)) ?? []) {
    const path = join(folder, name);
    const kind = disk.stat(path)?.kind;
    if (kind === "folder") yield* filesBelow(workspace, path);
    else if (kind === "file") yield path;
  }
}
