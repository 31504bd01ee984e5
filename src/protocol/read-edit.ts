import { checkMarks } from "./check-marks.ts";
import { checkShape } from "./check-shape.ts";
import { type TaskEdit, taskEditSchema } from "./edit.ts";
import { TASK_ENDINGS, TASK_OWNED } from "./edit-fields.ts";
import { ClawflowError } from "./errors.ts";
import { TASK_FIELDS } from "./field-order.ts";
import { headComments } from "./head-comments.ts";
import { likelyBase } from "./likely-base.ts";
import { foundText, isPlainObject } from "./plain-value.ts";
import { parseRawTask, type RawTask, rawText } from "./raw-task.ts";
import {
  type Entry,
  isBlank,
  putBackLine,
  putBackOf,
  putBackOfWaiting,
  readDecision,
  readOwn,
  readPaused,
  sameText,
  sameValue,
} from "./read-edit-values.ts";
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

const TEXTS = ["instructions", "context", "expected_output", "notes"] as const;

/**
 * The edit that leads from one text of task.md to another.
 *
 * @param base what the person had before them; with `state: false` the current text, where that is not known any more: then only what no
 * runtime writes is read (title, texts, policy, own keys), and what the text says of the state is passed over
 * @param later the next text that is kept, where `base` is not exactly what they had but the nearest one before it
 * @throws E_FRONTMATTER, E_FIELD, E_ID for a text that is not YAML, or says what cannot be: nothing of it is taken then
 */
export function readEdit(
  base: string,
  edited: string,
  { state = true, later }: { state?: boolean; later?: string | undefined } = {},
): ReadEdit {
  const earlier = parseRawTask(base);
  const next = later === undefined ? undefined : parseRawTask(later);
  const known = [earlier, next].flatMap((task) => Object.keys(task?.subtasks ?? {}));
  const after = parseRawTask(edited, known);
  const before = next === undefined ? earlier : likelyBase(earlier, next, after);
  checkMarks(before, after);
  if (!state) return readWithoutState(before, after);
  const putBack: string[] = [];
  const was: Entry = { task: before, path: [], data: before.data };
  const is: Entry = { task: after, path: [], data: after.data };
  const edit: Record<string, unknown> = {
    ...readTitle(before, after, putBack),
    ...readPolicy(before, after),
    ...readLimits(before, after, putBack),
    ...readPaused(was, is),
    ...readTexts(before, after),
    ...readEnding(before, after, putBack),
    ...readDecision(was, is),
    ...readOwn(before.data, after.data, [...TASK_FIELDS, "subtasks"]),
  };
  putBack.push(...putBackOf(was, is, TASK_OWNED), ...putBackOfWaiting(was, is));
  const { subtasks, seen } = readSubtaskEdits(before, after, putBack);
  if (Object.keys(subtasks).length > 0) edit.subtasks = subtasks;
  return resultOf({ ...edit, ...readComments(before, after) }, seen, putBack);
}

function readWithoutState(before: RawTask, after: RawTask): ReadEdit {
  const edit = {
    ...readTitle(before, after, []),
    ...readPolicy(before, after),
    ...readTexts(before, after),
    ...readOwn(before.data, after.data, [...TASK_FIELDS, "subtasks"]),
    ...readComments(before, after),
  };
  return resultOf(edit, {}, []);
}

function resultOf(found: object, seen: ReadEdit["seen"], putBack: string[]): ReadEdit {
  const edit = checkShape(taskEditSchema, found, "E_FIELD");
  const isEmpty = putBack.length === 0 && Object.keys(edit).every((key) => key === "comments");
  return { edit, seen, putBack, empty: isEmpty };
}

function readComments(before: RawTask, after: RawTask): { comments?: string[] } {
  if (before.head === after.head) return {};
  const known = new Set(headComments(before.head));
  const comments = headComments(after.head).filter((comment) => !known.has(comment));
  return comments.length === 0 ? {} : { comments };
}

/** The revision that a text of task.md names, however broken the rest is. */
export function revOf(text: string): number | undefined {
  const end = /\n---[ \t]*\r?(?:\n|$)/.exec(text)?.index;
  const found = /^rev:[ \t]*["']?(\d{1,15})["']?[ \t]*(?:#.*)?\r?$/m.exec(text.slice(0, end))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** In the frontmatter or the heading: whichever is not what it was. */
function readTitle(before: RawTask, after: RawTask, putBack: string[]): { title?: string } {
  const was = before.data.title;
  const is = after.data.title;
  if (!sameValue(was, is) && !isBlank(is) && is !== "") return { title: rawText(after, ["title"], is) };
  if (after.title !== before.title && after.title !== "") return { title: after.title };
  if (is === "" && !isBlank(was) && was !== "") putBack.push("title: it cannot be empty");
  return {};
}

function readPolicy(before: RawTask, after: RawTask): { policy?: object } {
  const policy = changedOf(before.data.policy, after.data.policy, "policy");
  return policy === undefined ? {} : { policy: checkShape(policyPatchSchema, policy, "E_FIELD", ["policy"]) };
}

function readLimits(before: RawTask, after: RawTask, putBack: string[]): Record<string, unknown> {
  const edit: Record<string, unknown> = {};
  const { budget, deadline } = after.data;
  if (!sameValue(before.data.budget, budget)) edit.budget = budget ?? null;
  if (sameValue(before.data.deadline, deadline)) return edit;
  if (typeof deadline !== "number") edit.deadline = deadline ?? null;
  else putBack.push(`${putBackLine("deadline", before.data.deadline, deadline)}; from now on it is, say, 2h`);
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
  const ends = !sameValue(before.data.status, status) && !isBlank(status);
  const isNew = !sameText(before.text.output, after.text.output);
  if (!sameText(before.text.partial, after.text.partial))
    putBack.push("the partial results: they are the runtime's");
  if (!ends) {
    if (!sameValue(before.data.status, status))
      putBack.push(putBackLine("status", before.data.status, status));
    if (isNew) putBack.push("the answer: it is the runtime's until `status: done` ends the task by hand");
    if (!sameValue(before.data.error, after.data.error))
      putBack.push(putBackLine("error", before.data.error, after.data.error));
    return {};
  }
  if (!TASK_ENDINGS.some((ending) => ending === status)) {
    throw illegal("status", "done, failed or cancelled, which end the task by hand", status);
  }
  const edit: Record<string, unknown> = { status };
  if (status === "done" && after.text.output !== "") edit.output = after.text.output;
  const { error } = after.data;
  if (status !== "done" && !isBlank(error)) edit.error = rawText(after, ["error"], error);
  return edit;
}

function illegal(at: string, expected: string, found: unknown): ClawflowError {
  return new ClawflowError("E_FIELD", "not a value that can be taken", {
    at,
    expected,
    found: foundText(found),
  });
}
