import { join } from "node:path";
import type { ReadDisk } from "../../store/disk.ts";
import { workspacePaths } from "../../store/layout.ts";
import { listNames, readText } from "../../view/read-text.ts";
import type { Candidate } from "./candidates.ts";
import { headOf, subtasksOf } from "./scan-task.ts";

/** So many tasks of each agent are offered, those that changed last. */
const LATELY = 100;

/** Folders keep at least so much of an id. */
const KEPT = 80;

/**
 * The ids of tasks that begin so, those changed last first. Parts of a job are offered once its id and the dot stand there: before, they would hide the
 * jobs. Files are looked through for a few lines, not parsed: a person waits for this at every key.
 */
export function taskCandidates(disk: ReadDisk, workspaces: readonly string[], start: string): Candidate[] {
  const found = workspaces.flatMap((workspace) =>
    foldersFrom(disk, workspace, start)
      .sort((a, b) => b.changed - a.changed)
      .slice(0, LATELY)
      .flatMap(({ path, changed }) => {
        const head = headOf(readText(disk, path) ?? "");
        return head === undefined ? [] : [{ ...head, changed }];
      }),
  );
  const ids = new Set(found.map(({ id }) => id));
  return found
    .filter(({ id }) => id.startsWith(start) && !isHidden(id, ids, start))
    .sort((a, b) => b.changed - a.changed)
    .map(({ id, status, title }) => ({ word: id, note: `${status}: ${title}` }));
}

/** `TASK/…`: the subtasks of that task. */
export function subtaskCandidates(disk: ReadDisk, workspaces: readonly string[], start: string): Candidate[] {
  const id = start.slice(0, start.indexOf("/"));
  for (const workspace of workspaces) {
    for (const { path } of foldersFrom(disk, workspace, id)) {
      const text = readText(disk, path) ?? "";
      if (headOf(text)?.id !== id) continue;
      return subtasksOf(text).map(({ id: subtask, status, agent }) => ({
        word: `${id}/${subtask}`,
        note: `${status} (${agent})`,
      }));
    }
  }
  return [];
}

function foldersFrom(disk: ReadDisk, workspace: string, start: string): { path: string; changed: number }[] {
  const { tasks } = workspacePaths(workspace);
  const beginning = start.toLowerCase().slice(0, KEPT);
  return listNames(disk, tasks).flatMap((folder) => {
    const path = join(tasks, folder, "task.md");
    const stat = folder.startsWith(beginning) ? disk.stat(path) : undefined;
    return stat === undefined ? [] : [{ path, changed: stat.mtimeMs }];
  });
}

function isHidden(id: string, ids: ReadonlySet<string>, start: string): boolean {
  for (let dot = id.indexOf("."); dot >= 0; dot = id.indexOf(".", dot + 1))
    if (ids.has(id.slice(0, dot)) && !start.startsWith(id.slice(0, dot + 1))) return true;
  return false;
}
