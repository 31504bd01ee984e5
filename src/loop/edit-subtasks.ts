import { addAmounts } from "../protocol/amounts.ts";
import type { SubtaskEdit, TaskEdit } from "../protocol/edit.ts";
import { planHash } from "../protocol/plan-hash.ts";
import type { Subtask } from "../protocol/task.ts";
import { cancelSubtask, recallSubtask } from "./cancel.ts";
import type { Patch } from "./change.ts";
import type { Draft } from "./draft.ts";
import { raiseLimits } from "./edit-limits.ts";
import { endSubtaskPause, pauseSubtask } from "./pause.ts";
import { phaseOf } from "./phase.ts";
import { closeQuestion } from "./questions.ts";
import { reopen, resetForRetry, resetSubtask } from "./retry.ts";
import { summaryOf } from "./summary.ts";
import type { FoundEdit } from "./types.ts";

/** What makes another work of a subtask: one that is under way is taken back and sent anew. */
const WORK = ["agent", "description", "instructions", "context", "expected_output", "depends_on"] as const;
const LIMITS = ["timeout", "max_attempts", "budget"] as const;

/** @returns whether anything was changed that the task has to go on from. */
export function editSubtasks(draft: Draft, { subtasks = {} }: TaskEdit, seen: FoundEdit["seen"]): boolean {
  let changed = false;
  const entries = Object.entries(subtasks);
  const isPlan = entries.some(([id, edit]) => edit !== null && !draft.nodes.has(id));
  if (isPlan) beginByHand(draft);
  for (const [id, edit] of entries) {
    const why = overtaken(draft, id, edit, seen[id]);
    if (why !== undefined) draft.noteNotTaken([why]);
    else if (edit === null) changed = removeSubtask(draft, id) || changed;
    else if (draft.nodes.has(id)) changed = changeSubtask(draft, id, edit) || changed;
    else {
      addSubtask(draft, id, edit);
      changed = true;
    }
  }
  const { waiting } = draft.task;
  if (waiting?.for === "approval" && entries.length > 0) {
    const text = `Approve the plan: ${draft.nodes.size} ${draft.nodes.size === 1 ? "subtask" : "subtasks"}`;
    draft.set({ waiting: { ...waiting, text, plan: planHash(draft.nodes) } });
  }
  return changed;
}

/** A result that came since the person read the text goes before what they say of that subtask. */
function overtaken(
  draft: Draft,
  id: string,
  edit: SubtaskEdit | null,
  seen: FoundEdit["seen"][string] | undefined,
): string | undefined {
  if (seen === undefined) return undefined;
  const now = draft.nodes.get(id);
  if (now === undefined) return edit === null ? undefined : `${id}: it was removed meanwhile`;
  const wasOpen = seen.status === "pending" || seen.status === "dispatched";
  const isEnded = now.status === "done" || now.status === "failed";
  const wanted = edit === null ? "removed" : (edit.status ?? JSON.stringify(edit));
  if (isEnded && (wasOpen || seen.attempt !== now.attempt))
    return `${id}: it is ${now.status} meanwhile, that holds (you wanted: ${wanted})`;
  if (edit?.status === "pending" && seen.attempt !== now.attempt)
    return `${id}: it is being done again already`;
  return undefined;
}

/** A person splits a task that was not split: what the brain was asked is answered by that. */
function beginByHand(draft: Draft): void {
  const phase = phaseOf(draft.task);
  if (phase === "executing" || (phase === "waiting" && draft.task.waiting?.for === "approval")) return;
  if (phase === "final") {
    reopen(draft);
    return;
  }
  closeQuestion(draft);
  draft.set({ mode: "coordinating", status: "executing", waiting: null });
}

function addSubtask(draft: Draft, id: string, edit: SubtaskEdit): void {
  const { removed = {} } = draft.task;
  draft.setSubtask(id, {
    agent: edit.agent ?? "self",
    description: "",
    depends_on: [],
    status: "pending",
    attempt: removed[id] ?? 0,
    ...patchOf(edit, [...WORK, ...LIMITS]),
    ...ownOf(undefined, edit),
  });
  if (removed[id] !== undefined) {
    const { [id]: _, ...rest } = removed;
    draft.set({ removed: Object.keys(rest).length === 0 ? null : rest });
  }
  if (edit.paused === true) draft.setSubtask(id, { paused: true });
  if (edit.status === "cancelled") cancelSubtask(draft, id, "by hand");
  else if (edit.status === "done" || edit.results !== undefined) finishByHand(draft, id, edit.results ?? "");
}

