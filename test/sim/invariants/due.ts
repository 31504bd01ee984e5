import type { Book, Commit, Fault } from "./book.ts";

/** Timers are looked at when the inbox is empty; so long after its time something must have happened. */
const SLACK = 60_000;

/** Every wait ends: what is due was looked at, as the agent's own clock counts. */
export function checkDue(book: Book, { agent, clock }: Commit, fault: Fault): void {
  for (const { task_id, deadline, paused, subtasks } of book.openTasks(agent)) {
    if (deadline !== undefined && deadline + SLACK < clock)
      fault(`${task_id} goes on ${clock - deadline} ms after its deadline`);
    if (paused === true) continue;
    for (const [id, { status, due, paused: held }] of subtasks)
      if (status === "dispatched" && held !== true && due !== undefined && due + SLACK < clock)
        fault(`${task_id}/${id} goes on ${clock - due} ms after its time`);
  }
}
