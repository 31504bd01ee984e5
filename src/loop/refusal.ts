import { messageId } from "../protocol/ids.ts";
import type { ReplyMessage } from "../protocol/message.ts";
import type { Now, Self } from "./types.ts";

/** What can be told of a TASK that cannot be taken. */
export interface Envelope {
  from: string;
  task_id: string;
  subtask_id?: string | undefined;
  attempt?: number | undefined;
  id?: string | undefined;
  version?: 1 | 2;
}

/** The answer to a TASK that was accepted and cannot be read or taken: without it its sender would wait for nobody. */
export function refusalReply(self: Self, envelope: Envelope, error: string, now: Now): ReplyMessage {
  const { from: to, task_id, subtask_id, attempt = 1 } = envelope;
  const key = { from: self.id, to, task_id, subtask_id, type: "reply", attempt, number: 0 };
  const reply: ReplyMessage = {
    clawflow: 2,
    version: envelope.version ?? 2,
    type: "reply",
    id: messageId(key),
    task_id,
    attempt,
    from: self.id,
    to,
    sent_at: now.wall,
    status: "failed",
    completed_at: now.wall,
    used: { tasks: 1 },
    body: { results: "", error, partial: "None" },
  };
  if (subtask_id !== undefined) reply.subtask_id = subtask_id;
  if (envelope.id !== undefined) reply.in_reply_to = envelope.id;
  return reply;
}
