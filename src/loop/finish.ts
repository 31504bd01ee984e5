import { addAmounts } from "../protocol/amounts.ts";
import type { Message, ReplyMessage } from "../protocol/message.ts";
import { formatSection } from "../protocol/sections.ts";
import type { Attachment } from "../protocol/task.ts";
import { usedAmounts } from "./budget.ts";
import { cancelSubtask } from "./cancel.ts";
import type { Draft } from "./draft.ts";
import { closeQuestion } from "./questions.ts";

export type Ending =
  | { status: "done"; output: string; attachments?: Attachment[] }
  | { status: "failed" | "cancelled"; error: string; partial?: string };

/** Ends a task for good: nothing of it stays under way, and its reply is sent. */
export function finishTask(draft: Draft, ending: Ending): void {
  const { now } = draft;
  closeQuestion(draft);
  for (const [id, { status }] of draft.nodes) {
    if (status === "dispatched" || status === "pending")
      cancelSubtask(draft, id, `the task is ${ending.status}`);
  }
  draft.set({ status: ending.status, finished_at: now.wall, waiting: null, paused: null, deadline: null });
  if (draft.task.mode === "undecided") draft.set({ mode: "direct" });
  if (ending.status === "done") draft.setText({ output: ending.output });
  else {
    draft.set({ error: ending.error });
    draft.setText({ partial: ending.partial ?? partialResults(draft) });
  }
  const attachments = ending.status === "done" ? (ending.attachments ?? []) : [];
  const reply = replyOf(draft, attachments);
  draft.set({ reply: reply.id });
  draft.send(reply);
}

function replyOf(draft: Draft, attachments: Attachment[]): Message {
  const { task, now } = draft;
  const { task_id, subtask_id, attempt, message, version_1 } = task.reply_to;
  const status = task.status as ReplyMessage["status"];
  const reply: ReplyMessage = {
    ...draft.envelope("reply", task.from, task_id, subtask_id, attempt),
    version: version_1 === true ? 1 : 2,
    type: "reply",
    in_reply_to: message,
    status,
    completed_at: now.wall,
    used: addAmounts({ tasks: 1 }, usedAmounts(task, draft.nodes)),
    body: {
      results: status === "done" ? task.text.output : "",
      error: task.error ?? "",
      partial: status === "done" || task.text.partial !== "" ? task.text.partial : "None",
    },
  };
  if (attachments.length > 0) reply.attachments = attachments;
  return reply;
}

/** What was done before the task failed, so that it is not lost with it. */
function partialResults({ nodes }: Draft): string {
  const parts: string[] = [];
  for (const [id, { status, results }] of nodes) {
    if (status === "done" && results !== undefined) parts.push(formatSection(id, 3, id, results));
  }
  return parts.join("").trimEnd();
}
