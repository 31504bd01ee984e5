import type { TaskHead } from "../../protocol/task-head.ts";
import { readHead } from "../../view/read-head.ts";
import { listTasks, readTaskFolder } from "../../view/read-task.ts";
import type { RootView } from "../../view/root-view.ts";

/** The heads of an agent's tasks that are runs of scripts, the one that changed last first. */
export function* scriptRuns(view: RootView, agent: string): Generator<TaskHead> {
  const paths = view.paths(agent);
  if (paths === undefined) return;
  for (const { folder } of listTasks(view.disk, paths).sort((a, b) => b.changed - a.changed)) {
    const head = readHead(view.disk, paths, folder, false) ?? wholeTask(view, paths, folder);
    if (head?.script !== undefined) yield head;
  }
}

/** Of a task.md that is not in the runtime's own form. */
function wholeTask(
  { disk }: RootView,
  paths: Parameters<typeof readTaskFolder>[1],
  folder: string,
): TaskHead | undefined {
  const found = readTaskFolder(disk, paths, folder);
  return found !== undefined && "task" in found ? found.task : undefined;
}
