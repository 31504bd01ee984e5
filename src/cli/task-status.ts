import { findOneTask } from "../view/find-task.ts";
import { taskStatus } from "../view/task-status.ts";
import type { Io } from "./io.ts";
import { taskStatusShape } from "./json-shapes.ts";
import { parseTarget } from "./person-message.ts";
import { findPlace, type ReaderOptions } from "./place.ts";
import { printJson } from "./print-json.ts";
import { paintWith } from "./render/paint.ts";
import { taskStatusForAgent, taskStatusLines } from "./render/task-status.ts";
import { viewPlace } from "./view-place.ts";

/** One task, with where each of its subtasks stands. */
export function printTaskStatus(io: Io, id: string, options: ReaderOptions): void {
  const view = viewPlace(findPlace(io, options));
  const now = Date.now();
  const { task_id, subtask_id } = parseTarget(id);
  const { agent, task } = findOneTask(view, task_id, options.agent);
  const status = taskStatus(view, agent, task, now, subtask_id);
  if (options.json === true) {
    printJson(io, taskStatusShape, status);
    return;
  }
  const paint = paintWith(io.colour.out);
  const lines =
    options.forAgent === true ? taskStatusForAgent(status, now) : taskStatusLines(status, { paint, now });
  io.out(`${lines.join("\n")}\n`);
}
