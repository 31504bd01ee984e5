import type { Task } from "../protocol/task.ts";
import { Draft } from "./draft.ts";
import { phaseOf } from "./phase.ts";
import { TABLE } from "./table.ts";
import type { LoopEvent, Now, Plan, Self } from "./types.ts";

/**
 * One turn of the loop that every agent runs: what is to happen to a task at an event. Pure: the task is not touched, nothing is
 * read, nothing happens; the same arguments give the same plan.
 *
 * @param task the task that the event is about; `undefined` if it is not known here.
 */
export function step(self: Self, task: Task | undefined, event: LoopEvent, now: Now): Plan {
  const draft = new Draft(self, task, now);
  const handle = TABLE[phaseOf(task)][event.type] as (draft: Draft, event: LoopEvent) => void;
  handle(draft, event);
  return draft.plan();
}
