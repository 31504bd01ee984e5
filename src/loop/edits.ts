import type { TaskEdit } from "../protocol/edit.ts";
import { formatEdit, parseEdit } from "../protocol/edit-body.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import { messageId } from "../protocol/ids.ts";
import type { ControlMessage } from "../protocol/message.ts";
import { advance } from "./advance.ts";
import { Draft } from "./draft.ts";
import { withoutOvertaken } from "./edit-conflicts.ts";
import { takeDecisions } from "./edit-decisions.ts";
import { endByHand } from "./edit-ending.ts";
import { illegal } from "./edit-fault.ts";
import { takeLimits } from "./edit-limits.ts";
import { holdSubtasks, letGo } from "./edit-pauses.ts";
import { takeSubtasks } from "./edit-subtasks.ts";
import { takeTexts } from "./edit-texts.ts";
import { goOnFrom } from "./go-on.ts";
import { givenLimits, tellLimits } from "./limits-below.ts";
import { pauseTask } from "./pause.ts";
import { phaseOf } from "./phase.ts";
import { scriptAsItIs, takeScriptEdit } from "./scripts.ts";
import type { FoundEdit } from "./types.ts";

/**
 * A person changed task.md. An edit that is not legal is refused whole, and nothing changes; one that is legal is taken, with a record of
 * what was understood in the archive. What a result that came meanwhile has settled, and what the runtime owns, is not taken, and told.
 */
export function takeEdit(draft: Draft, { edit, layout, seen, putBack }: FoundEdit): void {
  const fault = applyEdit(draft, edit, seen);
  if (fault !== undefined) {
    draft.refuseEdit(errorText(fault));
    return;
  }
  draft.setLayout(layout);
  recordEdit(draft, edit);
  draft.noteNotTaken(putBack);
}

/**
 * The same as a message: of a person; or of the agent that gave the work, whose word counts for its limits alone.
 *
 * @returns why nothing of it is taken.
 */
export function takeEditMessage(draft: Draft, message: ControlMessage): ClawflowError | undefined {
  const edit = readEdit(message);
  if (message.from === "human") return edit instanceof ClawflowError ? edit : applyEdit(draft, edit);
  if (
    edit instanceof ClawflowError ||
    Object.keys(edit).some((key) => key !== "deadline" && key !== "budget")
  )
    return new ClawflowError("E_NOT_YOURS", `${message.from}: an agent changes deadline and budget alone`);
  const { number } = message;
  // Each says all the limits: of two the later one holds, whichever came first.
  if (phaseOf(draft.task) === "final" || (number !== undefined && (draft.task.limited ?? 0) >= number))
    return undefined;
  const fault = applyEdit(draft, edit);
  if (fault === undefined && number !== undefined) draft.set({ limited: number });
  return fault;
}

/**
 * Takes an edit whole, or nothing of it: it is tried on a copy first, so that whatever is not legal is found before anything changes.
 *
 * @param seen what the person had before them, of an edit of task.md
 * @returns why nothing of it is taken.
 */
export function applyEdit(draft: Draft, edit: TaskEdit, seen?: FoundEdit["seen"]): ClawflowError | undefined {
  if (Object.keys(edit).length === 0) return undefined;
  const copy = { ...draft.task, subtasks: new Map(draft.nodes) };
  try {
    carryOut(new Draft(draft.self, copy, draft.now), edit, seen);
  } catch (error) {
    if (error instanceof ClawflowError && error.code !== "E_INTERNAL") return error;
    throw error;
  }
  carryOut(draft, edit, seen);
  return undefined;
}

/** What each field of an edit does, in the order in which they take effect. @throws where it is not legal */
function carryOut(draft: Draft, given: TaskEdit, seen: FoundEdit["seen"] | undefined): void {
  const edit = withoutOvertaken(draft, given, seen);
  const { subtasks = {} } = edit;
  if (phaseOf(draft.task) === "final" && edit.paused === true) throw illegal("a finished task is not paused");
  const before = givenLimits(draft);
  const script = scriptAsItIs(draft);
  takeTexts(draft, edit);
  const freed = takeLimits(draft, edit);
  const redone = takeSubtasks(draft, subtasks);
  if (endByHand(draft, edit)) return;
  const isOther = takeScriptEdit(draft, script);
  if (edit.paused === true) pauseTask(draft);
  holdSubtasks(draft, subtasks);
  tellLimits(draft, before);
  goOnFrom(draft, {
    ...redone,
    changes: redone.changes || freed || isOther,
    begins: redone.begins || freed || isOther,
  });
  takeDecisions(draft, edit, seen !== undefined);
  letGo(draft, edit);
  // A wider limit, another policy: something may go that had to wait.
  if (phaseOf(draft.task) === "executing") advance(draft);
}

/** Stands in the archive as if the person had sent it. */
function recordEdit(draft: Draft, edit: TaskEdit): void {
  const { self, task, now } = draft;
  const key = { from: "human", to: self.id, task_id: task.task_id, type: "control", attempt: 1 };
  const control: ControlMessage = {
    clawflow: 2,
    version: 2,
    type: "control",
    id: messageId({ ...key, subtask_id: undefined, number: draft.nextNumber() }),
    from: "human",
    to: self.id,
    task_id: task.task_id,
    attempt: 1,
    sent_at: now.wall,
    control: "edit",
    body: { text: formatEdit(edit) },
  };
  draft.record(control);
}

function readEdit({ body }: ControlMessage): TaskEdit | ClawflowError {
  try {
    return parseEdit(body.text);
  } catch (error) {
    if (error instanceof ClawflowError) return error;
    throw error;
  }
}
