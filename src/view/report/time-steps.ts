import { isFinal } from "../../loop/phase.ts";
import { covered, type Interval, intervalOf } from "../times/agent-waits.ts";
import { personWaits, type Said } from "../times/person-waits.ts";
import { bySending, isOfInterest } from "../times/read-said.ts";
import type { JobLetter } from "./job-letters.ts";
import type { JobTask } from "./job-tasks.ts";

/**
 * A stretch of the time that a job took, and whose it was. All steps together are the whole time; had one been shorter, the job could
 * have ended sooner.
 */
export interface TimeStep {
  agent: string;
  /** Absent: the task is of another root, or was removed. */
  task_id?: string;
  title: string;
  /** ISO 8601 UTC. */
  from: string;
  to: string;
  /** Milliseconds. */
  duration: number;
  /** Of these, how long a brain worked. */
  thinking: number;
  /** And how long it was a person's turn. What is left: it lay in an inbox, or waited for a free brain, a host, a pause to end. */
  person: number;
}

/** A task of the job, or a subtask whose task is not here. */
interface Part {
  agent: string;
  title: string;
  /** When it was given and when it ended. */
  time: Interval;
  job?: JobTask;
}

/**
 * What a job waited for, from its beginning to its end: back from the end, always what ended last. Steps shorter than a millisecond
 * are none.
 *
 * @param tasks the job itself first
 * @param letters what was decided about it
 * @param now milliseconds since 1970: the end of what has not ended
 */
export function timeSteps(tasks: readonly JobTask[], letters: readonly JobLetter[], now: number): TimeStep[] {
  const [root] = tasks;
  if (root === undefined) return [];
  const below = new Map<string, JobTask[]>();
  for (const one of tasks.slice(1)) {
    const key = keyOf(one.task.from, one.task.reply_to.task_id);
    below.set(key, [...(below.get(key) ?? []), one]);
  }
  const walk = { below, said: saidOf(letters), now, steps: [] as TimeStep[] };
  const { created_at, finished_at, title } = root.task;
  for (const time of intervalOf(created_at, finished_at, now))
    walkBack(walk, { agent: root.agent, title, time, job: root });
  return walk.steps.reverse();
}

interface Walk {
  below: ReadonlyMap<string, readonly JobTask[]>;
  /** By agent and task, by the time they were sent. */
  said: ReadonlyMap<string, Said[]>;
  now: number;
  /** The last first. */
  steps: TimeStep[];
}

function walkBack(walk: Walk, part: Part): void {
  let end = part.time.to;
  const parts = partsOf(walk, part).sort((a, b) => b.time.to - a.time.to);
  for (const one of parts) {
    if (one.time.from >= end) continue;
    const time = { from: Math.max(one.time.from, part.time.from), to: Math.min(one.time.to, end) };
    addStep(walk, part, { from: time.to, to: end });
    walkBack(walk, { ...one, time });
    end = time.from;
  }
  addStep(walk, part, { from: part.time.from, to: end });
}

/** What a task gave to agents, in every attempt. */
function partsOf({ below, now }: Walk, { agent, job }: Part): Part[] {
  if (job === undefined) return [];
  const { task } = job;
  const end = isFinal(task) ? (timeOf(task.finished_at) ?? now) : now;
  const known = below.get(keyOf(agent, task.task_id)) ?? [];
  const attempts = new Map(known.map((one) => [attemptKey(one.task.reply_to), one]));
  const parts: Part[] = [];
  for (const [id, { agent: to, dispatched_at, finished_at, description, attempt }] of task.subtasks) {
    if (to === "self" || dispatched_at === undefined) continue;
    const own = attempts.get(attemptKey({ subtask_id: id, attempt }));
    for (const time of intervalOf(dispatched_at, finished_at, end))
      parts.push({
        agent: to,
        title: own?.task.title ?? description,
        time,
        ...(own === undefined ? {} : { job: own }),
      });
  }
  for (const one of known) {
    const { reply_to, created_at, finished_at, title } = one.task;
    if (task.subtasks.get(reply_to.subtask_id ?? "")?.attempt === reply_to.attempt) continue;
    for (const time of intervalOf(created_at, finished_at, end))
      parts.push({ agent: one.agent, title, time, job: one });
  }
  return parts;
}

function attemptKey({
  subtask_id = "",
  attempt = 1,
}: {
  subtask_id?: string | undefined;
  attempt?: number;
}): string {
  return `${subtask_id} ${attempt}`;
}

function addStep(walk: Walk, { agent, title, job }: Part, step: Interval): void {
  const duration = step.to - step.from;
  if (duration < 1) return;
  const person = within(job === undefined ? [] : personTime(walk, job), step);
  const thinking = within((job?.calls ?? []).flatMap(callTime), step);
  walk.steps.push({
    agent,
    ...(job === undefined ? {} : { task_id: job.task.task_id }),
    title,
    from: new Date(step.from).toISOString(),
    to: new Date(step.to).toISOString(),
    duration,
    thinking: Math.round(covered(thinking)),
    person: Math.round(covered(person)),
  });
}

function personTime({ said, now }: Walk, { agent, task, calls }: JobTask): Interval[] {
  const own = said.get(keyOf(agent, task.task_id)) ?? [];
  return personWaits(task, calls, own).flatMap(({ since, until }) => intervalOf(since, until, now));
}

function saidOf(letters: readonly JobLetter[]): Map<string, Said[]> {
  const said = new Map<string, Said[]>();
  for (const { agent, message } of letters) {
    if (!isOfInterest(message)) continue;
    const key = keyOf(agent, message.task_id);
    const known = said.get(key);
    if (known === undefined) said.set(key, [message]);
    else known.push(message);
  }
  for (const all of said.values()) all.sort(bySending);
  return said;
}

function callTime({ ended_at, duration }: JobTask["calls"][number]): Interval[] {
  const to = Date.parse(ended_at);
  return Number.isNaN(to) ? [] : [{ from: to - duration, to }];
}

function within(all: readonly Interval[], { from, to }: Interval): Interval[] {
  return all.flatMap((one) => {
    const cut = { from: Math.max(one.from, from), to: Math.min(one.to, to) };
    return cut.to > cut.from ? [cut] : [];
  });
}

function keyOf(agent: string, task: string): string {
  return `${agent} ${task}`;
}

function timeOf(iso: string | undefined): number | undefined {
  const time = Date.parse(iso ?? "");
  return Number.isNaN(time) ? undefined : time;
}
