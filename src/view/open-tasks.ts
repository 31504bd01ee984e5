import { isFinal } from "../loop/phase.ts";
import type { Task } from "../protocol/task.ts";
import { readTaskFolder } from "./read-task.ts";
import type { RootView } from "./root-view.ts";

/** The tasks of an agent that are not final. */
export function* openTasks(view: RootView, agent: string): Generator<Task> {
  for (const folder of view.open(agent)) {
    const task = taskInFolder(view, agent, folder);
    if (task !== undefined && !isFinal(task)) yield task;
  }
}

/** A folder is named like the id of its task, but for ids that are long or have capitals. */
function taskInFolder(view: RootView, agent: string, folder: string): Task | undefined {
  const named = view.task(agent, folder);
  if (named !== undefined) return named;
  const paths = view.paths(agent);
  const found = paths === undefined ? undefined : readTaskFolder(view.disk, paths, folder);
  return found !== undefined && "task" in found ? view.task(agent, found.task.task_id) : undefined;
}
