import { isFinal } from "../../loop/phase.ts";
import type { Subtask, Task } from "../../protocol/task.ts";
import { childTask } from "../child-task.ts";
import { timeLeft } from "../running-time.ts";
import { replyName, taskName } from "../standing.ts";
import { waitsForCalls } from "../waits-for-calls.ts";
import { askedHold, pauseHold } from "./asked-hold.ts";
import { deadHold, deadHolds } from "./dead-holds.ts";
import { editHold } from "./edit-hold.ts";
import { subtaskFailure } from "./failure-holds.ts";
import { type Found, given, type Hold, type Link, targetName } from "./hold.ts";
import { goneHold, hostHold, isInTeam } from "./host-hold.ts";
import { undeliveredHold } from "./mail-holds.ts";
import { pausedHold, waitingHold } from "./turn-holds.ts";
import type { Walk } from "./walk.ts";

/** Deeper than any limit allows. */
const DEEPEST = 110;
/** Time runs out when less than this part of it is left. */
const LAST_PART = 0.1;

/**
 * Everything that holds an open task back, its own and of all that is below it.
 *
 * @param link the task itself, with the way to it
 * @param sender who gave it, where that is known here
 */
export function* taskHolds(
  walk: Walk,
  agent: string,
  task: Task,
  link: Link,
  sender?: string,
  depth = 0,
): Generator<Found> {
  const { view, now } = walk;
  const { task_id, asking, waiting } = task;
  const edit = editHold(view, agent, task_id);
  if (edit !== undefined) yield { hold: edit, link };
  for (const hold of deadHolds(view, walk.dead, agent, task_id)) yield { hold, link };
  const late = lateHold(walk, agent, task.deadline, task.created_at, { agent, task_id });
  if (late !== undefined) yield { hold: late, link };
  if (task.paused === true) yield { hold: pausedHold(agent, task_id), link };
  else if (waiting !== undefined) yield { hold: waitingHold(view, agent, task, waiting, now), link };
  else if (asking !== undefined && !waitsForCalls(task))
    yield { hold: askedHold(walk, agent, task, asking, task.deadline, given("sender", sender)), link };
  else if (task.status === "executing") {
    let any = false;
    for (const [id, subtask] of task.subtasks) {
      for (const found of subtaskHolds(walk, agent, task, id, subtask, link, depth)) {
        any = true;
        yield found;
      }
    }
    if (!any) yield { hold: aboutToGo(walk, agent, task, sender), link };
  } else yield { hold: aboutToGo(walk, agent, task, sender), link };
}

/** What holds one subtask back, beside what it depends on. */
export function* subtaskHolds(
  walk: Walk,
  agent: string,
  task: Task,
  id: string,
  subtask: Subtask,
  above: Link,
  depth = 0,
): Generator<Found> {
  const { view, now } = walk;
  const at = { agent, task_id: task.task_id, subtask: id };
  const to = subtask.agent === "self" ? agent : subtask.agent;
  const link: Link = { agent: to, subtask: id, above };
  if (subtask.status === "failed") yield subtaskFailure(walk, agent, task, id, subtask, above);
  else if (subtask.status === "pending") {
    if (subtask.paused === true) yield { hold: pausedHold(agent, task.task_id, id), link };
    else if (subtask.waiting !== undefined)
      yield { hold: waitingHold(view, agent, task, subtask.waiting, now, id), link };
    else if (subtask.not_before !== undefined)
      yield {
        hold: hostHold(view, agent, at) ?? pauseHold(view, agent, task, subtask.not_before, now, at),
        link,
      };
  } else if (subtask.status === "dispatched") {
    const late = lateHold(walk, agent, subtask.due, subtask.dispatched_at, at);
    if (late !== undefined) yield { hold: late, link };
    if (subtask.waiting !== undefined)
      yield { hold: waitingHold(view, agent, task, subtask.waiting, now, id), link };
    else if (subtask.paused === true) yield { hold: pausedHold(agent, task.task_id, id), link };
    else if (subtask.asking !== undefined)
      yield { hold: askedHold(walk, agent, task, subtask.asking, subtask.due, { subtask: id }), link };
    else {
      const child = depth > DEEPEST ? undefined : childTask(view, agent, task.task_id, id, subtask);
      if (child === undefined) yield { hold: sentHold(walk, agent, task, id, subtask), link };
      else {
        const below = { ...link, task_id: child.task_id };
        if (isFinal(child)) yield { hold: replyHold(walk, agent, subtask.agent, child), link: below };
        else yield* taskHolds(walk, subtask.agent, child, below, agent, depth + 1);
      }
    }
  }
}

