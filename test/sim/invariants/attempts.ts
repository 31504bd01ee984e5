import type { TaskMessage } from "../../../src/protocol/message.ts";
import type { Subtask } from "../../../src/protocol/task.ts";
import type { Fault, Step } from "./book.ts";

/**
 * A subtask is dispatched only when all that it depends on is done, and its TASK holds their results; each time it is another attempt, and
 * attempts only grow.
 */
export function checkAttempts(step: Step, fault: Fault): void {
  const { before, after, commit, book } = step;
  for (const [id, subtask] of after.subtasks) {
    const was = before?.subtasks.get(id);
    const key = `${commit.agent}/${after.task_id}/${id}`;
    const highest = book.attempts.get(key) ?? 0;
    if (subtask.attempt < highest) fault(`${id} is at attempt ${subtask.attempt}, after ${highest}`);
    book.attempts.set(key, Math.max(highest, subtask.attempt));
    const isNew =
      subtask.status === "dispatched" && (was?.status !== "dispatched" || was.attempt !== subtask.attempt);
    if (!isNew) continue;
    if (subtask.attempt <= highest) fault(`${id} is sent again as attempt ${subtask.attempt}`);
    checkReady(step, id, subtask, fault);
    if (subtask.agent !== "self") checkTask(step, id, subtask, fault);
  }
}

function checkReady({ after }: Step, id: string, { depends_on }: Subtask, fault: Fault): void {
  for (const dependency of depends_on) {
    const status = after.subtasks.get(dependency)?.status;
    if (status !== "done") fault(`${id} is dispatched, though ${dependency} is ${status ?? "not there"}`);
  }
}

function checkTask({ after, commit }: Step, id: string, subtask: Subtask, fault: Fault): void {
  const sent = commit.sent.find(({ message }) => message.id === subtask.message)?.message;
  if (sent?.type !== "task") {
    fault(`${id} is dispatched, but no TASK is sent`);
    return;
  }
  if (sent.to !== subtask.agent || sent.attempt !== subtask.attempt || sent.subtask_id !== id)
    fault(`${id} is attempt ${subtask.attempt} of ${subtask.agent}, but ${sent.id} is not`);
  for (const dependency of subtask.depends_on)
    if (!holds(sent, dependency, after.subtasks.get(dependency)?.results ?? ""))
      fault(`the TASK of ${id} does not hold the results of ${dependency}`);
}

function holds({ body, attachments }: TaskMessage, dependency: string, results: string): boolean {
  return (
    body.context.includes(results) || attachments?.some(({ name }) => name === `${dependency}.md`) === true
  );
}
