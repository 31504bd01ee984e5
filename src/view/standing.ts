import { isFinal } from "../loop/phase.ts";
import { messageFileName } from "../protocol/ids.ts";
import type { Asking, Waiting } from "../protocol/task.ts";
import type { SubtaskHead, TaskHead } from "../protocol/task-head.ts";
import { childTask } from "./child-task.ts";
import { stateOf } from "./fault-of.ts";
import type { RootView } from "./root-view.ts";
import type { Standing } from "./standing-text.ts";
import { waitsForCalls } from "./waits-for-calls.ts";
import { hostHold } from "./why/host-hold.ts";

export { type Standing, standingText } from "./standing-text.ts";

/** Of a task, as its agent has it. */
export function standingOfTask(view: RootView<TaskHead>, agent: string, task: TaskHead): Standing {
  if (isFinal(task)) return replyUnderWay(view, agent, task) ?? finished(task.status, task.finished_at);
  if (task.paused === true) return PAUSED;
  if (task.waiting !== undefined) return waitingForPerson(view, agent, task.waiting);
  if (task.asking !== undefined && !waitsForCalls(task)) return asked(view, agent, task.task_id, task.asking);
  if (task.status === "executing") return waitingForSubtasks(task);
  return unrun(view, agent, task.task_id) ?? { state: "delivered", to: agent, since: task.created_at };
}

/** Of a subtask, as far as it can be known here: from the sender's task, the mailboxes, and the task at its agent. */
export function standingOfSubtask(
  view: RootView<TaskHead>,
  agent: string,
  task: TaskHead,
  id: string,
  subtask: SubtaskHead,
): Standing {
  const { status, waiting, asking } = subtask;
  const state = stateOf(subtask);
  if (state !== "pending" && state !== "dispatched") return finished(state, subtask.finished_at);
  if (waiting !== undefined) return waitingForPerson(view, agent, waiting);
  if (status === "pending") return pending(view, agent, task, subtask);
  if (asking !== undefined) return asked(view, agent, task.task_id, asking);
  const child = childTask(view, agent, task.task_id, id, subtask);
  if (child !== undefined) {
    const standing = standingOfTask(view, subtask.agent, child);
    return standing.state === "finished"
      ? { state: "replying", to: agent, ...sinceOf(child.finished_at) }
      : standing;
  }
  const name = taskName(task, id, subtask);
  const since = sinceOf(subtask.dispatched_at);
  if (name !== undefined && view.mail(agent)?.pending.has(name))
    return { state: "undelivered", to: subtask.agent, ...since };
  const isHere = view.agents.has(subtask.agent);
  const isElsewhere = view.team?.has(subtask.agent) ?? true;
  if (!isHere && (isElsewhere || subtask.agent.includes("@"))) return { state: "working", ...since };
  const nobody = unrun(view, subtask.agent, task.task_id, subtask.dispatched_at);
  return nobody ?? { state: "delivered", to: subtask.agent, ...since };
}

/** The name of the TASK file of a subtask's current attempt. */
export function taskName(
  task: Pick<TaskHead, "task_id">,
  id: string,
  subtask: SubtaskHead,
): string | undefined {
  if (subtask.message === undefined) return undefined;
  return messageFileName({
    type: "task",
    task_id: task.task_id,
    subtask_id: id,
    attempt: subtask.attempt,
    id: subtask.message,
  });
}

/** The name of the file of a task's reply. */
export function replyName(task: TaskHead): string | undefined {
  if (task.reply === undefined) return undefined;
  const { task_id, subtask_id, attempt } = task.reply_to;
  return messageFileName({ type: "reply", task_id, subtask_id, attempt, id: task.reply });
}

function replyUnderWay(view: RootView<TaskHead>, agent: string, task: TaskHead): Standing | undefined {
  const pending = view.mail(agent)?.pending;
  const inbox = view.mail(task.from)?.inbox;
  // Most of the time nothing is, and a name costs a hash.
  const name = pending?.size || inbox?.size ? replyName(task) : undefined;
  if (name === undefined) return undefined;
  const underWay = pending?.has(name) || inbox?.has(name);
  return underWay ? { state: "replying", to: task.from, ...sinceOf(task.finished_at) } : undefined;
}

function waitingForPerson(view: RootView<TaskHead>, agent: string, waiting: Waiting): Standing {
  const person = (waiting.for === "person" ? view.person(agent) : undefined) ?? "human";
  const what = `${waiting.for}: ${waiting.text}`;
  return { state: "waiting", for: person, what, since: waiting.since, person: true };
}

function asked(view: RootView<TaskHead>, agent: string, task_id: string, asking: Asking): Standing {
  const nobody = unrun(view, agent, task_id, asking.since);
  if (nobody !== undefined) return nobody;
  if (asking.not_before === undefined) return { state: "working", since: asking.since };
  const what = `to be asked again after a passing error (${asking.retries ?? 1})`;
  return { state: "waiting", for: "a pause", what, since: asking.since };
}

/** Where a host is known not to run the agent, nothing goes on there, whatever the files say. */
function unrun(
  view: RootView<TaskHead>,
  agent: string,
  task_id: string,
  since?: string,
): Standing | undefined {
  const hold = hostHold(view, agent, { agent, task_id });
  return hold === undefined
    ? undefined
    : { state: "waiting", for: "a host", what: hold.what, ...sinceOf(since) };
}

function waitingForSubtasks(task: TaskHead): Standing {
  const whom = new Set<string>();
  let since: string | undefined;
  let open = 0;
  for (const { status, agent, dispatched_at } of task.subtasks.values()) {
    if (status === "pending" || status === "dispatched") open++;
    if (status !== "dispatched") continue;
    whom.add(agent);
    if (dispatched_at !== undefined && (since === undefined || dispatched_at < since)) since = dispatched_at;
  }
  const what = `${open} of ${task.subtasks.size} subtasks`;
  return { state: "waiting", for: [...whom].join(", ") || "subtasks", what, ...sinceOf(since) };
}

function pending(view: RootView<TaskHead>, agent: string, task: TaskHead, subtask: SubtaskHead): Standing {
  const open = subtask.depends_on.filter((id) => task.subtasks.get(id)?.status !== "done");
  if (open.length > 0) return { state: "waiting", for: open.join(", "), what: "results" };
  if (task.paused === true || subtask.paused === true) return PAUSED;
  if (subtask.not_before !== undefined) return { state: "waiting", for: "a pause", what: "another attempt" };
  if (task.waiting !== undefined) return waitingForPerson(view, agent, task.waiting);
  return { state: "waiting", for: "a place", what: `at most ${task.policy.concurrency} are sent at a time` };
}

const PAUSED: Standing = { state: "waiting", for: "human", what: "paused, to be resumed", person: true };

function finished(status: string, since: string | undefined): Standing {
  return { state: "finished", status, ...sinceOf(since) };
}

function sinceOf(since: string | undefined): { since?: string } {
  return since === undefined ? {} : { since };
}
