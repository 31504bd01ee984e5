import { join } from "node:path";
import { errorText } from "../protocol/errors.ts";
import type { Task } from "../protocol/task.ts";
import { parseTask, withResults } from "../protocol/task-document.ts";
import type { ReadDisk } from "../store/disk.ts";
import { basePath, taskFolder, taskPath, type WorkspacePaths } from "../store/layout.ts";
import { listNames, readText } from "./read-text.ts";

/** A task as its files say it. `problem`: its task.md cannot be read, and this is the copy that the runtime keeps. */
export interface TaskFound {
  task: Task;
  problem?: string;
}

/** A task by its local id; `undefined`: it is not there. A task.md that is no task, with no copy to go by, is not there either. */
export function findTask(disk: ReadDisk, paths: WorkspacePaths, id: string): TaskFound | undefined {
  const found = readTaskText(disk, taskPath(paths, id), taskFolder(paths, id));
  if (found !== undefined && "task" in found) return found.task.task_id === id ? found : undefined;
  const base = readTaskText(disk, basePath(paths, id), taskFolder(paths, id));
  if (base === undefined || "problem" in base) return undefined;
  return found === undefined ? base : { ...base, problem: found.problem };
}

export interface TaskFolder {
  /** Its name in `tasks/`. */
  folder: string;
  /** When task.md was last written, milliseconds since 1970. */
  changed: number;
}

/** Every task of a workspace, without reading it. */
export function listTasks(disk: ReadDisk, paths: WorkspacePaths): TaskFolder[] {
  return listNames(disk, paths.tasks).flatMap((folder) => {
    const found = disk.stat(join(paths.tasks, folder, "task.md"));
    return found === undefined ? [] : [{ folder, changed: found.mtimeMs }];
  });
}

/** The folders of tasks that are not final: those of which the runtime keeps a copy. */
export function listOpenTasks(disk: ReadDisk, paths: WorkspacePaths): string[] {
  return listNames(disk, paths.base)
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length));
}

/**
 * The task in a folder of `tasks/`, or what is wrong with it.
 *
 * @param prefersCopy Of an open task the runtime's copy is what it goes on from, whatever a person made of task.md.
 */
export function readTaskFolder(
  disk: ReadDisk,
  paths: WorkspacePaths,
  folder: string,
  prefersCopy = false,
): TaskFound | { problem: string } | undefined {
  const directory = join(paths.tasks, folder);
  const readCopy = () => readTaskText(disk, join(paths.base, `${folder}.md`), directory);
  const copy = prefersCopy ? readCopy() : undefined;
  if (copy !== undefined && "task" in copy) return copy;
  const found = readTaskText(disk, join(directory, "task.md"), directory);
  if (found !== undefined && "task" in found) return found;
  const base = readCopy();
  if (base === undefined || !("task" in base)) return found;
  return found === undefined ? base : { ...base, ...found };
}

function readTaskText(
  disk: ReadDisk,
  path: string,
  folder: string,
): { task: Task } | { problem: string } | undefined {
  const text = readText(disk, path);
  if (text === undefined) return undefined;
  try {
    return { task: withResults(parseTask(text), (name) => readText(disk, join(folder, name)) ?? "") };
  } catch (error) {
    return { problem: errorText(error) };
  }
}
