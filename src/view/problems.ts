import { DROPPED_FILE_NAME } from "../protocol/ids.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import type { RootView } from "./make-root-view.ts";
import type { Problem } from "./status.ts";
import { given, type Hold } from "./why/hold.ts";
import { hostHold } from "./why/host-hold.ts";
import { pausedHold, waitingHold } from "./why/turn-holds.ts";

/** Messages in an inbox that nobody has handled. */
export function inboxCount(view: RootView<TaskHead>, agent: string): number {
  return [...(view.mail(agent)?.inbox ?? [])].filter((name) => DROPPED_FILE_NAME.test(name)).length;
}

/** What of an open task is a person's turn: its own decision or work, that of its own subtasks, a pause. */
export function turnProblems(
  view: RootView<TaskHead>,
  agent: string,
  task: TaskHead,
  now: number,
): Problem[] {
  const problems: Problem[] = [];
  const isBelowPaused = task.from !== "human" && view.task(task.from, task.reply_to.task_id)?.paused === true;
  if (task.paused === true && !isBelowPaused)
    problems.push(problemOf("paused", pausedHold(agent, task.task_id)));
  if (task.waiting !== undefined)
    problems.push(problemOf(kindOf(task.waiting.for), waitingHold(view, agent, task, task.waiting, now)));
  for (const [id, { waiting, paused, status }] of task.subtasks) {
    if (status !== "pending" && status !== "dispatched") continue;
    if (waiting !== undefined)
      problems.push(problemOf(kindOf(waiting.for), waitingHold(view, agent, task, waiting, now, id)));
    else if (paused === true && task.paused !== true)
      problems.push(problemOf("paused", pausedHold(agent, task.task_id, id)));
  }
  return problems;
}

/** Nobody runs an agent that has something to do. @param hasOpen it has a task that is not final */
export function hostProblems(view: RootView<TaskHead>, agent: string, hasOpen: boolean): Problem[] {
  const hasWork = inboxCount(view, agent) > 0 || hasOpen;
  const hold = hasWork ? hostHold(view, agent, { agent, task_id: "" }) : undefined;
  if (hold === undefined) return [];
  const { what, since, command } = hold;
  const moves = hold.cause === "peer-gone" ? {} : given("command", command);
  return [{ kind: "stopped", agent, text: what, ...given("since", since), ...moves }];
}

function problemOf(kind: Problem["kind"], { agent, task_id, subtask, what, since, command }: Hold): Problem {
  return {
    kind,
    agent,
    task_id,
    ...given("subtask", subtask),
    text: what,
    ...given("since", since),
    ...given("command", command),
  };
}

function kindOf(what: "approval" | "answer" | "person"): Problem["kind"] {
  return what;
}
