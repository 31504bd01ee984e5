import { scriptHash } from "../../../src/protocol/script-hash.ts";
import type { Task } from "../../../src/protocol/task.ts";
import type { Fault, Step } from "./book.ts";

/** Only a person decides: with a message, or in task.md. Where nobody does in time the answer is no. */
export function checkDecision({ before, after, commit, book }: Step, fault: Fault): void {
  checkApproved(after, fault);
  if (before?.waiting?.for !== "approval" || after.status !== "executing") return;
  const isSaid = commit.taken.some((name) => book.rules.isByHuman(name));
  const isWritten = commit.noted.some((message) => message.type === "control" && message.control === "edit");
  if (!isSaid && !isWritten) fault("its plan was approved, but by no person");
}

/** A program runs only as it was approved. */
function checkApproved({ status, script, text, budget }: Task, fault: Fault): void {
  if (script === undefined || status !== "executing") return;
  if (script.approved !== scriptHash(text.instructions, script, budget))
    fault("its script runs, but is not the one that was approved");
}
