import type { TaskEdit } from "../protocol/edit.ts";
import { formatSection } from "../protocol/sections.ts";
import type { Draft } from "./draft.ts";
import { illegal } from "./edit-fault.ts";
import { finishTask } from "./finish.ts";
import { phaseOf } from "./phase.ts";

/**
 * A person ends the task: its reply goes out, and whatever is under way is cancelled.
 *
 * @returns whether it is over by that
 */
export function endByHand(draft: Draft, edit: TaskEdit): boolean {
  const { status, output, error } = edit;
  if (status === undefined) {
    if (output === undefined && error === undefined) return false;
    throw illegal("an answer or an error counts beside the `status` that ends the task by hand");
  }
  if (phaseOf(draft.task) === "final") {
    keepEnding(draft, edit);
    return false;
  }
  if (status === "done") finishTask(draft, { status, output: answerOf(draft, edit) });
  else if (status === "failed") finishTask(draft, { status, error: error ?? "ended by hand" });
  else finishTask(draft, { status, error: `E_CANCELLED: ${error ?? "ended by hand"}` });
  return true;
}

/** The answer that a person wrote; or, where they wrote results of subtasks alone, those. */
function answerOf({ task }: Draft, { output = "", subtasks = {} }: TaskEdit): string {
  if (output.trim() !== "") return output;
  const written = Object.entries(subtasks).flatMap(([id, edit]) =>
    edit?.status === "done" && edit.results !== undefined ? [formatSection(id, 3, id, edit.results)] : [],
  );
  if (written.length > 0) return written.join("").trimEnd();
  const heading = task.mode === "coordinating" ? "Synthesised Output" : "Results";
  throw illegal("the task cannot be done without an answer", {
    at: "status",
    hint: `Write the answer under \`## ${heading}\``,
  });
}

/** The reply is out: nothing ends twice. */
function keepEnding(draft: Draft, { status, output }: TaskEdit): void {
  const { task } = draft;
  if (status !== task.status) {
    throw illegal(`the task is ${task.status}, and ${task.from} has its reply`, {
      at: "status",
      hint: "Set a subtask to `status: pending` to have it done again, or use `clawflow retry`",
    });
  }
  if (output !== undefined && output.trim() !== task.text.output.trim())
    draft.noteNotTaken([
      `the answer: the task is ${task.status} already, and its reply is out; you wrote: ${output}`,
    ]);
}
