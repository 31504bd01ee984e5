import type { Asking, Task } from "../../protocol/task.ts";
import type { RootView } from "../root-view.ts";
import { timeLeft } from "../running-time.ts";
import { given, type Hold, targetName } from "./hold.ts";
import { hostHold } from "./host-hold.ts";
import type { Walk } from "./walk.ts";

/**
 * An open question to a brain: nobody runs it, it waits for a pause or a free place, or it is asked.
 *
 * @param due running-clock time at which it is ended
 */
export function askedHold(
  { view, now, busy }: Walk,
  agent: string,
  task: Task,
  asking: Asking,
  due: number | undefined,
  more: { subtask?: string; sender?: string } = {},
): Hold {
  const { subtask, sender } = more;
  const at = { agent, task_id: task.task_id, ...given("subtask", subtask) };
  const unrun = hostHold(view, agent, at, sender);
  if (unrun !== undefined) return { since: asking.since, ...unrun };
  const since = { since: asking.since };
  if (asking.not_before !== undefined)
    return pauseHold(view, agent, task, asking.not_before, now, { ...at, ...since });
  const target = targetName(task.task_id, subtask);
  const others =
    asking.pid === undefined && asking.kind !== "script"
      ? busy(agent).filter((other) => other !== target)
      : [];
  if (others.length > 0) {
    const what = `no brain of ${agent} is free: at work on ${others.slice(0, 3).join(", ")}`;
    return { ...at, ...since, cause: "place", of: "brains", what, command: `clawflow why ${others[0]}` };
  }
  const left = timeLeft(view, agent, due, now);
  const times = asking.asked > 1 ? `, asked ${asking.asked} times` : "";
  const who = asking.kind === "script" ? "its script" : `the brain of ${agent}`;
  const process = asking.pid === undefined ? "" : ` (process ${asking.pid})`;
  const end = left === undefined ? "; nothing ends it but a cancel" : "";
  return {
    ...at,
    ...since,
    cause: "brain",
    question: asking.question,
    kind: asking.kind,
    asked: asking.asked,
    ...given("pid", asking.pid),
    ...given("ends_in", left),
    what: `${who} is at work on it${process}${times}${end}`,
    command: `clawflow cancel ${target}`,
  };
}

/** A passing error, or an attempt that failed: it goes on by itself. */
export function pauseHold(
  view: RootView,
  agent: string,
  task: Task,
  notBefore: number,
  now: number,
  at: Pick<Hold, "agent" | "task_id" | "subtask" | "since">,
): Hold {
  const left = timeLeft(view, agent, notBefore, now);
  const subtask = at.subtask === undefined ? undefined : task.subtasks.get(at.subtask);
  const asking = subtask?.asking ?? (at.subtask === undefined ? task.asking : undefined);
  const what =
    asking === undefined
      ? `a pause before another attempt: ${subtask?.error ?? ""}`
      : `a pause after a passing error of the brain (${asking.retries ?? 0} so far)`;
  const ends = given("ends_in", left === undefined ? undefined : Math.max(0, left));
  return { ...at, ...ends, cause: "pause", what };
}
