import type { SubtaskEdit, TaskEdit } from "./edit.ts";
import { oneLine } from "./title.ts";

const TEXTS = ["instructions", "context", "expected_output", "notes"] as const;

/** What an edit says, one line for each thing. */
export function describeEdit(edit: TaskEdit): string[] {
  const lines: string[] = [];
  if (edit.title !== undefined) lines.push(`the title is ${quote(edit.title)}`);
  for (const key of TEXTS) if (edit[key] !== undefined) lines.push(`new ${key.replace("_", " ")}`);
  for (const [key, value] of Object.entries(edit.policy ?? {})) lines.push(`policy ${key}: ${plain(value)}`);
  if (edit.budget !== undefined) lines.push(`budget: ${plain(edit.budget)}`);
  if (edit.deadline !== undefined)
    lines.push(edit.deadline === null ? "no deadline" : `deadline in ${edit.deadline}`);
  if (edit.paused !== undefined) lines.push(edit.paused ? "paused" : "goes on");
  lines.push(...decisions(edit));
  lines.push(...ownKeys(edit.own, "key"));
  for (const [id, subtask] of Object.entries(edit.subtasks ?? {}))
    lines.push(...describeSubtask(id, subtask));
  if (edit.status !== undefined) lines.push(`ended by hand: ${edit.status}`);
  else if (edit.output !== undefined) lines.push("new answer");
  if (edit.comments !== undefined)
    lines.push(edit.comments.length === 1 ? "a comment" : `${edit.comments.length} comments`);
  return lines.length === 0 ? ["nothing but comments and free text"] : lines;
}

/** Ids and keys may be any text here: a line stays one line, or what it holds could be taken for the edit itself. */
function describeSubtask(name: string, edit: SubtaskEdit | null): string[] {
  const id = short(name);
  if (edit === null) return [`${id} is removed`];
  const lines: string[] = [];
  const { status, results, own, ...fields } = edit;
  if (status === "pending") lines.push(`${id} is to be done again`);
  else if (status === "cancelled") lines.push(`${id} is cancelled`);
  else if (status === "done") lines.push(`${id} is done, its results written by hand`);
  else if (results !== undefined) lines.push(`${id} has other results`);
  for (const [key, value] of Object.entries(fields)) {
    if (!DECISIONS.includes(key)) lines.push(`${id} ${key}: ${plain(value)}`);
  }
  lines.push(...decisions(edit).map((line) => `${id}: ${line}`));
  lines.push(...ownKeys(own, `${id} key`));
  return lines;
}

const DECISIONS = ["approved", "reason", "answer"];

function decisions({ approved, reason, answer }: Pick<TaskEdit, "approved" | "reason" | "answer">): string[] {
  const lines: string[] = [];
  if (approved !== undefined)
    lines.push(`${approved ? "approved" : "rejected"}${reason ? `: ${oneLine(reason)}` : ""}`);
  if (answer !== undefined) lines.push(`answer: ${quote(answer)}`);
  return lines;
}

function ownKeys(own: Record<string, unknown> | undefined, name: string): string[] {
  return Object.entries(own ?? {}).map(
    ([key, value]) => `${name} ${short(key)}: ${value === null ? "removed" : plain(value)}`,
  );
}

function plain(value: unknown): string {
  return typeof value === "string" ? quote(value) : JSON.stringify(value);
}

function quote(text: string): string {
  return JSON.stringify(short(text));
}

function short(text: string): string {
  const line = oneLine(text);
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
