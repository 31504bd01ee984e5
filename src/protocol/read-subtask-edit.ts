import { SUBTASK_EDITABLE, SUBTASK_OWNED, SUBTASK_SETTABLE } from "./edit-fields.ts";
import { ClawflowError } from "./errors.ts";
import { SUBTASK_FIELDS } from "./field-order.ts";
import { isSubtaskId } from "./ids.ts";
import { foundText, isPlainObject } from "./plain-value.ts";
import { type RawTask, rawText } from "./raw-task.ts";
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
import { SUBTASK_STATUSES, type SubtaskStatus } from "./task.ts";

const TEXTS = ["description", "instructions", "context", "expected_output"];
type Seen = Record<string, { status: SubtaskStatus; attempt: number }>;

/** What a person changed of the subtasks. */
export function readSubtaskEdits(
  before: RawTask,
  after: RawTask,
  putBack: string[],
): { subtasks: Record<string, unknown>; seen: Seen } {
  const were = before.subtasks ?? {};
  const are = entriesOf(before, after);
  const subtasks: Record<string, unknown> = {};
  const seen: Seen = {};
  for (const [id, entry] of Object.entries(are)) {
    const path = ["subtasks", id];
    const is: Entry = { task: after, path, data: checkEntry(id, entry) };
    const known = were[id];
    const edit = isPlainObject(known)
      ? changedSubtask(id, { task: before, path, data: known }, is, putBack)
      : newSubtask(id, is, putBack);
    if (edit !== undefined) subtasks[id] = edit;
  }
  for (const id of Object.keys(were)) if (!Object.hasOwn(are, id)) subtasks[id] = null;
  for (const id of Object.keys(subtasks)) {
    const known = were[id];
    if (isPlainObject(known)) seen[id] = { status: statusOf(known), attempt: Number(known.attempt ?? 0) };
  }
  return { subtasks, seen };
}

function entriesOf(before: RawTask, after: RawTask): Record<string, unknown> {
  if (after.subtasks !== undefined) return after.subtasks;
  const found = after.data.subtasks;
  // Who removes the last entry leaves `subtasks:` behind.
  if (found === null || (found === undefined && Object.keys(before.subtasks ?? {}).length === 0)) return {};
  throw new ClawflowError("E_FIELD", "the subtasks are gone as a whole", {
    at: "subtasks",
    expected: "one entry for each subtask",
    found: foundText(found),
    hint: "Remove the entries one by one, or set `status: cancelled` of the task",
  });
}

function checkEntry(id: string, entry: unknown): Record<string, unknown> {
  if (!isSubtaskId(id)) {
    throw new ClawflowError("E_ID", "not a subtask id", {
      at: `subtasks.${id}`,
      expected: "1 to 64 of a-z 0-9 -, beginning with a letter, without --",
      found: foundText(id),
    });
  }
  if (isPlainObject(entry)) return entry;
  throw new ClawflowError("E_FIELD", "not a subtask", {
    at: `subtasks.${id}`,
    expected: "at least `agent` and `description`; the whole entry removed cancels it",
    found: foundText(entry),
  });
}

function newSubtask(id: string, is: Entry, putBack: string[]): Record<string, unknown> {
  const { data: entry } = is;
  if (typeof entry.agent !== "string") {
    throw new ClawflowError("E_FIELD", "a subtask without an agent", {
      at: `subtasks.${id}.agent`,
      expected: "whom it is for, or self",
      found: foundText(entry.agent),
    });
  }
  const edit: Record<string, unknown> = {};
  for (const key of Object.keys(SUBTASK_EDITABLE)) if (!isBlank(entry[key])) edit[key] = fieldOf(is, key);
  if (!isBlank(entry.status) && entry.status !== "pending") edit.status = checkStatus(id, entry.status);
  const results = is.task.results.get(id) ?? "";
  if (results !== "") edit.results = results;
  const nothing: Entry = { ...is, data: {} };
  putBack.push(
    ...putBackOf(
      nothing,
      is,
      SUBTASK_OWNED.filter((key) => key !== "attempt"),
    ),
  );
  return { ...edit, ...readPaused(nothing, is), ...readOwn({}, entry, SUBTASK_FIELDS) };
}

function changedSubtask(
  id: string,
  before: Entry,
  after: Entry,
  putBack: string[],
): Record<string, unknown> | undefined {
  const edit: Record<string, unknown> = {};
  const { data: was } = before;
  const { data: is } = after;
  for (const [key, gone] of Object.entries(SUBTASK_EDITABLE)) {
    if (sameValue(asList(key, was[key]) ?? gone, asList(key, is[key]) ?? gone)) continue;
    if (!isBlank(is[key])) edit[key] = fieldOf(after, key);
    else if (gone === undefined) putBack.push(`subtasks.${id}.${key}: it cannot be empty`);
    else edit[key] = gone;
  }
  const status = statusOf(was);
  if (!isBlank(is.status)) {
    if (is.status !== status) edit.status = checkStatus(id, is.status);
  } else if (status !== "pending") putBack.push(putBackLine(`subtasks.${id}.status`, status, is.status));
  readResults(id, edit, before.task, after.task, putBack);
  putBack.push(...putBackOf(before, after, SUBTASK_OWNED), ...putBackOfWaiting(before, after));
  Object.assign(
    edit,
    readPaused(before, after),
    readDecision(before, after),
    readOwn(was, is, SUBTASK_FIELDS),
  );
  return Object.keys(edit).length === 0 ? undefined : edit;
}

function readResults(
  id: string,
  edit: Record<string, unknown>,
  before: RawTask,
  after: RawTask,
  putBack: string[],
): void {
  const had = before.results.get(id);
  const has = after.results.get(id);
  if (has === undefined) {
    if (had !== undefined && had !== "") putBack.push(`the results of ${id}: they cannot be taken away`);
  } else if (edit.status === "done" || !sameText(had ?? "", has)) edit.results = has;
}

function fieldOf({ task, path, data }: Entry, key: string): unknown {
  return TEXTS.includes(key) ? rawText(task, [...path, key], data[key]) : asList(key, data[key]);
}

/** One id alone is a list of one. */
function asList(key: string, value: unknown): unknown {
  return key === "depends_on" && typeof value === "string" ? [value] : value;
}

function statusOf(entry: Record<string, unknown>): SubtaskStatus {
  const { status = "pending" } = entry;
  return SUBTASK_STATUSES.includes(status as SubtaskStatus) ? (status as SubtaskStatus) : "pending";
}

function checkStatus(id: string, status: unknown): unknown {
  if (SUBTASK_SETTABLE.some((settable) => settable === status)) return status;
  throw new ClawflowError("E_FIELD", "not a status that a person gives", {
    at: `subtasks.${id}.status`,
    expected: "pending (do it again), done (with its results below) or cancelled",
    found: foundText(status),
  });
}
