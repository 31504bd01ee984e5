import type { TaskEdit } from "../../../src/protocol/edit.ts";
import { parseEdit } from "../../../src/protocol/edit-body.ts";
import type { Task } from "../../../src/protocol/task.ts";
import type { Fault, Step } from "./book.ts";

/** An edit is taken whole: what the record says was understood is what the task came to. */
export function checkEditTaken({ before, after, commit, book }: Step, fault: Fault): void {
  if (after.layout === undefined || after.layout === before?.layout || before === undefined) return;
  if (book.rules.isSteered(after.task_id)) return;
  for (const message of commit.noted) {
    if (message.type !== "control" || message.control !== "edit" || message.task_id !== after.task_id)
      continue;
    for (const what of notTaken(parseEdit(message.body.text), after))
      fault(`${what} of an edit was not taken`);
  }
}

function* notTaken(edit: TaskEdit, after: Task): Generator<string> {
  if (edit.title !== undefined && edit.title !== after.title) yield "the title";
  for (const text of ["instructions", "context", "expected_output", "notes"] as const)
    if (edit[text] !== undefined && edit[text] !== after.text[text]) yield text;
  for (const [key, value] of Object.entries(edit.own ?? {}))
    if (JSON.stringify(after.extra?.[key]) !== JSON.stringify(value ?? undefined)) yield `the key ${key}`;
  if (edit.paused !== undefined && (after.paused === true) !== edit.paused) yield "the pause";
}
