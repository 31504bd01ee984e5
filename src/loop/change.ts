import type { Subtask, Task, TaskFields, TaskText } from "../protocol/task.ts";

/** Fields to be set; `null` removes one. */
export type Patch<T> = { [K in keyof T]?: T[K] | null };

/**
 * What one step changes of a task; plain JSON, so that the journal can hold it. Subtasks that are not there yet are added
 * at the end; `null` removes one.
 */
export interface Change {
  /** The revision after the change: one more than before it. */
  rev: number;
  fields?: Patch<Omit<TaskFields, "rev">>;
  text?: Partial<TaskText>;
  /** A person's keys of the task itself; `null` removes one. */
  extra?: Record<string, unknown>;
  /** The text of task.md that was taken from a person. */
  layout?: string;
  subtasks?: Record<string, Patch<Subtask> | null>;
}

/** Applies a change to the task in place: the one place where a task in memory changes. */
export function applyChange(task: Task, change: Change): void {
  if (change.fields !== undefined) patch(task, change.fields);
  if (change.text !== undefined) Object.assign(task.text, change.text);
  if (change.extra !== undefined) patchExtra(task, change.extra);
  if (change.layout !== undefined) task.layout = change.layout;
  for (const [id, fields] of Object.entries(change.subtasks ?? {})) {
    const known = task.subtasks.get(id);
    if (fields === null) task.subtasks.delete(id);
    else if (known !== undefined) patch(known, fields);
    else task.subtasks.set(id, patch({} as Subtask, fields));
  }
  task.rev = change.rev;
}

export function patch<T extends object>(target: T, fields: Patch<T>): T {
  for (const key of Object.keys(fields) as (keyof T)[]) {
    const value = fields[key];
    if (value === null || value === undefined) delete target[key];
    else target[key] = value as T[keyof T];
  }
  return target;
}

/** A person's keys of the task itself; `null` removes one. */
export function patchExtra(task: Task, fields: Record<string, unknown>): void {
  const extra = patch({ ...task.extra }, fields);
  if (Object.keys(extra).length === 0) delete task.extra;
  else task.extra = extra;
}