/** A finished task's reply that its receiver has not handled; `undefined` where it has, or nobody waits for it here. */
export function replyHoldOf(walk: Walk, agent: string, task: Task): Hold | undefined {
  const { view } = walk;
  const name = replyName(task);
  if (name === undefined) return undefined;
  const at = { agent, task_id: task.task_id };
  if (view.mail(agent)?.pending.has(name) === true)
    return hostHold(view, agent, at) ?? undeliveredHold(view, agent, task.from, name, at, task.finished_at);
  if (view.mail(task.from)?.dead.has(name) === true)
    return deadHold(view, task.from, name, at, { type: "reply" });
  return undefined;
}

/** The child is done, its sender does not know it yet. */
function replyHold(walk: Walk, agent: string, from: string, child: Task): Hold {
  const at = { agent: from, task_id: child.task_id };
  const unheard = replyHoldOf(walk, from, child) ?? hostHold(walk.view, agent, at);
  if (unheard !== undefined) return unheard;
  const what = `${from} has finished, its reply is under way to ${agent}`;
  return { ...at, cause: "reply", to: agent, ...given("since", child.finished_at), what };
}

/** A TASK was sent and there is no task yet. */
function sentHold({ view }: Walk, agent: string, task: Task, id: string, subtask: Subtask): Hold {
  const peer = subtask.agent;
  const at = { agent, task_id: task.task_id, subtask: id };
  const since = given("since", subtask.dispatched_at);
  const name = taskName(task, id, subtask) ?? "";
  const isHere = view.agents.has(peer);
  if (view.mail(agent)?.pending.has(name) === true) {
    const unsent = hostHold(view, agent, at);
    if (unsent !== undefined) return { ...since, ...unsent };
    if (!peer.includes("@") && !isInTeam(view, peer)) return { ...since, ...goneHold(view, peer, at) };
    return undeliveredHold(view, agent, peer, name, at, subtask.dispatched_at);
  }
  if (view.mail(peer)?.dead.has(name) === true) return deadHold(view, peer, name, at, { type: "task" });
  if (!isHere && (peer.includes("@") || isInTeam(view, peer))) {
    const what = `${peer} of another root has it; ${subtask.probes ? `it was asked ${subtask.probes} times` : "nothing was heard since"}`;
    return {
      ...at,
      ...since,
      cause: "remote",
      peer,
      what,
      command: `clawflow cancel ${targetName(task.task_id, id)}`,
    };
  }
  const unrun = hostHold(view, peer, at, agent);
  if (unrun !== undefined) return { ...since, ...unrun };
  const lies = view.mail(peer)?.inbox.has(name) === true;
  const what = `${peer} has got it and not begun`;
  return { ...at, ...since, cause: "inbox", ...(lies ? { file: `mailbox/inbox/${name}` } : {}), what };
}

/** Nothing is asked and nothing sent: in a moment it is, where a host runs. */
function aboutToGo({ view }: Walk, agent: string, task: Task, sender?: string): Hold {
  const at = { agent, task_id: task.task_id };
  const unrun = hostHold(view, agent, at, sender);
  const what = `${agent} has got it and is about to go on`;
  return unrun ?? { ...at, cause: "inbox", since: task.created_at, what };
}

/** The time of a task or an attempt is over, or all but over; it does not run where no host does. */
function lateHold(
  { view, now }: Walk,
  agent: string,
  due: number | undefined,
  begun: string | undefined,
  at: Pick<Hold, "agent" | "task_id" | "subtask">,
): Hold | undefined {
  const left = timeLeft(view, agent, due, now);
  if (left === undefined || hostHold(view, agent, at) !== undefined) return undefined;
  const all = left + Math.max(0, now - Date.parse(begun ?? ""));
  if (Number.isNaN(all) || left > all * LAST_PART) return undefined;
  const target = targetName(at.task_id, at.subtask);
  // The time of an attempt is the whole of it, a deadline counts from now on.
  const more = at.subtask === undefined ? `deadline=${minutes(all)}` : `timeout=${minutes(2 * all)}`;
  const what = left > 0 ? `the time of ${target} runs out` : `the time of ${target} is over`;
  const ends = given("ends_in", Math.max(0, left));
  return {
    ...at,
    ...ends,
    ...given("since", begun),
    cause: "deadline",
    what,
    command: `clawflow set ${target} ${more}`,
  };
}

function minutes(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 60_000))}m`;
}
