import type { TaskEdit } from "../protocol/edit.ts";
import { answer, approve, reject } from "./decisions.ts";
import type { Draft } from "./draft.ts";
import { illegal } from "./edit-fault.ts";

/**
 * What is waited for is decided.
 *
 * @param inFile it stood in task.md: one that came too late is told, and does not undo the rest of the edit
 */
export function takeDecisions(draft: Draft, edit: TaskEdit, inFile: boolean): void {
  const decided = (what: string, fault: string | undefined) => {
    if (fault === undefined) return;
    if (!inFile) throw illegal(fault);
    draft.noteNotTaken([`${what}: ${fault}`]);
  };
  if (edit.approved === true) decided("the approval", approve(draft, "human"));
  else if (edit.approved === false) decided("the rejection", reject(draft, "human", edit.reason ?? ""));
  if (edit.answer !== undefined) decided(`the answer "${edit.answer}"`, answer(draft, "human", edit.answer));
  for (const [id, subtask] of Object.entries(edit.subtasks ?? {})) {
    if (subtask?.approved !== undefined) decided(`the approval of ${id}`, "a plan is approved as a whole");
    if (subtask?.answer === undefined) continue;
    const fault = draft.nodes.has(id)
      ? answer(draft, "human", subtask.answer, id)
      : `there is no ${id} any more`;
    decided(`the answer "${subtask.answer}" for ${id}`, fault);
  }
}
