import { subtaskFields, taskFields } from "./field-order.ts";
import { formatOver } from "./format-over.ts";
import { joinFrontmatter } from "./frontmatter.ts";
import { resultsFile } from "./parse-subtasks.ts";
import { formatSection } from "./sections.ts";
import type { Task } from "./task.ts";
import { TASK_SECTIONS, type TaskSection } from "./task-sections.ts";
import { oneLine } from "./title.ts";
import { wellFormed } from "./well-formed.ts";
import { formatYamlKey, formatYamlMap } from "./yaml-text.ts";

/** How much results of subtasks may stand in task.md itself, in bytes; the rest goes to files of its own. */
export interface InlineLimits {
  /** Of one subtask. Default: 16 KiB. */
  each?: number;
  /** Of all together; those beyond it, in the order of the subtasks. Default: 256 KiB. */
  total?: number;
}

export interface TaskFiles {
  /** Of task.md. */
  text: string;
  /** Results that stand outside, by names relative to the task's folder. */
  files: { name: string; text: string }[];
}

/**
 * A task as files. The same task gives the same text, whatever the order in which its fields were set; `parseTask` and `withResults` give
 * the task back.
 */
export function formatTask(task: Task, inline: InlineLimits = {}): TaskFiles {
  const outside = resultsOutside(task, inline);
  const files = outside.map(([id, results]) => ({ name: resultsFile(id), text: wellFormed(results) }));
  const named = new Set(outside.map(([id]) => id));
  const text =
    formatOver(task, named) ?? joinFrontmatter(formatHead(task, named), formatTaskText(task, named));
  return { text: wellFormed(text), files };
}

function resultsOutside(
  task: Task,
  { each = 16 * 1024, total = 256 * 1024 }: InlineLimits,
): [string, string][] {
  const outside: [string, string][] = [];
  let inside = 0;
  for (const [id, { results }] of task.subtasks) {
    if (results === undefined) continue;
    const bytes = Buffer.byteLength(results);
    if (bytes > each || inside + bytes > total) outside.push([id, results]);
    else inside += bytes;
  }
  return outside;
}

function formatHead(task: Task, outside: ReadonlySet<string>): string {
  let text = formatYamlMap(taskFields(task));
  if (task.subtasks.size > 0) text += "subtasks:\n";
  for (const [id, subtask] of task.subtasks) {
    text += `  ${formatYamlKey(id)}\n${formatYamlMap(subtaskFields(id, subtask, outside), "    ")}`;
  }
  return text;
}

function formatTaskText(task: Task, outside: ReadonlySet<string>): string {
  const { text } = task;
  const output = task.mode === "coordinating" ? "synthesised" : "results";
  let body = `# Task: ${oneLine(task.title)}\n\n`;
  body += section("instructions", text.instructions);
  body += section("context", text.context);
  if (text.expected_output !== "") body += section("expected_output", text.expected_output);
  body += section("notes", text.notes);
  if (task.subtasks.size > 0) body += formatSubtaskResults(task, outside);
  if (text.output !== "" || task.mode !== "undecided") body += section(output, text.output);
  if (text.partial !== "") body += section("partial", text.partial);
  return body;
}

function formatSubtaskResults(task: Task, outside: ReadonlySet<string>): string {
  let body = section("subtask_results", "");
  for (const [id, { results }] of task.subtasks) {
    if (results !== undefined && !outside.has(id)) body += formatSection(id, 3, id, results);
  }
  return body;
}

function section(key: TaskSection, text: string): string {
  return formatSection(TASK_SECTIONS[key], 2, key.replace("_", "-"), text);
}
