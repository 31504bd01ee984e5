import { join } from "node:path";
import { readTaskHead, type TaskHead } from "../protocol/task-head.ts";
import type { ReadDisk } from "../store/disk.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { readText } from "./read-text.ts";

/** The head of the task in a folder of `tasks/`, where it can be read quickly: what `readTaskFolder` gives without its texts. */
export function readHead(
  disk: ReadDisk,
  paths: WorkspacePaths,
  folder: string,
  isOpen: boolean,
): TaskHead | undefined {
  const text = readText(
    disk,
    isOpen ? join(paths.base, `${folder}.md`) : join(paths.tasks, folder, "task.md"),
  );
  return text === undefined ? undefined : readTaskHead(text);
}

/** Heads that were read, by the folder of their task. */
export type Heads = Map<string, TaskHead>;

export function readHeadOnce(
  heads: Heads,
  disk: ReadDisk,
  paths: WorkspacePaths,
  folder: string,
  isOpen: boolean,
): TaskHead | undefined {
  const key = join(paths.tasks, folder);
  const head = heads.get(key) ?? readHead(disk, paths, folder, isOpen);
  if (head !== undefined) heads.set(key, head);
  return head;
}
