import type { ControlMessage, OutcomeMessage } from "../../protocol/message.ts";
import type { TaskHead } from "../../protocol/task-head.ts";
import type { Call } from "../read-calls.ts";

/** A time in which it was a person's turn. */
export interface PersonWait {
  for: "approval" | "answer" | "person";
  subtask?: string;
  question?: string;
  /** ISO 8601 UTC. */
  since: string;
  /** Absent: they have not answered yet. */
  until?: string;
}

/** What the archive of an agent holds of one of its tasks: what people said, and the plans that they were shown. */
export type Said = ControlMessage | OutcomeMessage;

/**
 * When a task waited for a person. Of a wait that is over task.md says nothing any more: it follows from the call that asked, or the
 * plan that was recorded, and the message that ended it. By the time when they began.
 */
export function personWaits(task: TaskHead, calls: readonly Call[], said: readonly Said[]): PersonWait[] {
  const waits = [...askedWaits(task, calls, said), ...approvalWaits(task, said), ...handWaits(task, said)];
  for (const open of openWaits(task)) {
    const known = waits.findIndex((one) => one.since === open.since && one.for === open.for);
    if (known >= 0) waits.splice(known, 1);
    waits.push(open);
  }
  return waits.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
}

function openWaits({ waiting, subtasks }: TaskHead): PersonWait[] {
  const open: PersonWait[] = [];
  const add = (wait: NonNullable<typeof waiting>, subtask?: string) => {
    const { question, since } = wait;
    open.push({ for: wait.for, question, since, ...(subtask === undefined ? {} : { subtask }) });
  };
  if (waiting !== undefined) add(waiting);
  for (const [id, subtask] of subtasks) if (subtask.waiting !== undefined) add(subtask.waiting, id);
  return open;
}

/** A call that ended with a question, until a person answered, the brain was asked once more, or the task was over. */
function askedWaits(task: TaskHead, calls: readonly Call[], said: readonly Said[]): PersonWait[] {
  const answers = said.filter((one) => one.type === "control" && one.control === "answer");
  const free = new Set(answers);
  return calls.flatMap((call): PersonWait[] => {
    if (call.outcome !== "ask" || !call.taken || call.kind === "script") return [];
    const since = call.ended_at;
    const isOwn = call.kind === "subtask";
    const answer = [...free].find((one) => one.sent_at >= since && (one.subtask_id !== undefined) === isOwn);
    const next = calls.find((one) => one.call > call.call && one.kind === call.kind);
    const asked = next === undefined ? undefined : begunAt(next);
    const until = answer?.sent_at ?? asked ?? task.finished_at;
    if (answer !== undefined) free.delete(answer);
    const subtask = isOwn ? answer?.subtask_id : undefined;
    return [
      {
        for: "answer",
        question: call.question,
        since,
        ...(subtask === undefined ? {} : { subtask }),
        ...(until === undefined ? {} : { until }),
      },
    ];
  });
}

/** From the plan that was shown, of a script from its task on, until it was approved or rejected. */
function approvalWaits(task: TaskHead, said: readonly Said[]): PersonWait[] {
  const waits: PersonWait[] = [];
  let shown: { question?: string; since: string } = { since: task.created_at };
  for (const one of said) {
    if (one.type === "outcome" && one.outcome === "plan" && one.from !== "human")
      shown = { since: one.sent_at, ...(one.question === undefined ? {} : { question: one.question }) };
    if (one.type !== "control" || (one.control !== "approve" && one.control !== "reject")) continue;
    waits.push({ for: "approval", ...shown, until: one.sent_at });
  }
  const { finished_at: until } = task;
  if (until !== undefined && task.error?.startsWith("E_TIMEOUT: nobody approved") === true)
    waits.push({ for: "approval", ...shown, until });
  return waits;
}

/** Where no brain was ever asked, a person is the brain: each outcome of theirs ends a turn. */
function handWaits(task: TaskHead, said: readonly Said[]): PersonWait[] {
  if (task.calls > 0) return [];
  const waits: PersonWait[] = [];
  for (const one of said) {
    if (one.type !== "outcome" || one.from !== "human") continue;
    const { subtask_id: subtask, sent_at: until } = one;
    const since = subtask === undefined ? turnBefore(task, until) : task.subtasks.get(subtask)?.dispatched_at;
    if (since === undefined) continue;
    waits.push({ for: "person", since, until, ...(subtask === undefined ? {} : { subtask }) });
  }
  return waits;
}

/** When the turn began that ended then: the task, or its last subtask. */
function turnBefore(task: TaskHead, until: string): string {
  let since = task.created_at;
  for (const { finished_at } of task.subtasks.values())
    if (finished_at !== undefined && finished_at > since && finished_at <= until) since = finished_at;
  return since;
}

/** When the brain was asked what a call answered. */
export function begunAt({ ended_at, duration }: Call): string {
  const end = Date.parse(ended_at);
  return Number.isNaN(end) ? ended_at : new Date(end - duration).toISOString();
}
