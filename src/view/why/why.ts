import { isFinal } from "../../loop/phase.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import type { TaskMessage } from "../../protocol/message.ts";
import type { Subtask, Task } from "../../protocol/task.ts";
import { eachLetter } from "../letters.ts";
import { openTasks } from "../open-tasks.ts";
import type { RootView } from "../root-view.ts";
import { subtaskFailure, taskFailure } from "./failure-holds.ts";
import {
  byWeight,
  type CauseName,
  type Found,
  given,
  type Hold,
  type Link,
  type Step,
  stepsTo,
} from "./hold.ts";
import { hostHold } from "./host-hold.ts";
import { retryCommand } from "./retry-command.ts";
import { replyHoldOf, subtaskHolds, taskHolds } from "./task-holds.ts";
import { pausedHold, waitingHold } from "./turn-holds.ts";
import { newWalk, type Walk } from "./walk.ts";

/** Why a task waits, or how it ended: the one thing that matters first, and what else there is. */
export interface Reason {
  agent: string;
  task_id: string;
  subtask?: string;
  title: string;
  status: Task["status"] | Subtask["status"];
  hold: Hold;
  /** From the task that was asked about to where it is held, both included. */
  chain: Step[];
  /** What else holds it back, by cause, what matters first. */
  also: { cause: CauseName; count: number; first: Hold }[];
}

/**
 * Names the one thing that holds a task back, through all agents that the view knows: a message, an agent, a question, a limit or a
 * person. Each task is read once.
 *
 * @param subtask one of it alone
 * @param now milliseconds since 1970
 * @throws E_NOT_FOUND
 */
export function why(view: RootView, agent: string, task: Task, now: number, subtask?: string): Reason {
  return reasonOf(newWalk(view, now), agent, task, subtask);
}

/** Of a person's TASK that lies in the inbox, not yet begun. */
export function whyNotBegun(view: RootView, agent: string, task_id: string, title = ""): Reason {
  const what = `${agent} has got it and not begun`;
  const hold = hostHold(view, agent, { agent, task_id }) ?? { agent, task_id, cause: "inbox", what };
  return { agent, task_id, title, status: "pending", hold, chain: [{ agent, task_id }], also: [] };
}

/** Of every open job, and of those that lie in an inbox: those first that a person should look at. */
export function whyAll(view: RootView, now: number): Reason[] {
  const walk = newWalk(view, now);
  const reasons: Reason[] = [];
  for (const agent of view.agents.keys()) {
    for (const task of openTasks(view, agent))
      if (isJob(view, task)) reasons.push(reasonOf(walk, agent, task));
    for (const message of givenByPeople(view, agent))
      reasons.push(whyNotBegun(view, agent, message.task_id, message.body.title));
  }
  const found = ({ hold, agent, task_id }: Reason): Found => ({
    hold,
    link: { agent, task_id, above: undefined },
  });
  return reasons.sort((a, b) => byWeight(found(a), found(b)));
}

function* givenByPeople(view: RootView, agent: string): Generator<TaskMessage> {
  const paths = view.paths(agent);
  if (paths === undefined || (view.mail(agent)?.inbox.size ?? 0) === 0) return;
  for (const { message } of eachLetter(view.disk, paths, agent, ["inbox"])) {
    if (message?.type === "task" && message.from === "human") yield message;
  }
}

function reasonOf(walk: Walk, agent: string, task: Task, subtask?: string): Reason {
  const all = findHolds(walk, agent, task, subtask).sort(byWeight);
  const [main, ...others] = all as [Found, ...Found[]];
  return {
    agent,
    task_id: task.task_id,
    ...given("subtask", subtask),
    title: task.title,
    status: (subtask === undefined ? undefined : task.subtasks.get(subtask)?.status) ?? task.status,
    hold: main.hold,
    chain: stepsTo(main.link),
    also: grouped(others),
  };
}

/** At least one. */
function findHolds(walk: Walk, agent: string, task: Task, id: string | undefined): Found[] {
  const link: Link = { agent, task_id: task.task_id, above: undefined };
  if (id !== undefined) return subtaskReasons(walk, agent, task, id, link);
  if (isFinal(task)) return ended(walk, agent, task, link);
  const holds = [...taskHolds(walk, agent, task, link)];
  const above = pausedAbove(walk.view, task);
  return above === undefined
    ? holds
    : holds.map((found) => (found.hold.cause === "paused" ? { ...found, hold: above } : found));
}

function ended(walk: Walk, agent: string, task: Task, link: Link): Found[] {
  const unheard = replyHoldOf(walk, agent, task);
  const found: Found[] = unheard === undefined ? [] : [{ hold: unheard, link }];
  if (task.status === "failed") return [...found, taskFailure(walk, agent, task, link)];
  const at = { agent, task_id: task.task_id, ...given("since", task.finished_at) };
  if (task.status === "cancelled") {
    const what = `it was cancelled: ${task.error ?? ""}`;
    return [
      ...found,
      { hold: { ...at, cause: "cancelled", what, command: retryCommand(walk.view, task) }, link },
    ];
  }
  for (const [id, subtask] of task.subtasks)
    if (subtask.status === "failed" || subtask.call?.unfit !== undefined)
      found.push(subtaskFailure(walk, agent, task, id, subtask, link));
  const lost = found.length === 0 ? "it is done" : `it is done, without ${found.length} of its parts`;
  // What did not stop it comes behind.
  const done: Found = { hold: { ...at, cause: "done", what: lost }, link };
  return unheard === undefined && found.length === 0 ? [done] : [...found, done];
}

