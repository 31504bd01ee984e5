import { messageFileName } from "../protocol/ids.ts";
import type { ProgressMessage, TaskMessage } from "../protocol/message.ts";
import type { Draft } from "./draft.ts";
import { phaseOf } from "./phase.ts";

/** A TASK of work that is under way: the sender learns where it stands, nothing else happens. */
export function reportProgress(draft: Draft, message: TaskMessage): void {
  draft.dispose({ message: message.id, to: "again" });
  // Version 1 knows no such message.
  if (message.from === "human" || message.version === 1) return;
  const { task_id, subtask_id, attempt } = message;
  const progress: ProgressMessage = {
    ...draft.envelope("progress", message.from, task_id, subtask_id, attempt),
    type: "progress",
    in_reply_to: message.id,
    note: standing(draft),
    body: { text: "" },
  };
  draft.send(progress);
}

/** A TASK of work that is finished: its reply goes out again, byte for byte. */
export function repeatReply(draft: Draft, message: TaskMessage, bodyHash: string): void {
  const { task } = draft;
  // A cancel came before this: it is the first TASK of that work, and known from here on.
  const first = task.body_hash === "";
  draft.dispose({ message: message.id, to: first ? "archive" : "again" });
  if (first) draft.set({ body_hash: bodyHash, reply_to: { ...task.reply_to, message: message.id } });
  if (task.reply === undefined || task.from === "human") return;
  draft.resend(task.from, messageFileName({ ...message, type: "reply", id: task.reply }));
}

function standing({ task, nodes }: Draft): string {
  if (task.paused === true) return "paused by a person";
  switch (phaseOf(task)) {
    case "waiting":
      return `waiting for ${task.waiting?.for === "person" ? "a person" : `an ${task.waiting?.for ?? "answer"}`}`;
    case "executing": {
      let done = 0;
      for (const { status } of nodes.values()) if (status === "done") done++;
      return `working: ${done} of ${nodes.size} subtasks done`;
    }
    default:
      return "working";
  }
}
