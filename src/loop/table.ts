import { takeAnswer } from "./answers.ts";
import { supersede, takeControl } from "./controls.ts";
import { createHeld, createTask, createTombstone, fillTask, isAnnounced } from "./create-task.ts";
import type { Draft } from "./draft.ts";
import { takeEdit } from "./edits.ts";
import { takeOutcomeMessage } from "./outcomes.ts";
import type { Phase } from "./phase.ts";
import { repeatReply, reportProgress } from "./repeats.ts";
import { archiveLateReplies, takeReplies } from "./replies.ts";
import { takeCalls, takeUnfit } from "./scripts.ts";
import { noteAccepted, noteStarted, putAgain, resumeTask, takeProgress, takeUndelivered } from "./signs.ts";
import { takeTimer } from "./timers.ts";
import type { LoopEvent } from "./types.ts";

type Handlers = { [Type in LoopEvent["type"]]: (draft: Draft, event: LoopEvent & { type: Type }) => void };

/** What happens at an event that has no meaning where the task stands. */
export const nothing = () => {};

const repeatWhileOpen: Handlers["task"] = (draft, event) =>
  isAnnounced(draft.task) ? fillTask(draft, event) : reportProgress(draft, event.message);
const repeatWhenFinal: Handlers["task"] = (draft, { message, bodyHash }) =>
  repeatReply(draft, message, bodyHash);
const lateReplies: Handlers["replies"] = (draft, { messages }) => archiveLateReplies(draft, messages);
const replies: Handlers["replies"] = (draft, { messages }) => takeReplies(draft, messages);
const control: Handlers["control"] = (draft, { message }) => takeControl(draft, message);
const outcome: Handlers["outcome"] = (draft, { message }) => takeOutcomeMessage(draft, message);
const progress: Handlers["progress"] = (draft, { message }) => takeProgress(draft, message);
const edit: Handlers["edit"] = (draft, { found }) => takeEdit(draft, found);
const superseded: Handlers["superseded"] = (draft, { attempt }) => supersede(draft, attempt);

/** Of a task that is open, whatever it is at: what differs stands in the rows below. */
const open: Handlers = {
  task: repeatWhileOpen,
  replies: lateReplies,
  control,
  edit,
  outcome,
  progress,
  calls: nothing,
  unfit: nothing,
  answer: takeAnswer,
  started: noteStarted,
  accepted: nothing,
  undelivered: nothing,
  superseded,
  timer: takeTimer,
  resume: resumeTask,
  again: putAgain,
};

/**
 * The loop: what happens at each event, by where the task stands. `docs/loop.md` shows the same table in words, and a test holds
 * the two together.
 */
export const TABLE: Readonly<Record<Phase, Handlers>> = {
  absent: {
    task: createTask,
    replies: (draft, { messages }) => archiveUnknown(draft, messages),
    control: (draft, { message, localId, removed }) => {
      const isWhole = message.from !== "human" || message.subtask_id === undefined;
      const isHold = ["pause", "resume", "edit"].includes(message.control);
      if (removed === true) archiveLate(draft, message);
      else if (message.control === "cancel" && isWhole) createTombstone(draft, message, localId);
      else if (isHold && message.from !== "human") createHeld(draft, message, localId);
      else refuseUnknown(draft, message);
    },
    edit: nothing,
    outcome: (draft, { message }) => refuseUnknown(draft, message),
    progress: (draft, { message }) => archiveUnknown(draft, [message]),
    calls: nothing,
    unfit: nothing,
    answer: nothing,
    started: nothing,
    accepted: nothing,
    undelivered: nothing,
    superseded: nothing,
    timer: nothing,
    resume: nothing,
    again: nothing,
  },
  considering: open,
  waiting: { ...open, resume: nothing },
  executing: {
    ...open,
    replies,
    calls: takeCalls,
    unfit: takeUnfit,
    accepted: noteAccepted,
    undelivered: takeUndelivered,
  },
  aggregating: open,
  final: {
    ...open,
    task: repeatWhenFinal,
    started: nothing,
    superseded: nothing,
    timer: nothing,
    resume: nothing,
    again: nothing,
    outcome: (draft, { message }) =>
      draft.dispose({ message: message.id, to: "archive", note: "late: the task is finished" }),
  },
};

function archiveUnknown(draft: Draft, messages: readonly { id: string }[]): void {
  for (const { id } of messages)
    draft.dispose({ message: id, to: "archive", note: "unknown: there is no such task" });
}

function archiveLate(draft: Draft, { id }: { id: string }): void {
  draft.dispose({ message: id, to: "archive", note: "late: the task was finished and removed" });
}

function refuseUnknown(draft: Draft, { id, task_id }: { id: string; task_id: string }): void {
  draft.dispose({ message: id, to: "dead", code: "E_NOT_FOUND", text: `there is no task ${task_id} here` });
}