/** What one subtask waits for: what it depends on, a free place, or what holds it where it is. */
function subtaskReasons(walk: Walk, agent: string, task: Task, id: string, link: Link): Found[] {
  const subtask = task.subtasks.get(id);
  if (subtask === undefined) {
    throw new ClawflowError("E_NOT_FOUND", `${task.task_id} has no subtask ${id}`, {
      expected: [...task.subtasks.keys()].slice(0, 20).join(", ") || "a task with subtasks",
    });
  }
  const at = { agent, task_id: task.task_id, subtask: id };
  const here: Link = { agent: subtask.agent === "self" ? agent : subtask.agent, subtask: id, above: link };
  switch (subtask.status) {
    case "done":
      if (subtask.call?.unfit !== undefined) return [subtaskFailure(walk, agent, task, id, subtask, link)];
      return [
        {
          hold: { ...at, cause: "done", what: "it is done", ...given("since", subtask.finished_at) },
          link: here,
        },
      ];
    case "cancelled": {
      const what = `it was cancelled: ${subtask.error ?? ""}`;
      const command = retryCommand(walk.view, task, id);
      return [
        {
          hold: { ...at, cause: "cancelled", what, command, ...given("since", subtask.finished_at) },
          link: here,
        },
      ];
    }
    case "skipped": {
      const lost = subtask.depends_on.filter((other) => isLost(task.subtasks.get(other)?.status));
      const found = lost.flatMap((other) => subtaskReasons(walk, agent, task, other, here));
      return found.length > 0 ? found : [subtaskFailure(walk, agent, task, id, subtask, link)];
    }
    case "failed":
      return [subtaskFailure(walk, agent, task, id, subtask, link)];
    case "dispatched":
      return [...taskLevel(walk, agent, task, link), ...subtaskHolds(walk, agent, task, id, subtask, link)];
    case "pending": {
      const level = taskLevel(walk, agent, task, link);
      const open = subtask.depends_on.filter(
        (other) => (task.subtasks.get(other)?.status ?? "done") !== "done",
      );
      const own = [...subtaskHolds(walk, agent, task, id, subtask, link)];
      const needed = open.flatMap((other) => subtaskReasons(walk, agent, task, other, here));
      const found = [...level, ...own, ...needed];
      return found.length > 0 ? found : waitsForPlace(walk, agent, task, id, here);
    }
  }
}

function isLost(status: Subtask["status"] | undefined): boolean {
  return status === "failed" || status === "skipped" || status === "cancelled";
}

/** What holds the task as a whole holds each of its subtasks. */
function taskLevel({ view, now }: Walk, agent: string, task: Task, link: Link): Found[] {
  if (task.paused === true)
    return [{ hold: pausedAbove(view, task) ?? pausedHold(agent, task.task_id), link }];
  if (task.waiting === undefined) return [];
  return [{ hold: waitingHold(view, agent, task, task.waiting, now), link }];
}

function waitsForPlace(walk: Walk, agent: string, task: Task, id: string, link: Link): Found[] {
  const sent = [...task.subtasks].filter(([, { status }]) => status === "dispatched");
  const most = task.policy.concurrency;
  const at = { agent, task_id: task.task_id, subtask: id };
  const what = `at most ${most} subtasks are sent at a time, and ${sent.length} are`;
  const command = `clawflow set ${task.task_id} policy.concurrency=${most + 1}`;
  // The place is taken since then.
  const since = sent.map(([, { dispatched_at }]) => dispatched_at ?? "").sort()[0];
  const place: Found = {
    hold: { ...at, cause: "place", of: "subtasks", what, ...given("since", since), command },
    link,
  };
  return [
    place,
    ...sent.flatMap(([other, subtask]) => [...subtaskHolds(walk, agent, task, other, subtask, link)]),
  ];
}

/** A pause goes down the tree: where the task above is paused as well, that one is to be resumed. */
function pausedAbove(view: RootView, task: Task): Hold | undefined {
  if (task.paused !== true) return undefined;
  let found: Hold | undefined;
  let at: Task | undefined = task;
  for (let level = 0; level < 110 && at !== undefined && at.from !== "human"; level++) {
    const { from } = at;
    const { task_id, subtask_id } = at.reply_to;
    const above = view.task(from, task_id);
    if (above === undefined || isFinal(above)) break;
    if (above.paused === true) found = pausedHold(from, task.task_id, undefined, { agent: from, task_id });
    else if (subtask_id !== undefined && above.subtasks.get(subtask_id)?.paused === true)
      return pausedHold(from, task.task_id, undefined, { agent: from, task_id, subtask: subtask_id });
    else break;
    at = above;
  }
  return found;
}

/** A job that a person gave, or one whose sender is not known here. */
function isJob(view: RootView, task: Task): boolean {
  return task.from === "human" || task.trace.depth === 0 || !view.agents.has(task.from);
}

function grouped(found: readonly Found[]): Reason["also"] {
  const groups = new Map<CauseName, { cause: CauseName; count: number; first: Hold }>();
  for (const { hold } of found) {
    const group = groups.get(hold.cause);
    if (group === undefined) groups.set(hold.cause, { cause: hold.cause, count: 1, first: hold });
    else group.count++;
  }
  return [...groups.values()];
}
