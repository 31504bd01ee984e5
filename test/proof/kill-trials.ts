import { setTimeout as pause } from "node:timers/promises";
import { replyNow } from "../host/files.ts";
import { until } from "../host/until.ts";
import { checkJob, type Expected, newTally, type Tally } from "./check-job.ts";
import { type Form, type Job, KillWorld } from "./kill-world.ts";

/** Worlds side by side, and jobs that one sees before the next world begins: what it costs to look at all of it stays small. */
const LANES = 2;
const JOBS_A_WORLD = 20;
/** What a host may still do when its answer is there, for points that lie behind it. */
const AFTERWARDS = 500;
const AT_REST = 4_000;

/** A point of a host's work at which it is killed. */
export interface KillPoint {
  name: string;
  /** As `kill-at.mjs` has it, without the `nth`; `%job` stands for the id of the job. */
  at: string;
  /** From where on the passings are counted. */
  since?: string;
  /** Passings that every job has for sure: the kills go round them. */
  most?: number;
  /** Passed when all is done and has come to rest, or at a clean stop; in a start, after a kill at the point that is given. */
  in?: "work" | "rest" | "stop" | { startAfter: string };
}

/** A host that is killed at each of its points so many times. */
export interface Victim {
  form: Form;
  /** Name of the host process. */
  host: string;
  points: readonly KillPoint[];
  times: number;
}

export interface Trials {
  tally: Tally;
  /** Kills that really happened, by point. */
  kills: Map<string, number>;
  /** Jobs that ended before the point was passed for so many times. */
  missed: number;
}

interface Trial {
  point: KillPoint;
  nth: number;
  tries: number;
}

interface JobPlan {
  order: object;
  expected: Expected;
}

/** Kills every victim at every point, lets it start again, and looks at what came of the job that was under way. */
export async function killAtPoints(victims: readonly Victim[], plan: JobPlan): Promise<Trials> {
  const trials: Trials = { tally: newTally(), kills: new Map(), missed: 0 };
  const batches = victims.flatMap((victim) => batchesOf(victim));
  const lane = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      await runBatch(batch.victim, batch.trials, plan, trials);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return trials;
}

function batchesOf(victim: Victim): { victim: Victim; trials: Trial[] }[] {
  const all: Trial[] = [];
  for (let time = 0; time < victim.times; time++) {
    for (const point of victim.points) all.push({ point, nth: 1 + (time % (point.most ?? 1)), tries: 3 });
  }
  const batches = [];
  while (all.length > 0) batches.push({ victim, trials: all.splice(0, JOBS_A_WORLD) });
  return batches;
}

async function runBatch(victim: Victim, todo: Trial[], plan: JobPlan, trials: Trials): Promise<void> {
  const world = new KillWorld(victim.form);
  const { tally, kills } = trials;
  try {
    await Promise.all(Object.keys(victim.form).map((name) => world.start(name)));
    await world.kill(victim.host);
    let before: Job | undefined;
    const checkBefore = async () => {
      if (before !== undefined) await checkJob(world, before, plan.expected, tally);
    };
    while (todo.length > 0 && tally.stuck === 0) {
      const trial = todo.shift() as Trial;
      const job = world.makeJob(plan.order);
      if (await killOnce(world, victim.host, trial, job, checkBefore)) {
        kills.set(trial.point.name, (kills.get(trial.point.name) ?? 0) + 1);
      } else {
        trials.missed++;
        if (trial.tries > 1) todo.push({ ...trial, nth: 1, tries: trial.tries - 1 });
      }
      before = job;
    }
    await world.start(victim.host);
    await checkBefore();
    await world.stop();
    const left = world.faults();
    if (left.length > 0) tally.notes.push(`${world.folder}: ${JSON.stringify(left)}`);
  } catch (error) {
    tally.stuck++;
    tally.notes.push(`${world.folder}: ${error instanceof Error ? error.stack : error}`);
  }
  // What a failed run left is to be looked at.
  if (tally.notes.length === 0) await world.remove();
}

/** One life of the victim, which takes up the job before, and ends at the point. @returns false: it did not come there */
async function killOnce(
  world: KillWorld,
  host: string,
  { point, nth }: Trial,
  job: Job,
  checkBefore: () => Promise<void>,
): Promise<boolean> {
  const kind = point.in ?? "work";
  const at = killAt(point, nth, job);
  const first = typeof kind === "object" ? kind.startAfter.replaceAll("%job", job.id) : at;
  await world.start(host, first);
  await checkBefore();
  await world.give(job);
  let killed = await died(world, host, job, kind);
  if (typeof kind === "object") {
    world.spawn(host, at);
    killed = await died(world, host, job, "work");
  }
  world.look(job);
  return killed;
}

function killAt({ at, since }: KillPoint, nth: number, { id }: Job): string {
  return `${at} ${nth}${since === undefined ? "" : ` since ${since}`}`.replaceAll("%job", id);
}

/** Waits until the victim ends; one that does not is ended. */
async function died(
  world: KillWorld,
  name: string,
  job: Job,
  kind: NonNullable<KillPoint["in"]>,
): Promise<boolean> {
  const host = world.hosts.get(name);
  if (host === undefined) return false;
  let over = false;
  const ended = host.ended.then((how) => {
    over = true;
    return how;
  });
  const answered = until(() => over || replyNow(world.workspace(world.first), job.id), "the answer", 30_000)
    .then(() => {
      if (kind === "stop") host.kill("SIGTERM");
      return pause(kind === "work" || typeof kind === "object" ? AFTERWARDS : AT_REST, undefined, {
        ref: false,
      });
    })
    .catch(() => {});
  const how = await Promise.race([ended, answered]);
  job.kills++;
  if (how === "SIGKILL") return true;
  host.kill("SIGKILL");
  await ended;
  return false;
}

/** Kills by point, for a row of the proof. */
export function killsOf({ kills }: Trials): string {
  return [...kills].map(([name, count]) => `${name} ${count}`).join(", ");
}
