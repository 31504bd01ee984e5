import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { replyNow } from "../host/files.ts";
import { pick, type Random, randomFor, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { checkJob, type Expected, newTally } from "./check-job.ts";
import { type Job, KillWorld } from "./kill-world.ts";
import { recordProof } from "./record-proof.ts";

const RUNS = quickOrFull(4, 300);
const LANES = 2;
const RUNS_A_WORLD = quickOrFull(2, 15);
const MOST_KILLS = 5;
/** Milliseconds between two kills at most: a run that nobody disturbs takes about twice that. */
const BETWEEN = 400;

const WORKERS = ["w1", "w2"];
const FORM = {
  lead: { lead: ["m1", "m2"] },
  m1: { m1: WORKERS },
  m2: { m2: WORKERS },
  w1: { w1: [] },
  w2: { w2: [] },
};
const HOSTS = Object.keys(FORM);

/** Six pieces that build on each other, each of four: 30 subtasks on three levels. */
const PIECES = { s1: [], s2: [], s3: ["s1"], s4: ["s2"], s5: ["s3", "s4"], s6: [] };
const PARTS = { p: [], q: ["p"], r: [], t: ["r"] };
const MS = 20;

const { order, expected } = thirtyNodes();
const tally = newTally();
const kills = new Map<string, number>();
const unfinished: number[] = [];

test(`F3: a job of 30 subtasks over five hosts, any of which is killed at random, ${RUNS} times`, async () => {
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  let runs = 0;
  const lane = async () => {
    for (let n = runs; n < RUNS && tally.stuck === 0; n = runs) {
      const some = Math.min(RUNS_A_WORLD, RUNS - n);
      runs += some;
      await runWorld(some, randomFor(seed, n));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const { notes, ...counts } = tally;
  const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
  recordProof({
    fault: "F3",
    what: "30 subtasks on three levels over five hosts, kill -9 of any of them",
    cases: RUNS,
    counts: {
      ...counts,
      kills: total,
      "kills before the answer": unfinished.reduce((sum, count) => sum + count, 0),
      hosts: [...kills].map(([name, count]) => `${name} ${count}`).join(", "),
    },
  });
  expect(notes).toEqual([]);
  expect(total).toBeGreaterThanOrEqual(RUNS);
});

async function runWorld(runs: number, random: Random): Promise<void> {
  const world = new KillWorld(FORM);
  try {
    await Promise.all(HOSTS.map((name) => world.start(name)));
    for (let n = 0; n < runs && tally.stuck === 0; n++) await runJob(world, random);
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

/** Kills come while others still start again, so that at times several are down. */
async function runJob(world: KillWorld, random: Random): Promise<void> {
  const job = world.makeJob(order);
  await world.give(job);
  const starting = new Map<string, Promise<unknown>>();
  const many = 1 + upTo(random, MOST_KILLS - 1);
  for (let n = 0; n < many; n++) {
    await pause(upTo(random, BETWEEN));
    const name = pick(random, HOSTS);
    await starting.get(name);
    starting.set(name, restart(world, name, job));
  }
  await Promise.all(starting.values());
  await checkJob(world, job, expected, tally);
}

async function restart(world: KillWorld, name: string, job: Job): Promise<void> {
  if (replyNow(world.workspace(world.first), job.id) === undefined) unfinished.push(1);
  await world.kill(name);
  job.kills++;
  kills.set(name, (kills.get(name) ?? 0) + 1);
  world.look(job);
  await world.start(name);
}

function thirtyNodes(): { order: object; expected: Expected } {
  const split: Record<string, object> = {};
  const answers: string[] = [];
  for (const [index, [piece, after]] of Object.entries(PIECES).entries()) {
    const parts: Record<string, object> = {};
    const results: string[] = [];
    for (const [at, [part, before]] of Object.entries(PARTS).entries()) {
      const say = `r:${piece}-${part}`;
      parts[part] = { agent: WORKERS[at % 2], do: { say, ms: MS }, after: before };
      results.push(`${part}=${say}${before.length === 0 ? "" : `(r:${piece}-${before[0]})`}`);
    }
    split[piece] = { agent: index % 2 === 0 ? "m1" : "m2", do: { split: parts }, after };
    answers.push(`${piece}=[${results.join("; ")}]`);
  }
  const both = ["consider", "synthesise"];
  const leaves = Object.keys(PIECES).length * WORKERS.length;
  return {
    order: { split },
    expected: {
      answer: `[${answers.join("; ")}]`,
      tasks: {
        lead: { count: 1, kinds: both },
        m1: { count: 3, kinds: both },
        m2: { count: 3, kinds: both },
        w1: { count: leaves, kinds: ["consider"] },
        w2: { count: leaves, kinds: ["consider"] },
      },
    },
  };
}
