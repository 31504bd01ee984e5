import { join } from "node:path";
import type { ReadDisk } from "../store/disk.ts";
import type { WorkspacePaths } from "../store/layout.ts";

/** A task.md that was written so much later than the copy is not the runtime's writing of both. Milliseconds. */
const WRITTEN_TOGETHER = 1_000;

/** By dates and sizes alone: whether there may be an edit of task.md that was not taken, or not wholly. */
export function looksEdited(disk: ReadDisk, paths: WorkspacePaths, folder: string, isOpen: boolean): boolean {
  return (
    disk.stat(join(paths.tasks, folder, "task.problem.md")) !== undefined ||
    (isOpen && isOtherText(disk, paths, folder))
  );
}

/** By dates and sizes alone: whether task.md may be another text than the runtime's copy. */
export function isOtherText(disk: ReadDisk, paths: WorkspacePaths, folder: string): boolean {
  const found = disk.stat(join(paths.tasks, folder, "task.md"));
  const base = disk.stat(join(paths.base, `${folder}.md`));
  if (found === undefined || base === undefined) return false;
  return found.size !== base.size || found.mtimeMs - base.mtimeMs >= WRITTEN_TOGETHER;
}
