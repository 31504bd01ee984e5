import type { Fault, Step } from "./book.ts";

const FINAL = ["done", "failed", "cancelled"];

/** A final status never changes, except by a human; and who has ended has answered. */
export function checkFinal({ before, after, commit, book }: Step, fault: Fault): void {
  const isFinal = FINAL.includes(after.status);
  const wasFinal = before !== undefined && FINAL.includes(before.status);
  const isSteered = book.rules.isSteered(after.task_id);
  if (wasFinal && before.status !== after.status && !isSteered)
    fault(`it was ${before.status} and is ${after.status}`);
  for (const [id, { status }] of before?.subtasks ?? []) {
    const now = after.subtasks.get(id)?.status;
    if ((FINAL.includes(status) || status === "skipped") && now !== status && !isSteered)
      fault(`${id} was ${status} and is ${now}`);
  }
  if (!isFinal || wasFinal) return;
  const reply = commit.sent.find(({ message }) => message.id === after.reply)?.message;
  if (reply?.type !== "reply") fault(`it is ${after.status}, but sends no reply`);
  else if (reply.status !== after.status) fault(`it is ${after.status}, but replies ${reply.status}`);
}
