import { parseDuration } from "../protocol/duration.ts";
import type { SubtaskEdit } from "../protocol/edit.ts";
import { sameValue } from "../protocol/read-edit-values.ts";
import type { Subtask } from "../protocol/task.ts";
import type { Patch } from "./change.ts";
import { checkDag, newAgentOf } from "./check-edit.ts";
import type { Draft } from "./draft.ts";
import { canBeSentNow } from "./edit-limits.ts";
import { takeStatuses } from "./edit-statuses.ts";
import { ownKeys } from "./edit-texts.ts";
import type { Redone } from "./go-on.ts";
import { changeAttempt } from "./limits-below.ts";
import { removeEntry } from "./remove-entry.ts";
import { resetSubtask } from "./retry.ts";

export type SubtaskEdits = Readonly<Record<string, SubtaskEdit | null>>;

/** What makes another work of a subtask: one that is under way is taken back, and sent anew. */
const WORK = ["agent", "description", "instructions", "context", "expected_output", "depends_on"] as const;
/** What an attempt that is under way goes on with. */
const LIMITS = ["timeout", "max_attempts", "budget"] as const;

/** What a person wants of the subtasks. The task is not advanced here. @throws where it is not legal */
export function takeSubtasks(draft: Draft, edits: SubtaskEdits): Redone {
  const gone = new Set(Object.keys(edits).filter((id) => edits[id] === null && draft.nodes.has(id)));
  checkDag(draft, edits, gone);
  for (const id of gone) removeEntry(draft, id);
  let begins = false;
  for (const [id, edit] of Object.entries(edits)) {
    if (edit === null) continue;
    if (edit.timeout) parseDuration(edit.timeout, `subtasks.${id}.timeout`);
    const isNew = !draft.nodes.has(id);
    if (isNew) addSubtask(draft, id, edit, gone);
    const isFreed = !isNew && changeSubtask(draft, id, edit, gone);
    begins = isNew || isFreed || begins;
  }
  const statuses = takeStatuses(draft, edits);
  return { ...statuses, begins: begins || statuses.begins, changes: gone.size > 0 || statuses.changes };
}

/** An id that was there before goes on counting its attempts. */
function addSubtask(draft: Draft, id: string, edit: SubtaskEdit, gone: ReadonlySet<string>): void {
  draft.setSubtask(id, {
    agent: newAgentOf(id, edit),
    description: "",
    depends_on: [],
    status: "pending",
    attempt: draft.task.removed?.[id] ?? 0,
    ...wantedOf(edit, WORK, gone),
    ...wantedOf(edit, LIMITS, gone),
    ...ownKeys(id, undefined, edit),
  });
}

/** @returns whether it may be sent now, which was refused for its budget */
function changeSubtask(draft: Draft, id: string, edit: SubtaskEdit, gone: ReadonlySet<string>): boolean {
  const before = draft.subtask(id);
  const work = changesOf(before, wantedOf(edit, WORK, gone));
  const limits = changesOf(before, wantedOf(edit, LIMITS, gone));
  if (Object.keys(work).length > 0) {
    resetDispatched(draft, id);
    // What an agent was found to speak is nothing that is known of another.
    draft.setSubtask(id, { ...work, ...(work.agent === undefined ? {} : { version_1: null }) });
  }
  draft.setSubtask(id, ownKeys(id, before, edit));
  if (Object.keys(limits).length === 0) return false;
  if (draft.subtask(id).status === "dispatched") changeAttempt(draft, id, limits);
  else draft.setSubtask(id, limits);
  if (!canBeSentNow(draft, id)) return false;
  resetSubtask(draft, id);
  return true;
}

function resetDispatched(draft: Draft, id: string): void {
  if (draft.subtask(id).status === "dispatched") resetSubtask(draft, id);
}

function wantedOf(
  edit: SubtaskEdit,
  keys: readonly (keyof SubtaskEdit)[],
  gone: ReadonlySet<string>,
): Patch<Subtask> {
  const given = keys.filter((key) => edit[key] !== undefined).map((key) => [key, edit[key]]);
  const wanted: Patch<Subtask> = Object.fromEntries(given);
  if (edit.depends_on !== undefined) wanted.depends_on = edit.depends_on.filter((other) => !gone.has(other));
  return wanted;
}

/** What differs from what there is. */
function changesOf(before: Readonly<Subtask>, wanted: Patch<Subtask>): Patch<Subtask> {
  const keys = Object.keys(wanted) as (keyof Subtask)[];
  const changed = keys.filter((key) => !sameValue(wanted[key], before[key]));
  return Object.fromEntries(changed.map((key) => [key, wanted[key]]));
}
