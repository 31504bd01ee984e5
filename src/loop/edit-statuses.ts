import { dependantsOf } from "../dag/graph.ts";
import type { SubtaskEdit } from "../protocol/edit.ts";
import { cancelSubtask, recallSubtask } from "./cancel.ts";
import type { Draft } from "./draft.ts";
import { illegal } from "./edit-fault.ts";
import type { SubtaskEdits } from "./edit-subtasks.ts";
import type { Redone } from "./go-on.ts";
import { resetSubtask } from "./retry.ts";
import { forgetUnfit } from "./scripts.ts";
import { summaryOf } from "./summary.ts";

/** Statuses and results that a person writes: what is to be done again first, so that what they say of others holds. */
export function takeStatuses(draft: Draft, edits: SubtaskEdits): Redone {
  let changes = false;
  let begins = false;
  const kept = new Set<string>();
  for (const [id, edit] of Object.entries(edits))
    if (edit?.status === "pending") begins = doAgain(draft, id, edit) || begins;
  for (const [id, edit] of Object.entries(edits)) {
    if (edit === null || edit.status === "pending") continue;
    if (edit.status === "cancelled") {
      changes = cancelByHand(draft, id, edit) || changes;
      kept.add(id);
    } else if (edit.status === "done") {
      const was = draft.subtask(id).status;
      changes = giveResults(draft, id, edit) || changes;
      begins = was !== "done" || begins;
    } else if (edit.results !== undefined) changes = replaceText(draft, id, edit.results) || changes;
  }
  return { changes, begins, kept };
}

/** A new attempt, and one of each that depends on it where that had begun. */
function doAgain(draft: Draft, id: string, { results = "" }: SubtaskEdit): boolean {
  if (results.trim() !== "")
    draft.noteNotTaken([`${id}: it is to be done, so it has no results yet; you wrote: ${results}`]);
  if (draft.subtask(id).status === "pending") return false;
  for (const other of [id, ...dependantsOf(draft.nodes, id)]) resetSubtask(draft, other);
  return true;
}

function cancelByHand(draft: Draft, id: string, { results }: SubtaskEdit): boolean {
  const { status } = draft.subtask(id);
  if (status === "done") {
    throw illegal("it is done already", {
      at: `subtasks.${id}.status`,
      hint: "Remove its entry to leave it out, or set `status: pending` to have it done again",
    });
  }
  if (results !== undefined && results.trim() !== "") draft.setSubtask(id, { results });
  if (status === "cancelled") return false;
  cancelSubtask(draft, id, "by human");
  const error = "E_CANCELLED: by human";
  draft.setSubtask(id, { status: "cancelled", error, finished_at: draft.now.wall });
  return true;
}

/** The result, written by hand. @returns whether that is anything new */
function giveResults(draft: Draft, id: string, edit: SubtaskEdit): boolean {
  const before = draft.subtask(id);
  const results = edit.results ?? before.results ?? "";
  if (results.trim() === "") {
    throw illegal("it is done with what results?", {
      at: `subtasks.${id}.status`,
      hint: `Write them under \`### ${id}\``,
    });
  }
  if (before.status === "done" && before.results === results) return false;
  forgetUnfit(draft, id);
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
  });
  return true;
}

/** Another text under a result that is there; what was not done has none. */
function replaceText(draft: Draft, id: string, results: string): boolean {
  const { status, results: before = "" } = draft.subtask(id);
  if (results === before) return false;
  if (status === "done") return giveResults(draft, id, { results });
  if (status === "failed" || status === "cancelled") {
    draft.setSubtask(id, { results });
    return true;
  }
  if (results.trim() === "") return false;
  throw illegal(`it is ${status}, and has no results yet`, {
    at: `subtasks.${id}`,
    hint: "Set `status: done` with the text, and it is the result",
  });
}