/** What it used goes on counting, and its id goes on counting attempts; who depended on it does so no more. */
function removeSubtask(draft: Draft, id: string): boolean {
  const node = draft.nodes.get(id);
  if (node === undefined) return false;
  if (phaseOf(draft.task) === "aggregating") reopen(draft);
  recallSubtask(draft, id, "it was removed");
  const { used, attempt } = draft.subtask(id);
  if (used !== undefined) draft.set({ used: addAmounts(draft.task.used, used) });
  if (attempt > 0) draft.set({ removed: { ...draft.task.removed, [id]: attempt } });
  draft.removeSubtask(id);
  for (const [other, { depends_on }] of [...draft.nodes]) {
    if (depends_on.includes(id))
      draft.setSubtask(other, { depends_on: depends_on.filter((name) => name !== id) });
  }
  return true;
}

function changeSubtask(draft: Draft, id: string, edit: SubtaskEdit): boolean {
  const before = draft.subtask(id);
  const work = patchOf(edit, WORK);
  const limits = patchOf(edit, LIMITS);
  const isOther = Object.keys(work).length > 0;
  const isUnderWay = before.status === "dispatched";
  if (isOther && isUnderWay) resetSubtask(draft, id);
  draft.setSubtask(id, { ...work, ...ownOf(before, edit) });
  if (Object.keys(limits).length > 0) raiseLimits(draft, id, limits);
  const steered = changeStatus(draft, id, edit);
  if (edit.paused === true) pauseSubtask(draft, id);
  else if (edit.paused === false) endSubtaskPause(draft, id);
  return isOther || steered || edit.paused === false || Object.keys(limits).length > 0;
}

function changeStatus(draft: Draft, id: string, { status, results }: SubtaskEdit): boolean {
  const before = draft.subtask(id).status;
  if (status === "pending") {
    if (before !== "pending") resetForRetry(draft, id);
    return true;
  }
  if (status === "cancelled") {
    cancelSubtask(draft, id, "by hand");
    return true;
  }
  if (status !== "done" && results === undefined) return false;
  if (status === undefined && before !== "done") {
    draft.noteNotTaken([`${id}: its results by hand need \`status: done\` beside them`]);
    return false;
  }
  finishByHand(draft, id, results ?? draft.subtask(id).results ?? "");
  return true;
}

/** The result as a person wrote it. What was not done for want of it is to be done again. */
function finishByHand(draft: Draft, id: string, results: string): void {
  const phase = phaseOf(draft.task);
  if (phase === "aggregating" || phase === "final") reopen(draft);
  recallSubtask(draft, id, "a person gave its result");
  draft.setSubtask(id, {
    status: "done",
    results,
    result_summary: summaryOf(results),
    error: null,
    finished_at: draft.now.wall,
    due: null,
    heard: null,
    probes: null,
    not_before: null,
    waiting: null,
    attachments: null,
  });
  for (const [other, { status }] of [...draft.nodes]) if (status === "skipped") resetSubtask(draft, other);
}

function patchOf<K extends keyof SubtaskEdit & keyof Subtask>(
  edit: SubtaskEdit,
  keys: readonly K[],
): Patch<Subtask> {
  return Object.fromEntries(
    keys.filter((key) => edit[key] !== undefined).map((key) => [key, edit[key]]),
  ) as Patch<Subtask>;
}

function ownOf(before: Subtask | undefined, { own }: SubtaskEdit): Patch<Subtask> {
  if (own === undefined) return {};
  const extra = Object.fromEntries(
    Object.entries({ ...before?.extra, ...own }).filter(([, value]) => value !== null),
  );
  return { extra: Object.keys(extra).length === 0 ? null : extra } as Patch<Subtask>;
}
