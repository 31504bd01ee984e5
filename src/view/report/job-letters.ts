import { join, relative } from "node:path";
import { MESSAGE_FILE_NAME, messageFileName } from "../../protocol/ids.ts";
import type { ControlMessage, OutcomeMessage } from "../../protocol/message.ts";
import type { Task } from "../../protocol/task.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import { foldersOf, isLetterName, readLetter } from "../letters.ts";
import { listNames } from "../read-text.ts";
import type { RootView } from "../root-view.ts";
import { isIdBelow, isNameOf, nameStart } from "./job-tasks.ts";

export interface JobLetter {
  agent: string;
  message: ControlMessage | OutcomeMessage;
  /** Absolute. */
  path: string;
}

/**
 * The controls and outcomes of a job that were handled. Names tell which files to read: those of the runtime hold the task's id; of other names,
 * files that people dropped, each is read.
 */
export function readDecisive(view: RootView, root: Task): JobLetter[] {
  const start = nameStart(root.task_id);
  const found: JobLetter[] = [];
  for (const [agent, paths] of workspaces(view)) {
    for (const folder of daysSince(view, paths, root.created_at)) {
      for (const name of listNames(view.disk, folder)) {
        if (!isLetterName(name) || !mayDecide(name, start)) continue;
        const path = join(folder, name);
        const letter = readLetter(view.disk, paths, agent, "archive", path);
        const message = letter?.message;
        if (letter?.isRepeat === true || (message?.type !== "control" && message?.type !== "outcome"))
          continue;
        if (isIdBelow(message.task_id, root.task_id)) found.push({ agent, message, path });
      }
    }
  }
  return found;
}

/** The TASK that a task was made of, absolute; `undefined`: it is not in the archive any more. */
export function findArchived(
  view: RootView,
  agent: string,
  { reply_to, created_at }: Task,
): string | undefined {
  const paths = view.paths(agent);
  if (paths === undefined) return undefined;
  const { task_id, subtask_id, attempt, message: id } = reply_to;
  const name = messageFileName({ type: "task", task_id, subtask_id, attempt, id });
  for (const folder of daysSince(view, paths, created_at)) {
    const path = join(folder, name);
    if (view.disk.stat(path) !== undefined) return path;
  }
  return undefined;
}

export function* workspaces(view: RootView): Generator<[string, WorkspacePaths]> {
  for (const agent of view.agents.keys()) {
    const paths = view.paths(agent);
    if (paths !== undefined) yield [agent, paths];
  }
}

function mayDecide(name: string, start: string): boolean {
  const type = MESSAGE_FILE_NAME.exec(name.replace(/\.again-\d+/, ""))?.[1];
  if (type === undefined) return true;
  return (type === "control" || type === "outcome") && isNameOf(name, start, type.length + 1);
}

/** Folders of the archive of that day and later ones. A control may have been handled before the task that it names. */
function daysSince(view: RootView, paths: WorkspacePaths, time: string): string[] {
  const day = time.slice(0, 10).replaceAll("-", "/");
  return foldersOf(view.disk, paths, "archive").filter(
    (folder) => relative(paths.archive, folder).replaceAll("\\", "/") >= day,
  );
}
