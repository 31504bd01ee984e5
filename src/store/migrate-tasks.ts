import { join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import { parseDuration } from "../protocol/duration.ts";
import { formatTask } from "../protocol/format-task.ts";
import { plainLineEnds, splitFrontmatter } from "../protocol/frontmatter.ts";
import { folderName, questionId } from "../protocol/ids.ts";
import { parseTask } from "../protocol/parse-task.ts";
import { protocolVersion } from "../protocol/protocol-version.ts";
import type { Subtask, Task } from "../protocol/task.ts";
import { unlessMissing } from "./disk-error.ts";
import { basePath } from "./layout.ts";
import { readClock } from "./replay.ts";
import type { Workspace } from "./workspace.ts";

/** How the text of a person or a program of version 1 is kept beside what the runtime makes of it. */
const ORIGINAL = "task.version-1.md";
/** A peer of version 1 says nothing until it replies. */
const LONGEST = "30m";
/** Work of an agent that does not say how deep it is counts as one level above the limit (5, where nothing else is set). */
const DEPTH_UNKNOWN = 4;

/**
 * Tasks in the plain form. Finished ones stay as they are. Of open ones the text is kept, task.md is written as the runtime writes it, and it
 * gets a base copy: so the next host goes on with it. @returns what was done
 */
export function takeOverPlainTasks(workspace: Workspace): string[] {
  const { context, paths } = workspace;
  const done: string[] = [];
  for (const name of (unlessMissing(() => context.disk.list(paths.tasks)) ?? []).sort()) {
    const task = readPlain(workspace, name);
    if (task === undefined) continue;
    const folder = rightFolder(workspace, name, task);
    if (folder === undefined || isFinal(task)) continue;
    openTask(workspace, folder, task);
    done.push(`task ${task.task_id} (${task.status}) is taken on; its text as it was is kept in ${ORIGINAL}`);
  }
  return done;
}

/** `undefined`: it is none, or of version 2, or cannot be read and stays for a person to mend. */
function readPlain({ context, paths }: Workspace, name: string): Task | undefined {
  const path = join(paths.tasks, name, "task.md");
  if (context.disk.stat(path)?.kind !== "file") return undefined;
  const text = Buffer.from(context.disk.read(path)).toString("utf8");
  try {
    if (protocolVersion(splitFrontmatter(plainLineEnds(text)).data.clawflow) !== 1) return undefined;
    return parseTask(text);
  } catch {
    return undefined;
  }
}

/** A task is looked for in the folder that its id makes. `undefined`: another task stands there. */
function rightFolder({ context, paths, files }: Workspace, name: string, task: Task): string | undefined {
  const right = folderName(task.task_id);
  if (name === right) return right;
  const path = join(paths.tasks, right);
  const stands = context.disk.stat(path);
  // On a disk that ignores case both names are of one folder.
  if (stands !== undefined && stands.ino !== context.disk.stat(join(paths.tasks, name))?.ino)
    return undefined;
  files.move(join(paths.tasks, name), path);
  return right;
}

/** In this order: until task.md itself is replaced, the whole is done once more. */
function openTask(workspace: Workspace, folder: string, plain: Task): void {
  const { paths, files, agent } = workspace;
  const directory = join(paths.tasks, folder);
  const text = formatTask(asOpen(plain, agent, readClock(workspace)));
  for (const file of text.files) files.put(join(directory, file.name), file.text);
  files.linkNew(join(directory, "task.md"), join(directory, ORIGINAL));
  files.put(basePath(paths, plain.task_id), text.text);
  files.put(join(directory, "task.md"), text.text);
}

/** What the plain form does not say and a host goes by: the open question, whom the replies come from, until when they are waited for. */
function asOpen(plain: Task, agent: string, clock: number): Task {
  const { from } = plain;
  const trace = {
    ...plain.trace,
    depth: from === "human" ? 0 : DEPTH_UNKNOWN,
    path: from === "human" ? [agent] : [from, agent],
  };
  const task: Task = { ...plain, trace, subtasks: new Map() };
  for (const [id, subtask] of plain.subtasks) task.subtasks.set(id, asSent(subtask, clock));
  if (task.created_at === "") task.created_at = new Date(0).toISOString();
  if (task.waiting !== undefined) return task;
  const open = [...task.subtasks.values()].some(
    ({ status }) => status === "pending" || status === "dispatched",
  );
  if (open) return { ...task, mode: "coordinating", status: "executing" };
  const isSplit = task.subtasks.size > 0;
  return {
    ...task,
    mode: isSplit ? "coordinating" : "undecided",
    status: isSplit ? "aggregating" : "pending",
    number: task.number + 1,
    asking: {
      question: questionId(task.task_id, task.number + 1),
      kind: isSplit ? "synthesise" : "consider",
      asked: 0,
      since: task.created_at,
    },
  };
}

function asSent(subtask: Subtask, clock: number): Subtask {
  if (subtask.status === "pending") return subtask;
  const attempt = Math.max(subtask.attempt, 1);
  if (subtask.status !== "dispatched") return { ...subtask, attempt };
  // One of its own has no question that could be asked again.
  if (subtask.agent === "self") return { ...subtask, status: "pending" };
  return { ...subtask, attempt, due: subtask.due ?? clock + durationOf(subtask.timeout) };
}

function durationOf(timeout = LONGEST): number {
  try {
    return parseDuration(timeout);
  } catch {
    return parseDuration(LONGEST);
  }
}
