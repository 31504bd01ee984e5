import type { SubtaskEdit, TaskEdit } from "../protocol/edit.ts";
import type { Draft } from "./draft.ts";
import { mustWork } from "./edit-fault.ts";
import { endPause, endSubtaskPause, pauseSubtask } from "./pause.ts";

/** Before anything new is sent. */
export function holdSubtasks(draft: Draft, edits: Readonly<Record<string, SubtaskEdit | null>>): void {
  for (const [id, edit] of Object.entries(edits))
    if (edit?.paused === true) mustWork(pauseSubtask(draft, id));
}

/** After everything else: what goes on finds the task as it is to be. */
export function letGo(draft: Draft, { paused, subtasks = {} }: TaskEdit): void {
  for (const [id, edit] of Object.entries(subtasks))
    if (edit?.paused === false && draft.nodes.has(id)) endSubtaskPause(draft, id);
  if (paused === false) endPause(draft);
}
