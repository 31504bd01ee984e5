import type { Subtask, Task } from "./task.ts";

/** The task with the results that stand in files of their own; `read` gives the text of a file of the task's folder. */
export function withResults(task: Task, read: (name: string) => string): Task {
  const subtasks = new Map<string, Subtask>();
  for (const [id, subtask] of task.subtasks) {
    const { results_file, ...rest } = subtask;
    subtasks.set(id, results_file === undefined ? subtask : { ...rest, results: read(results_file) });
  }
  return { ...task, subtasks };
}
