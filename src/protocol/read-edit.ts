import { checkShape } from "./check-shape.ts";
import { type TaskEdit, taskEditSchema } from "./edit.ts";
import { ClawflowError } from "./errors.ts";
import { TASK_FIELDS } from "./field-order.ts";
import { frontmatterPlace } from "./frontmatter.ts";
import { foundText, isPlainObject } from "./plain-value.ts";
import { parseRawTask, type RawTask } from "./raw-task.ts";
import { readDecision, readOwn, sameText, sameValue } from "./read-edit-values.ts";
import { readSubtaskEdits } from "./read-subtask-edit.ts";
import { policyPatchSchema, type SubtaskStatus } from "./task.ts";

/** What a person changed of a task.md. */
export interface ReadEdit {
  edit: TaskEdit;
  /** Where the subtasks of the edit stood in the text that the person had before them. */
  seen: Record<string, { status: SubtaskStatus; attempt: number }>;
  /** What the runtime owns and was changed all the same, one line each. */
  putBack: string[];
  /** Nothing but comments, blanks, order, quotes, line ends. */
  empty: boolean;
}

/** Fields of the task that a person may change; the others are the runtime's. */
const EDITABLE = ["title", "policy", "budget", "deadline", "paused", "status", "waiting", "error"];
const TEXTS = ["instructions", "context", "expected_output", "notes"] as const;

/**
 * The edit that leads from one text of task.md to another.
 *
 * @param base what the person had before them; with `state: false` the current text, where that is not known any more: then only what no
 * runtime writes is read (title, texts, policy, own keys), and what the text says of the state is passed over
 * @throws E_FRONTMATTER, E_FIELD, E_ID for a text that is not YAML, or says what cannot be: nothing of it is taken then
 */
export function readEdit(base: string, edited: string, { state = true } = {}): ReadEdit {
  const before = parseRawTask(base);
  const after = parseRawTask(edited);
  if (!state) return readWithoutState(base, edited, before, after);
  const putBack: string[] = [];
  const edit: Record<string, unknown> = {
    ...readFields(before, after),
    ...readTexts(before, after),
    ...readEnding(before, after, putBack),
    ...readDecision(before.data, after.data, "waiting"),
    ...readOwn(before.data, after.data, [...TASK_FIELDS, "subtasks"]),
  };
  for (const key of TASK_FIELDS) {
    if (EDITABLE.includes(key) || sameValue(before.data[key], after.data[key])) continue;
    putBack.push(
      `${key}: ${foundText(after.data[key])} (it is the runtime's: ${foundText(before.data[key])})`,
    );
  }
  const { subtasks, seen } = readSubtaskEdits(before, after, putBack);
  if (Object.keys(subtasks).length > 0) edit.subtasks = subtasks;
  const comments = newComments(base, edited);
  if (comments.length > 0) edit.comments = comments;
  const checked = checkShape(taskEditSchema, edit, "E_FIELD");
  return { edit: checked, seen, putBack, empty: Object.keys(checked).every((key) => key === "comments") };
}

function readWithoutState(base: string, edited: string, before: RawTask, after: RawTask): ReadEdit {
  const { title, policy } = readFields(before, after);
  const comments = newComments(base, edited);
  const edit = checkShape(taskEditSchema, {
    ...(title === undefined ? {} : { title }),
    ...(policy === undefined ? {} : { policy }),
    ...readTexts(before, after),
    ...readOwn(before.data, after.data, [...TASK_FIELDS, "subtasks"]),
    ...(comments.length === 0 ? {} : { comments }),
  });
  return { edit, seen: {}, putBack: [], empty: Object.keys(edit).every((key) => key === "comments") };
}

function newComments(base: string, edited: string): string[] {
  const known = new Set(commentsOf(base));
  return commentsOf(edited).filter((comment) => !known.has(comment));
}

/** What stands behind a `#` in the head. */
function commentsOf(text: string): string[] {
  const { start, end } = frontmatterPlace(text);
  return [...text.slice(start, end).matchAll(/(?:^|[ \t])(#[^\r\n]*)/gm)].map(([, comment = ""]) =>
    comment.trimEnd(),
  );
}

/** The revision that a text of task.md names, however broken the rest is. */
export function revOf(text: string): number | undefined {
  const found = /^rev:[ \t]*(\d{1,15})[ \t]*(?:#.*)?\r?$/m.exec(text.slice(0, 64 * 1024))?.[1];
  return found === undefined ? undefined : Number(found);
}

function readFields({ data: before, title }: RawTask, after: RawTask): Record<string, unknown> {
  const { data } = after;
  const edit: Record<string, unknown> = {};
  if (!sameValue(before.title, data.title) && !sameValue(data.title, undefined))
    edit.title = String(data.title ?? "");
  else if (after.title !== title && after.title !== "") edit.title = after.title;
  const policy = changedOf(before.policy, data.policy, "policy");
  if (policy !== undefined) edit.policy = checkShape(policyPatchSchema, policy, "E_FIELD", ["policy"]);
  if (!sameValue(before.budget, data.budget)) edit.budget = data.budget ?? null;
  if (!sameValue(before.deadline, data.deadline) && typeof data.deadline !== "number")
    edit.deadline = data.deadline ?? null;
  const paused = data.paused ?? false;
  if (!sameValue(before.paused ?? false, paused)) edit.paused = paused;
  return edit;
}

/** The entries of a map that are new or different; what was left out stays as it was. */
function changedOf(before: unknown, after: unknown, name: string): Record<string, unknown> | undefined {
  if (after === undefined || after === null || sameValue(before, after)) return undefined;
  if (!isPlainObject(after)) throw illegal(name, "a map", after);
  const known = isPlainObject(before) ? before : {};
  const changed = Object.entries(after).filter(([key, value]) => !sameValue(known[key], value));
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

function readTexts(before: RawTask, after: RawTask): Record<string, string> {
  const edit: Record<string, string> = {};
  for (const key of TEXTS) if (!sameText(before.text[key], after.text[key])) edit[key] = after.text[key];
  return edit;
}

function readEnding(before: RawTask, after: RawTask, putBack: string[]): Record<string, unknown> {
  const { status } = after.data;
  const ends = !sameValue(before.data.status, status) && status !== undefined && status !== null;
  const isNew = !sameText(before.text.output, after.text.output);
  if (!ends) {
    if (isNew) putBack.push("the answer: it is the runtime's until `status: done` ends the task by hand");
    if (!sameValue(before.data.error, after.data.error)) putBack.push("error: it is the runtime's");
    return {};
  }
  if (status !== "done" && status !== "failed" && status !== "cancelled") {
    throw illegal("status", "done, failed or cancelled, which end the task by hand", status);
  }
  const edit: Record<string, unknown> = { status };
  if (status === "done" && after.text.output !== "") edit.output = after.text.output;
  if (status !== "done" && typeof after.data.error === "string") edit.error = after.data.error;
  return edit;
}

function illegal(at: string, expected: string, found: unknown): ClawflowError {
  return new ClawflowError("E_FIELD", "not a value that can be taken", {
    at,
    expected,
    found: foundText(found),
  });
}
