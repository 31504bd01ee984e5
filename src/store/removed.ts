import { dirname } from "node:path";
import { syncPaths } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import type { Workspace } from "./workspace.ts";

/** What work is known by at its receiver. */
export interface RemovedWork {
  from: string;
  task_id: string;
  subtask_id?: string | undefined;
  attempt: number;
}

/** One line of `.clawflow/removed.jsonl`. */
export interface RemovedTask extends RemovedWork {
  /** The local id of the task. */
  task: string;
  body_hash: string;
  /** Milliseconds since 1970. */
  removed_at: number;
}

const KEEP_MS = 90 * 24 * 3600 * 1000;

export function findRemoved(workspace: Workspace, work: RemovedWork): RemovedTask | undefined {
  workspace.removedTasks ??= readRemoved(workspace);
  return workspace.removedTasks.get(keyOf(work));
}

/** Adds lines, durable when it resolves; lines older than 90 days go. */
export async function addRemoved(
  workspace: Workspace,
  tasks: readonly RemovedTask[],
  now: number,
): Promise<void> {
  const all = readRemoved(workspace);
  for (const task of tasks) all.set(keyOf(task), task);
  for (const [key, task] of all) if (now - task.removed_at > KEEP_MS) all.delete(key);
  const { context, paths, files } = workspace;
  const staged = files.stage([...all.values()].map((task) => `${JSON.stringify(task)}\n`).join(""));
  await syncPaths(context, [staged], []);
  files.publish(staged, paths.removed);
  await syncPaths(context, [], [dirname(paths.removed)]);
  workspace.removedTasks = all;
}

/** Lines that are damaged are passed over. */
function readRemoved({ context, paths }: Workspace): Map<string, RemovedTask> {
  const bytes = unlessMissing(() => context.disk.read(paths.removed));
  const all = new Map<string, RemovedTask>();
  if (bytes === undefined) return all;
  for (const line of Buffer.from(bytes).toString("utf8").split("\n")) {
    try {
      const task = JSON.parse(line) as RemovedTask;
      all.set(keyOf(task), task);
    } catch {}
  }
  return all;
}

function keyOf({ from, task_id, subtask_id, attempt }: RemovedWork): string {
  return JSON.stringify([from, task_id, subtask_id ?? "", attempt]);
}
