import { isFinal } from "../loop/phase.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import type { Call } from "../view/read-calls.ts";
import { intervalOf } from "../view/times/agent-waits.ts";
import { personWaits, type Said } from "../view/times/person-waits.ts";
import { type AttributeValue, bare, parentOf, type Span, spanId, traceOf, waitId } from "./span.ts";

/** What is known of a task, and of those that its subtasks became, in any attempt. */
export interface TaskFacts {
  agent: string;
  task: TaskHead;
  calls: readonly Call[];
  said: readonly Said[];
  children: readonly { agent: string; task: TaskHead }[];
}

/**
 * The spans of one task: itself, the calls of its brain, its waiting for people and for the agents that it gave work to, and the messages to and
 * from these. Under each wait is the span of the task there, which is made where that one is known, with the same ids.
 *
 * @param now the end of what has not ended. Milliseconds since 1970
 */
export function taskSpans(facts: TaskFacts, now: number): Span[] {
  const { agent, task } = facts;
  const start = Date.parse(task.created_at);
  if (Number.isNaN(start)) return [];
  const end = Math.max(start, timeOf(task.finished_at) ?? now);
  const id = spanId(["task", bare(agent), task.task_id]);
  const common = { trace: traceOf(task) };
  const root: Span = {
    ...common,
    id,
    ...parentSpan(task),
    name: `task ${agent}`,
    kind: "consumer",
    start,
    end,
    attributes: {
      ...about(facts),
      "clawflow.task.title": task.title,
      "clawflow.task.status": task.status,
      "clawflow.task.attempt": task.reply_to.attempt,
      "clawflow.task.from": task.from,
      "clawflow.task.depth": task.trace.depth,
      ...usage(task.used),
    },
    ...(task.status === "failed" ? { error: task.error ?? "failed" } : {}),
  };
  const below = [...callSpans(facts), ...personSpans(facts, end), ...agentSpans(facts, end)];
  return [root, ...below.map((span) => ({ ...common, parent: id, ...span }))];
}

type Below = Omit<Span, "trace">;

function parentSpan(task: TaskHead): { parent?: string } {
  const { from, reply_to, trace } = task;
  if (trace.depth > 0 && reply_to.subtask_id !== undefined) return { parent: waitId({ from, ...reply_to }) };
  const outside = parentOf(task);
  return outside === undefined ? {} : { parent: outside.id };
}

function callSpans(facts: TaskFacts): Below[] {
  return facts.calls.flatMap(
    ({ call, kind = "call", ended_at, duration, outcome, error, used, asked, taken }) => {
      const end = timeOf(ended_at);
      if (end === undefined) return [];
      const start = Math.max(end - duration, Math.min(end, Date.parse(facts.task.created_at)));
      const attributes = {
        ...about(facts),
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": facts.agent,
        "clawflow.call": call,
        "clawflow.call.kind": kind,
        "clawflow.call.outcome": outcome,
        "clawflow.call.asked": asked ?? 1,
        "clawflow.call.taken": taken,
        ...usage(used),
      };
      const id = spanId(["call", bare(facts.agent), facts.task.task_id, call]);
      const failed = outcome === "error" ? { error: error ?? "error" } : {};
      return [{ id, name: `think ${kind}`, kind: "client" as const, start, end, attributes, ...failed }];
    },
  );
}

function personSpans(facts: TaskFacts, end: number): Below[] {
  return personWaits(facts.task, facts.calls, facts.said).flatMap(({ for: what, since, until, subtask }) =>
    intervalOf(since, until, end).map(({ from, to }) => ({
      id: spanId(["person", bare(facts.agent), facts.task.task_id, what, since]),
      name: `wait for a person: ${what}`,
      kind: "internal" as const,
      start: from,
      end: to,
      attributes: { ...about(facts), "clawflow.wait.for": what, ...part(subtask) },
    })),
  );
}

/** Of the current attempt of each subtask as the plan has it; of earlier ones as the agents have them that did them. */
function agentSpans(facts: TaskFacts, end: number): Below[] {
  const { agent: from, task, children } = facts;
  const spans: Below[] = [];
  for (const [subtask_id, { agent, attempt, dispatched_at, finished_at, status, error }] of task.subtasks) {
    if (agent === "self" || attempt < 1 || dispatched_at === undefined) continue;
    const [time] = intervalOf(dispatched_at, finished_at, end);
    const child = children.find((one) => one.agent === agent && isOf(one.task, subtask_id, attempt));
    const failed = status === "failed" ? { error: error ?? "failed" } : {};
    if (time !== undefined)
      spans.push(
        ...workSpans(
          facts,
          { from, task_id: task.task_id, subtask_id, attempt },
          agent,
          time,
          child?.task,
          failed,
        ),
      );
  }
  for (const { agent, task: child } of children) {
    const { subtask_id = "", attempt } = child.reply_to;
    if (task.subtasks.get(subtask_id)?.attempt === attempt) continue;
    const [time] = intervalOf(child.created_at, child.finished_at, end);
    const work = { from, task_id: task.task_id, subtask_id, attempt };
    if (time !== undefined) spans.push(...workSpans(facts, work, agent, time, undefined, {}));
  }
  return spans;
}

function isOf({ reply_to }: TaskHead, subtask: string, attempt: number): boolean {
  return reply_to.subtask_id === subtask && reply_to.attempt === attempt;
}

/** The wait, and in it the TASK until it was begun, and the REPLY until it was taken. */
function workSpans(
  facts: TaskFacts,
  work: { from: string; task_id: string; subtask_id: string; attempt: number },
  peer: string,
  { from: start, to: end }: { from: number; to: number },
  child: TaskHead | undefined,
  failed: { error?: string },
): Below[] {
  const parent = waitId(work);
  const attributes = {
    ...about(facts),
    ...part(work.subtask_id),
    "clawflow.peer": peer,
    "clawflow.task.attempt": work.attempt,
  };
  const wait: Below = {
    id: parent,
    name: `wait for ${peer}`,
    kind: "client",
    start,
    end,
    attributes,
    ...failed,
  };
  const send = (type: "task" | "reply", from: number, to: number | undefined): Below[] => {
    if (to === undefined || Number.isNaN(from) || to < from) return [];
    const id = spanId(["send", type, bare(work.from), work.task_id, work.subtask_id, work.attempt]);
    return [{ id, parent, name: `send ${type}`, kind: "producer", start: from, end: to, attributes }];
  };
  if (child === undefined) return [wait];
  const sent = send("task", start, timeOf(child.created_at));
  const replied = isFinal(child) ? send("reply", timeOf(child.finished_at) ?? Number.NaN, end) : [];
  return [wait, ...sent, ...replied];
}

function about({ agent, task }: TaskFacts): Record<string, AttributeValue> {
  return { "clawflow.agent": agent, "clawflow.task.id": task.task_id, "clawflow.job": task.trace.root };
}

function part(subtask: string | undefined): Record<string, AttributeValue> {
  return subtask === undefined ? {} : { "clawflow.subtask": subtask };
}

/** Brains say how many tokens they used in all, not which of them were input. */
function usage({
  tokens,
  usd,
}: {
  tokens?: number | undefined;
  usd?: number | undefined;
} = {}): Record<string, AttributeValue> {
  return {
    ...(tokens === undefined ? {} : { "clawflow.usage.tokens": tokens }),
    ...(usd === undefined ? {} : { "clawflow.usage.usd": usd }),
  };
}

function timeOf(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}
