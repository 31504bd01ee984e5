import { earliest } from "../../loop/earliest.ts";
import type { Waiting } from "../../protocol/task.ts";
import type { TaskHead } from "../../protocol/task-head.ts";
import type { RootView } from "../root-view.ts";
import { timeLeft } from "../running-time.ts";
import { given, type Hold, targetName } from "./hold.ts";

/** It is a person's turn: of a task, or of a subtask of one's own. */
export function waitingHold(
  view: RootView<TaskHead>,
  agent: string,
  task: TaskHead,
  waiting: Waiting,
  now: number,
  subtask?: string,
): Hold {
  const target = targetName(task.task_id, subtask);
  const at = { agent, task_id: task.task_id, ...given("subtask", subtask), since: waiting.since };
  // The time of the work goes on while a person thinks.
  const due = earliest(
    waiting.due,
    task.deadline,
    subtask === undefined ? undefined : task.subtasks.get(subtask)?.due,
  );
  const ends = given("ends_in", timeLeft(view, agent, due, now));
  const text = waiting.text.trim();
  switch (waiting.for) {
    case "approval": {
      const what = `a person is to decide: ${text}`;
      return { ...at, ...ends, cause: "approval", who: "human", what, command: `clawflow approve ${target}` };
    }
    case "answer": {
      const what = `a person is asked: ${text}`;
      const command = `clawflow answer ${target} "…"`;
      return { ...at, ...ends, cause: "question", who: "human", what, command };
    }
    case "person": {
      const who = view.person(agent) ?? "human";
      const what = `${who === "human" ? "a person" : who} is to do it: ${text}`;
      return { ...at, ...ends, cause: "person", who, what, command: `clawflow done ${target} FILE` };
    }
  }
}

/** @param above where the task above is known: it may be that one that was paused */
export function pausedHold(
  agent: string,
  task_id: string,
  subtask?: string,
  above?: { agent: string; task_id: string; subtask?: string },
): Hold {
  if (above === undefined) {
    const target = targetName(task_id, subtask);
    const what = `${target} was paused`;
    const at = { agent, task_id, ...given("subtask", subtask) };
    return { ...at, cause: "paused", by: "itself", what, command: `clawflow resume ${target}` };
  }
  const target = targetName(above.task_id, above.subtask);
  return {
    agent: above.agent,
    task_id: above.task_id,
    ...given("subtask", above.subtask),
    cause: "paused",
    by: "above",
    what: `${target} of ${above.agent} was paused, and ${task_id} with it`,
    command: `clawflow resume ${target}`,
  };
}
