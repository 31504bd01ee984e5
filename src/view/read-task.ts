import { join } from "node:path";
import { errorText } from "../protocol/errors.ts";
import { folderName } from "../protocol/ids.ts";
import type { Task } from "../protocol/task.ts";
import { parseTask, withResults } from "../protocol/task-document.ts";
import type { ReadDisk } from "../store/disk.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { readText } from "./read-text.ts";

export { listOpenTasks, listTasks, type TaskFolder } from "./list-tasks.ts";

/**
 * A task as its files say it: the runtime's copy where there is one, for task.md may hold an edit that is not taken yet, or be missing for
 * the instant in which it is replaced. `problem`: the copy cannot be read, and this is task.md.
 */
export interface TaskFound {
  task: Task;
  problem?: string;
}

/**
 * A task by its local id; `undefined`: it is not there. What is no task is not there either.
 *
 * @param isOpen where it is known that there is a copy, or none, so that nothing is looked for in vain.
 */
export function findTask(
  disk: ReadDisk,
  paths: WorkspacePaths,
  id: string,
  isOpen?: boolean,
): TaskFound | undefined {
  const found = readTaskFolder(disk, paths, folderName(id), isOpen);
  return found !== undefined && "task" in found && found.task.task_id === id ? found : undefined;
}

/** The task in a folder of `tasks/`, or what is wrong with it. @param isOpen as of `findTask` */
export function readTaskFolder(
  disk: ReadDisk,
  paths: WorkspacePaths,
  folder: string,
  isOpen = true,
): TaskFound | { problem: string } | undefined {
  const directory = join(paths.tasks, folder);
  const readCopy = () => readTaskText(disk, join(paths.base, `${folder}.md`), directory);
  const copy = isOpen ? readCopy() : undefined;
  if (copy !== undefined && "task" in copy) return copy;
  const found = readTaskText(disk, join(directory, "task.md"), directory);
  if (found !== undefined && "task" in found) return { ...copy, ...found };
  // It may have been moved away just now, or become an open one again.
  const again = readCopy();
  return again !== undefined && "task" in again ? again : (found ?? copy);
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
