import { join } from "node:path";
import type { ReadDisk } from "../store/disk.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { listNames } from "./read-text.ts";

export interface TaskFolder {
  /** Its name in `tasks/`. */
  folder: string;
  /** When task.md was last written, milliseconds since 1970. */
  changed: number;
}

/** Every task of a workspace, without reading it. @param isKnown folders that are left out */
export function listTasks(
  disk: ReadDisk,
  paths: WorkspacePaths,
  isKnown: (folder: string) => boolean = () => false,
): TaskFolder[] {
  return listNames(disk, paths.tasks).flatMap((folder) => {
    if (isKnown(folder)) return [];
    const found = disk.stat(join(paths.tasks, folder, "task.md"));
    return found === undefined ? [] : [{ folder, changed: found.mtimeMs }];
  });
}

/** The folders of tasks of which the runtime keeps a copy: all that are not final, and some that were finished lately. */
export function listOpenTasks(disk: ReadDisk, paths: WorkspacePaths): string[] {
  // `<folder>@<rev>.md` is an earlier text.
  return listNames(disk, paths.base)
    .filter((name) => name.endsWith(".md") && !name.includes("@"))
    .map((name) => name.slice(0, -".md".length));
}
