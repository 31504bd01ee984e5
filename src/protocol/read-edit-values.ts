import { DECISIONS } from "./edit-fields.ts";
import { ownValue } from "./equal-values.ts";
import { ClawflowError } from "./errors.ts";
import { foundText, isPlainObject, pathText } from "./plain-value.ts";
import { type RawTask, rawText } from "./raw-task.ts";

type Decision = (typeof DECISIONS)[number];

/** Of values as YAML has them; a blank one is one that is not there, and the order of a map is no difference. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (a === undefined || a === null) return b === undefined || b === null;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => sameValue(item, b[at]));
  if (!isPlainObject(a) || !isPlainObject(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameValue(a[key], b[key]));
}

/** Blanks at the ends of lines and of the text are no difference: editors trim them by themselves. */
export function sameText(a: string, b: string): boolean {
  return a === b || trimmed(a) === trimmed(b);
}

/** The pattern begins only where a run of blanks does: its time grows with the text, not with the square of a run. */
function trimmed(text: string): string {
  return text.replace(/(?<![ \t\r])[ \t\r]+$/gm, "").trim();
}

/** A task or one of its subtasks in a text: where it stands, and what was read there. */
export interface Entry {
  task: RawTask;
  path: readonly string[];
  data: Record<string, unknown>;
}

/** What stands under `waiting:`, or beside it: `approved: yes`, `reason: …`, `answer: …`. */
export function readDecision(
  before: Entry,
  after: Entry,
): { approved?: boolean; reason?: string; answer?: string } {
  const approved = newDecision("approved", before, after);
  const answer = newDecision("answer", before, after);
  // A reason alone decides nothing; beside a decision that is new it may have stood there before.
  const reason = approved === undefined ? undefined : decisionOf(after, "reason");
  return {
    ...(approved === undefined ? {} : { approved: yesOrNo(approved.value, pathText(approved.path)) }),
    ...(reason === undefined ? {} : { reason: rawText(after.task, reason.path, reason.value) }),
    ...(answer === undefined ? {} : { answer: rawText(after.task, answer.path, answer.value) }),
  };
}

function newDecision(key: Decision, before: Entry, after: Entry): ReturnType<typeof decisionOf> {
  const found = decisionOf(after, key);
  return sameValue(decisionOf(before, key)?.value, found?.value) ? undefined : found;
}

function decisionOf(
  { path, data }: Entry,
  key: Decision,
): { value: unknown; path: readonly string[] } | undefined {
  const waiting = isPlainObject(data.waiting) ? data.waiting[key] : undefined;
  if (!isBlank(waiting)) return { value: waiting, path: [...path, "waiting", key] };
  return isBlank(data[key]) ? undefined : { value: data[key], path: [...path, key] };
}

export function isBlank(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Whether it is paused, where that is new. */
export function readPaused(before: Entry, after: Entry): { paused?: boolean } {
  const was = before.data.paused ?? false;
  const is = after.data.paused ?? false;
  return sameValue(was, is) ? {} : { paused: yesOrNo(is, pathText([...after.path, "paused"])) };
}

function yesOrNo(value: unknown, at: string): boolean {
  if (typeof value === "boolean") return value;
  if (/^(yes|y|true)$/i.test(String(value))) return true;
  if (/^(no|n|false)$/i.test(String(value))) return false;
  throw new ClawflowError("E_FIELD", "neither yes nor no", {
    at,
    expected: "yes or no",
    found: foundText(value),
  });
}

/** One line for each of the fields that is not what it was: it is the runtime's, and put back. */
export function putBackOf(before: Entry, after: Entry, fields: readonly string[]): string[] {
  const { data: was, path } = before;
  const changed = fields.filter((key) => !sameValue(was[key], after.data[key]));
  return changed.map((key) => putBackLine(pathText([...path, key]), was[key], after.data[key]));
}

/** What of `waiting:` a person changed but for the decision. */
export function putBackOfWaiting(before: Entry, after: Entry): string[] {
  const path = [...before.path, "waiting"];
  const was = before.data.waiting;
  const is = after.data.waiting;
  if (isBlank(is) || !isPlainObject(is)) {
    return sameValue(was, is) ? [] : [putBackLine(pathText(path), was, is)];
  }
  const known = isPlainObject(was) ? was : {};
  const keys = [...new Set([...Object.keys(known), ...Object.keys(is)])].filter((key) => !isDecision(key));
  return putBackOf({ ...before, path, data: known }, { ...after, path, data: is }, keys);
}

export function putBackLine(at: string, was: unknown, is: unknown): string {
  return `${at}: ${foundText(is)} (it is the runtime's: ${foundText(was)})`;
}

/** Keys of the person's own that are new, different or gone. */
export function readOwn(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  fields: readonly string[],
): { own?: Record<string, unknown> } {
  const own: Record<string, unknown> = {};
  const isOwn = (key: string) => !fields.includes(key) && !isDecision(key);
  for (const [key, value] of Object.entries(after)) {
    if (isOwn(key) && !sameValue(ownValue(before, key), value)) own[key] = value;
  }
  for (const key of Object.keys(before)) {
    const isEmptied = !isBlank(before[key]) && isBlank(ownValue(after, key));
    if (isOwn(key) && (isEmptied || !Object.hasOwn(after, key))) own[key] = null;
  }
  return Object.keys(own).length === 0 ? {} : { own };
}

function isDecision(key: string): boolean {
  return DECISIONS.includes(key as Decision);
}
