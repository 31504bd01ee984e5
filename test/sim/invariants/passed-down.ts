import type { ControlMessage } from "../../../src/protocol/message.ts";
import type { Subtask } from "../../../src/protocol/task.ts";
import type { Commit, Fault, Step } from "./book.ts";

/** Whoever has a piece that is given up, held or let go is told. */
export function checkPassedDown({ before, after, commit }: Step, fault: Fault): void {
  if (before === undefined) return;
  for (const [id, was] of before.subtasks) {
    if (was.status !== "dispatched" || was.agent === "self") continue;
    const now = after.subtasks.get(id);
    if (isGivenUp(was, now)) {
      if (!isTold(commit, "cancel", id, was)) fault(`${id} is given up, but ${was.agent} is not told`);
    } else if (now?.status === "dispatched") {
      const held = before.paused === true || was.paused === true;
      const holds = after.paused === true || now.paused === true;
      if (held !== holds && !isTold(commit, holds ? "pause" : "resume", id, was))
        fault(`${id} is ${holds ? "held" : "let go"}, but ${was.agent} is not told`);
    }
  }
}

/** No longer under way, though its agent has not replied. */
function isGivenUp(was: Subtask, now: Subtask | undefined): boolean {
  if (now !== undefined && now.reply !== was.reply) return false;
  return now?.status !== "dispatched" || now.attempt !== was.attempt || now.agent !== was.agent;
}

function isTold(commit: Commit, control: ControlMessage["control"], id: string, was: Subtask): boolean {
  return commit.sent.some(
    ({ message }) =>
      message.type === "control" &&
      message.control === control &&
      message.to === was.agent &&
      message.subtask_id === id &&
      message.attempt === was.attempt,
  );
}
