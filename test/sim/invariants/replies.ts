import type { Subtask } from "../../../src/protocol/task.ts";
import type { Fault, Step } from "./book.ts";

/** For each attempt one reply takes effect: that of the agent that has it, to this attempt. */
export function checkReplies({ before, after, commit, book }: Step, fault: Fault): void {
  for (const [id, subtask] of after.subtasks) {
    const earlier = before?.subtasks.get(id);
    const { reply } = subtask;
    if (reply === undefined || reply === earlier?.reply || earlier === undefined) continue;
    const was = asAnswered(commit, after.task_id, id, earlier);
    const text = faultOf({ before, after, commit, book }, id, was, reply);
    if (text !== undefined) fault(`${id} took ${reply}, ${text}`);
    const key = `${commit.agent}/${after.task_id}/${id}/${was.attempt}`;
    const other = book.replies.get(key);
    if (other !== undefined && other !== reply)
      fault(`${id} took two replies for attempt ${was.attempt}: ${other} and ${reply}`);
    book.replies.set(key, reply);
  }
}

/** How it stood when the reply came: an agent of the same host that refuses it at once is sent it and answers in one commit. */
function asAnswered(
  { sent }: Step["commit"],
  task: string,
  id: string,
  was: Readonly<Subtask>,
): Readonly<Subtask> {
  const attempt = was.attempt + 1;
  const isIt = ({ message }: (typeof sent)[number]) =>
    message.type === "task" &&
    message.task_id === task &&
    message.subtask_id === id &&
    message.attempt === attempt;
  return was.status === "pending" && sent.some(isIt) ? { ...was, status: "dispatched", attempt } : was;
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
