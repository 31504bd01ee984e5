import type { Message } from "../../../src/protocol/message.ts";
import type { Task } from "../../../src/protocol/task.ts";
import type { Fault, Step } from "./book.ts";

/** For each question at most one outcome is taken: what is answered or closed is never open again. */
export function checkQuestions({ before, after, commit, book }: Step, fault: Fault): void {
  const { agent } = commit;
  const now = new Set(questionsOf(after));
  for (const question of now) if (book.closed.has(`${agent}/${question}`)) fault(`${question} is open again`);
  if (before !== undefined)
    for (const question of questionsOf(before))
      if (!now.has(question)) book.closed.add(`${agent}/${question}`);
  const seen = new Set<string>();
  for (const message of commit.noted) {
    const question = questionOf(message);
    if (question === undefined) continue;
    if (seen.has(question)) fault(`${question} has two outcomes`);
    seen.add(question);
  }
}

function questionOf(message: Message): string | undefined {
  return message.type === "outcome" ? message.question : undefined;
}

function* questionsOf({ asking, subtasks }: Task): Generator<string> {
  if (asking !== undefined) yield asking.question;
  for (const subtask of subtasks.values()) if (subtask.asking !== undefined) yield subtask.asking.question;
}
