import { join } from "node:path";
import { MESSAGE_FILE_NAME } from "../../protocol/ids.ts";
import type { Attachment, Task } from "../../protocol/task.ts";
import type { TaskHead } from "../../protocol/task-head.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { blobPath, type WorkspacePaths } from "../../store/layout.ts";
import { foldersOf, isLetterName, LETTER_PLACES, type LetterPlace, readLetter } from "../letters.ts";
import { readHead } from "../read-head.ts";
import { listTasks, readTaskFolder } from "../read-task.ts";
import { listNames } from "../read-text.ts";
import { workspaces } from "../report/job-letters.ts";
import { isIdBelow, isNameOf, nameStart } from "../report/job-tasks.ts";
import type { RootView } from "../root-view.ts";

/** A file that belongs to a job. */
export interface JobFile {
  /** `<agent>/<path in the workspace>`, with `/`; safe as a name in an archive. */
  name: string;
  /** Absolute. */
  path: string;
}

/** Folders of a task below which nothing is looked for. */
const DEEPEST = 4;

/**
 * All files of a task and of everything below it, through all agents of the view: the folders of the tasks, the messages wherever they
 * lie, the attachments of these. Each is named once; links are left out. Found as they are asked for: a file may be gone when it is read.
 */
export function* jobFiles(view: RootView, root: Pick<Task, "task_id" | "trace">): Generator<JobFile> {
  for (const [agent, paths] of workspaces(view)) {
    const nameOf = (path: string) => archiveName(agent, paths, path);
    for (const path of taskFiles(view.disk, paths, root)) yield { name: nameOf(path), path };
    const blobs = new Set<string>();
    for (const { path, attachments } of letterFiles(view.disk, paths, agent, root)) {
      yield { name: nameOf(path), path };
      for (const { sha256 } of attachments) blobs.add(blobPath(paths, sha256));
    }
    for (const path of blobs) if (isFile(view.disk, path)) yield { name: nameOf(path), path };
  }
}

function* taskFiles(
  disk: ReadDisk,
  paths: WorkspacePaths,
  root: Pick<Task, "task_id" | "trace">,
): Generator<string> {
  const start = nameStart(root.task_id);
  for (const { folder } of listTasks(disk, paths)) {
    if (isNameOf(folder, start) && isBelow(folder, headOf(disk, paths, folder), root))
      yield* filesBelow(disk, join(paths.tasks, folder));
  }
}

/** A task that cannot be read belongs where its name says. */
function isBelow(folder: string, head: TaskHead | undefined, root: Pick<Task, "task_id" | "trace">): boolean {
  if (head === undefined) return isIdBelow(folder, nameStart(root.task_id));
  return isIdBelow(head.task_id, root.task_id) && head.trace.root === root.trace.root;
}

function headOf(disk: ReadDisk, paths: WorkspacePaths, folder: string): TaskHead | undefined {
  const head = readHead(disk, paths, folder, false);
  if (head !== undefined) return head;
  const found = readTaskFolder(disk, paths, folder);
  return found !== undefined && "task" in found ? found.task : undefined;
}

function* filesBelow(disk: ReadDisk, folder: string, depth = 1): Generator<string> {
  for (const name of listNames(disk, folder)) {
    const path = join(folder, name);
    const kind = disk.stat(path)?.kind;
    if (kind === "file") yield path;
    else if (kind === "folder" && depth < DEEPEST) yield* filesBelow(disk, path, depth + 1);
  }
}

/** Names tell which to read; of other names, files that people dropped, each is read. */
function* letterFiles(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  root: Pick<Task, "task_id">,
): Generator<{ path: string; attachments: readonly Attachment[] }> {
  const start = nameStart(root.task_id);
  for (const place of LETTER_PLACES) {
    for (const folder of foldersOf(disk, paths, place)) {
      for (const name of listNames(disk, folder)) {
        if (!isLetterName(name) || !mayBeOf(name, start)) continue;
        const path = join(folder, name);
        const found = letterOf(disk, paths, agent, place, path, root);
        if (found === undefined) continue;
        yield { path, attachments: found };
        const reason = path.replace(/\.md$/, ".reason.md");
        if (place === "dead" && isFile(disk, reason)) yield { path: reason, attachments: [] };
      }
    }
  }
}

/** Its attachments; `undefined`: it is another job's. A message of such a name that cannot be read is the job's. */
function letterOf(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  place: LetterPlace,
  path: string,
  root: Pick<Task, "task_id">,
): readonly Attachment[] | undefined {
  const letter = readLetter(disk, paths, agent, place, path);
  if (letter === undefined) return undefined;
  const { message } = letter;
  if (message === undefined) return MESSAGE_FILE_NAME.test(plainName(letter.name)) ? [] : undefined;
  if (!isIdBelow(message.task_id, root.task_id)) return undefined;
  return "attachments" in message ? (message.attachments ?? []) : [];
}

function mayBeOf(name: string, start: string): boolean {
  const type = MESSAGE_FILE_NAME.exec(plainName(name))?.[1];
  return type === undefined || isNameOf(name, start, type.length + 1);
}

/** A repeat lies beside the first copy. */
function plainName(name: string): string {
  return name.replace(/\.again-\d+/, "");
}

/** Names of files are whatever a person or a program chose: nothing in them may be taken for another place. */
function archiveName(agent: string, paths: WorkspacePaths, path: string): string {
  const parts = path
    .slice(paths.root.length + 1)
    .split(/[/\\]/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    .map((part) => part.replaceAll(/[\u0000-\u001f\u007f:*?"<>|]/g, "_").replace(/^\.+$/, "_"));
  return [agent, ...parts].join("/");
}

function isFile(disk: ReadDisk, path: string): boolean {
  return disk.stat(path)?.kind === "file";
}
