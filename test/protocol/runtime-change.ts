import type { Subtask, Task } from "../../src/protocol/task.ts";
import { formatTask, parseTask } from "../../src/protocol/task-document.ts";
import { asPerson, type Choose } from "./person-layout.ts";

/** A task whose task.md a person wrote in; what that changed of it was taken. */
export function laidOut(task: Task, choose: Choose): Task & { layout: string } {
  const layout = asPerson(formatTask(task).text, choose);
  return { ...parseTask(layout), layout };
}

const FIELDS = [
  "title",
  "status",
  "mode",
  "rev",
  "policy",
  "used",
  "budget",
  "waiting",
  "asking",
  "error",
  "paused",
];
const MORE_FIELDS = ["controls", "reply", "extra", "reply_to", "trace", "attachments", "finished_at"];
const SUBTASK_FIELDS = [
  "agent",
  "description",
  "depends_on",
  "status",
  "attempt",
  "results",
  "extra",
  "asking",
];
const MORE_SUBTASK_FIELDS = [
  "granted",
  "used",
  "error",
  "instructions",
  "result_summary",
  "due",
  "version_1",
];

/** What the runtime could have made of the task meanwhile: fields, texts and subtasks of another one. */
export function changed<T extends Task>(task: T, other: Task, choose: Choose): T {
  const next = { ...task, text: { ...task.text }, subtasks: new Map<string, Subtask>() };
  take(next, other, [...FIELDS, ...MORE_FIELDS], choose);
  for (const key of Object.keys(next.text) as (keyof Task["text"])[]) {
    if (choose(5) === 0) next.text[key] = other.text[key];
  }
  const others = [...other.subtasks.values()];
  for (const [id, subtask] of task.subtasks) {
    if (choose(5) === 0) continue;
    const copy = { ...subtask };
    const from = others[choose(others.length + 1)];
    if (from !== undefined) take(copy, from, [...SUBTASK_FIELDS, ...MORE_SUBTASK_FIELDS], choose);
    next.subtasks.set(id, copy);
  }
  for (const [id, subtask] of other.subtasks) if (choose(2) === 0) next.subtasks.set(id, subtask);
  return next;
}

function take(target: object, source: object, keys: readonly string[], choose: Choose): void {
  const to = target as Record<string, unknown>;
  const from = source as Record<string, unknown>;
  for (const key of keys) {
    if (choose(4) !== 0) continue;
    if (from[key] === undefined) delete to[key];
    else to[key] = from[key];
  }
}
