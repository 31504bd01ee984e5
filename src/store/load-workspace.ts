import { join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import type { Task } from "../protocol/task.ts";
import { unlessMissing } from "./disk-error.ts";
import { taskPath } from "./layout.ts";
import { readClock } from "./replay.ts";
import { newTaskFile, parseWithResults } from "./task-file.ts";
import type { Workspace } from "./workspace.ts";

/** Reads what a host keeps in memory: the open tasks, which are those with a base copy, and the names of pending messages. */
export function loadWorkspace(workspace: Workspace): void {
  const { context, paths } = workspace;
  workspace.runningClock = readClock(workspace);
  for (const name of context.disk.list(paths.base)) {
    if (name.endsWith(".md")) loadTask(workspace, name);
  }
  for (const name of context.disk.list(paths.pending)) {
    // Both names: a crash came between the two halves of a move.
    if (context.disk.stat(join(paths.outbox, name)) === undefined) workspace.pendingNames.add(name);
    else workspace.files.remove(join(paths.pending, name));
  }
}

/** The state is that of the base copy: task.md may have been changed by a person since. */
function loadTask(workspace: Workspace, name: string): void {
  const { context, paths } = workspace;
  const bytes = context.disk.read(join(paths.base, name));
  const task = parseBase(workspace, name, bytes);
  if (task === undefined) return;
  const id = task.task_id;
  const file = newTaskFile(task, context.monotonic());
  file.hash = sha256(bytes);
  workspace.taskFiles.set(id, file);
  workspace.bases.add(id);
  (isFinal(task) ? workspace.closing : workspace.tasks).set(id, task);
  const missing = context.disk.stat(taskPath(paths, id)) === undefined;
  if (missing || isFinal(task)) workspace.dirty.add(file);
}

function parseBase(workspace: Workspace, name: string, bytes: Uint8Array): Task | undefined {
  const { context, paths, agent } = workspace;
  try {
    return parseWithResults(context.disk, paths, bytes);
  } catch (error) {
    if (!(error instanceof ClawflowError)) throw error;
    const text = unlessMissing(() =>
      context.disk.read(join(paths.tasks, name.replace(/\.md$/, ""), "task.md")),
    );
    if (text !== undefined) {
      try {
        return parseWithResults(context.disk, paths, text);
      } catch {}
    }
    context.onProblem(agent, `the task of .clawflow/base/${name} cannot be read: ${errorText(error)}`);
    return undefined;
  }
}
