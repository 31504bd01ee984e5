import { subtaskFields, taskFields } from "./field-order.ts";
import { formatBodyOver } from "./format-body-over.ts";
import { formatHeadOver } from "./format-head-over.ts";
import { frontmatterPlace, hasCrlf, plainLineEnds } from "./frontmatter.ts";
import { parseTask } from "./parse-task.ts";
import { parseRawTask } from "./raw-task.ts";
import { sameValue } from "./read-edit-values.ts";
import type { Task } from "./task.ts";

/**
 * A task in the layout that a person gave its task.md: only what the layout does not say already is changed in it.
 *
 * @param outside subtasks whose results stand in files of their own
 * @returns `undefined`: there is no layout, or none that can hold the task
 */
export function formatOver(task: Task, outside: ReadonlySet<string>): string | undefined {
  const { layout } = task;
  if (layout === undefined) return undefined;
  try {
    const text = overLayout(plainLineEnds(layout), task, outside);
    if (text === undefined || !holds(text, task, outside)) return undefined;
    return hasCrlf(layout) ? text.replaceAll("\n", "\r\n") : text;
  } catch {
    // Whatever cannot be read any more is written anew.
    return undefined;
  }
}

function overLayout(layout: string, task: Task, outside: ReadonlySet<string>): string | undefined {
  const { start, end, bodyStart } = frontmatterPlace(layout);
  const wanted: Record<string, unknown> = taskFields(task);
  if (task.subtasks.size > 0) {
    const entries = [...task.subtasks].map(([id, subtask]) => [id, subtaskFields(id, subtask, outside)]);
    wanted.subtasks = Object.fromEntries(entries);
  }
  const head = formatHeadOver(layout.slice(start, end), wanted);
  if (head === undefined) return undefined;
  const body = formatBodyOver(layout.slice(bodyStart), task, parseRawTask(layout), outside);
  const close = layout.slice(end, bodyStart);
  return layout.slice(0, start) + head + (close.endsWith("\n") ? close : `${close}\n`) + body;
}

/** Whether the text says what the task is. */
function holds(text: string, task: Task, outside: ReadonlySet<string>): boolean {
  const parsed = parseTask(text);
  const texts = Object.keys(task.text) as (keyof Task["text"])[];
  if (!texts.every((key) => parsed.text[key] === task.text[key])) return false;
  if (!sameValue(taskFields(parsed), taskFields(task)) || parsed.subtasks.size !== task.subtasks.size)
    return false;
  for (const [id, subtask] of task.subtasks) {
    const other = parsed.subtasks.get(id);
    if (other === undefined) return false;
    const { results_file: _, ...is } = subtaskFields(id, other, outside);
    const { results_file: __, ...wanted } = subtaskFields(id, subtask, outside);
    const results = outside.has(id) || other.results === subtask.results;
    if (!results || !sameValue(is, wanted)) return false;
  }
  return true;
}
