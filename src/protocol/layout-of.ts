import { formatTask } from "./format-task.ts";
import type { Task } from "./task.ts";

/** The layout of a task.md that holds that task: the text itself, unless it is what the runtime would write anyway. */
export function layoutOf(text: string, task: Task): string | undefined {
  return formatTask(task).text === text ? undefined : text;
}
