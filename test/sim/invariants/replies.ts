import type { Subtask } from "../../../src/protocol/task.ts";
import type { Fault, Step } from "./book.ts";

/** For each attempt one reply takes effect: that of the agent that has it, to this attempt. */
export function checkReplies({ before, after, commit, book }: Step, fault: Fault): void {
  for (const [id, subtask] of after.subtasks) {
    const was = before?.subtasks.get(id);
    const { reply } = subtask;
    if (reply === undefined || reply === was?.reply || was === undefined) continue;
    const text = faultOf({ before, after, commit, book }, id, was, reply);
    if (text !== undefined) fault(`${id} took ${reply}, ${text}`);
    const key = `${commit.agent}/${after.task_id}/${id}/${was.attempt}`;
    const earlier = book.replies.get(key);
    if (earlier !== undefined && earlier !== reply)
      fault(`${id} took two replies for attempt ${was.attempt}: ${earlier} and ${reply}`);
    book.replies.set(key, reply);
  }
}

function faultOf(
  { after, book }: Step,
  id: string,
  was: Readonly<Subtask>,
  reply: string,
): string | undefined {
  const sent = book.sent.get(reply);
  if (sent === undefined) return "which no agent sent";
  const { message, agent } = sent;
  if (message.type !== "reply") return `which is a ${message.type}`;
  if (was.status !== "dispatched") return `though it is ${was.status}`;
  if (agent !== was.agent) return `which is of ${agent}; it is ${was.agent}'s`;
  if (message.task_id !== after.task_id || message.subtask_id !== id)
    return `which is of ${message.task_id}/${message.subtask_id}`;
  if (message.attempt !== was.attempt)
    return `which is of attempt ${message.attempt}; it is at ${was.attempt}`;
  return undefined;
}
