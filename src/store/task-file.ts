import { join } from "node:path";
import { sha256 } from "../protocol/ids.ts";
import { parseTask } from "../protocol/parse-task.ts";
import type { Task } from "../protocol/task.ts";
import { withResults } from "../protocol/with-results.ts";
import type { Disk } from "./disk.ts";
import { unlessMissing } from "./disk-error.ts";
import type { FileIdentity } from "./inbox.ts";
import { taskFolder, taskPath, type WorkspacePaths } from "./layout.ts";

/** What the runtime knows of the text of a task on disk. */
export interface TaskFile {
  task: Task;
  /** Hash of task.md as the runtime wrote or found it; empty: it never did. */
  hash: string;
  /** The file with that hash, where it is known. */
  identity?: FileIdentity;
  /** The file was compared by its content when its time had moved on: from then on its identity alone tells. */
  trusted?: boolean;
  /** task.md is not what the runtime left there: since when, on the monotonic clock, and as it was last seen. */
  foreign?: { first: number; since: number; identity: FileIdentity };
  /** Hash of a text of a person that could not be taken: it is set aside when task.md must be written. */
  refused?: string;
  /** The base copy is ahead of task.md, which is a person's for the moment. */
  behind?: boolean;
  /** The revision of the base copy, and those of the earlier texts that are kept, with the time (since 1970) of each. */
  baseRev?: number;
  revs: Map<number, number>;
  /** Monotonic time of the last writing, or of the creation of the task.  */
  writtenAt: number;
  /** Texts of `results/`, as they were last written. */
  results: Map<string, string>;
}

export function newTaskFile(task: Task, writtenAt: number): TaskFile {
  return { task, hash: "", writtenAt, results: new Map(), revs: new Map() };
}

/** @throws what `parseTask` does, and E_NOT_A_FILE… of the disk */
export function readTask(
  disk: Disk,
  paths: WorkspacePaths,
  id: string,
): { task: Task; hash: string; text: string } | undefined {
  const path = taskPath(paths, id);
  // Most ids that are asked for are new, and an error costs ten times as much as a look.
  const bytes = disk.stat(path) === undefined ? undefined : unlessMissing(() => disk.read(path));
  return bytes === undefined
    ? undefined
    : {
        task: parseWithResults(disk, paths, bytes),
        hash: sha256(bytes),
        text: Buffer.from(bytes).toString("utf8"),
      };
}

/** A task from the text of task.md or of its base, with the results that stand in files of their own. */
export function parseWithResults(disk: Disk, paths: WorkspacePaths, bytes: Uint8Array): Task {
  const task = parseTask(Buffer.from(bytes).toString("utf8"));
  return withResults(task, (name) => {
    const text = unlessMissing(() => disk.read(join(taskFolder(paths, task.task_id), name)));
    return text === undefined ? `(${name} is missing)` : Buffer.from(text).toString("utf8");
  });
}
