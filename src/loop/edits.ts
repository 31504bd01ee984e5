import type { TaskEdit } from "../protocol/edit.ts";
import { formatEdit, parseEdit } from "../protocol/edit-body.ts";
import { errorText } from "../protocol/errors.ts";
import type { ControlMessage } from "../protocol/message.ts";
import { advance } from "./advance.ts";
import { checkEdit } from "./check-edit.ts";
import { answer, approve, reject } from "./decisions.ts";
import type { Draft } from "./draft.ts";
import { editLimits, takeParentLimits } from "./edit-limits.ts";
import { editSubtasks } from "./edit-subtasks.ts";
import { finishTask } from "./finish.ts";
import { endPause, pauseTask } from "./pause.ts";
import { phaseOf } from "./phase.ts";
import type { FoundEdit } from "./types.ts";

/**
 * A person changed task.md. An edit that cannot be is refused whole, and nothing changes; one that can is taken, with a record of what was
 * understood in the archive. What a result that came meanwhile has settled, and what the runtime owns, is not taken, and told.
 */
export function takeEdit(draft: Draft, { edit, layout, seen, putBack }: FoundEdit): void {
  const fault = checkEdit(draft, edit);
  if (fault !== undefined) {
    draft.refuseEdit(fault);
    return;
  }
  draft.setLayout(layout);
  record(draft, edit);
  draft.noteNotTaken(putBack);
  applyEdit(draft, edit, seen);
}

/**
 * The same as a message, from a person; or from the agent that gave the work, whose word counts for time and budget alone.
 *
 * @returns why it cannot be done.
 */
export function takeEditMessage(draft: Draft, message: ControlMessage): string | undefined {
  let edit: TaskEdit;
  try {
    edit = parseEdit(message.body.text);
  } catch (error) {
    return errorText(error);
  }
  if (message.from !== "human") return takeParentLimits(draft, edit);
  const fault = checkEdit(draft, edit);
  if (fault === undefined) applyEdit(draft, edit, {});
  return fault;
}

function applyEdit(draft: Draft, edit: TaskEdit, seen: FoundEdit["seen"]): void {
  editTexts(draft, edit);
  const reopened = editLimits(draft, edit);
  const changed = editSubtasks(draft, edit, seen);
  if (edit.paused === true) pauseTask(draft);
  decide(draft, edit);
  if (edit.status !== undefined) {
    endByHand(draft, edit);
    return;
  }
  if ((changed || reopened) && phaseOf(draft.task) === "executing") advance(draft);
  if (edit.paused === false) endPause(draft);
}

function editTexts(draft: Draft, edit: TaskEdit): void {
  const { title, policy, own, instructions, context, expected_output, notes } = edit;
  if (title !== undefined) draft.set({ title });
  if (policy !== undefined) draft.set({ policy: { ...draft.task.policy, ...withoutUndefined(policy) } });
  if (own !== undefined) draft.setExtra(own);
  const texts = withoutUndefined({ instructions, context, expected_output, notes });
  if (Object.keys(texts).length > 0) draft.setText(texts);
}

function decide(draft: Draft, edit: TaskEdit): void {
  const decided = (fault: string | undefined) => {
    if (fault !== undefined) draft.noteNotTaken([`the decision: ${fault}`]);
  };
  if (edit.approved === true) decided(approve(draft, "human"));
  else if (edit.approved === false) decided(reject(draft, "human", edit.reason ?? ""));
  if (edit.answer !== undefined) decided(answer(draft, "human", edit.answer));
  for (const [id, subtask] of Object.entries(edit.subtasks ?? {})) {
    if (subtask?.answer !== undefined && draft.nodes.has(id))
      decided(answer(draft, "human", subtask.answer, id));
  }
}

function endByHand(draft: Draft, { status, output, error }: TaskEdit): void {
  if (phaseOf(draft.task) === "final") return;
  if (status === "done") finishTask(draft, { status, output: output ?? draft.task.text.output });
  else if (status === "failed") finishTask(draft, { status, error: error ?? "ended by hand" });
  else finishTask(draft, { status: "cancelled", error: `E_CANCELLED: ${error ?? "by hand"}` });
}

/** Stands in the archive as if the person had sent it; given as a message it would do the same. */
function record(draft: Draft, edit: TaskEdit): void {
  const { self, task } = draft;
  draft.record({
    ...draft.envelope("control", self.id, task.task_id, undefined, 1),
    from: "human",
    type: "control",
    control: "edit",
    body: { text: formatEdit(edit) },
  });
}

function withoutUndefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
