import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type HostProcess, up } from "../host/host-process.ts";
import { until } from "../host/until.ts";
import { type Random, randomFor, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { checkJob, type Expected, newTally } from "./check-job.ts";
import { KillWorld } from "./kill-world.ts";
import { recordProof } from "./record-proof.ts";

const RUNS = quickOrFull(1, 20);
const CONSUMERS = 8;
const JOBS = 6;
/** Milliseconds that the one that has the inbox lives at most. */
const LIFE = 400;

const ORDER = { say: "r:x", ms: 60 };
const EXPECTED: Expected = { answer: "r:x", tasks: { lead: { count: 1, kinds: ["consider"] } } };

const tally = newTally();
const counts = { "had it": 0, "were refused": 0, kills: 0 };

test(`F9: ${CONSUMERS} hosts want one inbox at once, and again when the one that had it is killed, ${RUNS} times`, async () => {
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  for (let n = 0; n < RUNS && tally.notes.length === 0; n++) await runTrial(randomFor(seed, n));
  const { notes, ...rest } = tally;
  recordProof({
    fault: "F9",
    what: `${CONSUMERS} hosts want one inbox at once, and again when the one that had it is killed`,
    cases: RUNS,
    counts: { ...rest, ...counts },
  });
  expect(notes).toEqual([]);
  expect(counts).toEqual({ "had it": 2 * RUNS, "were refused": 2 * RUNS * (CONSUMERS - 1), kills: RUNS });
});

async function runTrial(random: Random): Promise<void> {
  const world = new KillWorld({ all: { lead: [] } });
  const jobs = Array.from({ length: JOBS }, () => world.makeJob(ORDER));
  try {
    await world.start("all");
    await world.end("all");
    for (const job of jobs) await world.give(job);
    const first = await compete(world);
    await pause(upTo(random, LIFE));
    first.kill("SIGKILL");
    await first.ended;
    counts.kills++;
    for (const job of jobs) job.kills++;
    const second = await compete(world);
    for (const job of jobs) await checkJob(world, job, EXPECTED, tally);
    second.kill("SIGTERM");
    const how = await second.ended;
    if (how !== 0) throw new Error(`it ended with ${how}:\n${second.output()}`);
  } catch (error) {
    tally.stuck++;
    tally.notes.push(`${world.folder}: ${error instanceof Error ? error.stack : error}`);
  }
  // What a failed run left is to be looked at.
  if (tally.notes.length === 0) await world.remove();
}

/** Half of them by the folder of the whole root, half by one of their own. @returns the one that has it */
async function compete({ root, team }: KillWorld): Promise<HostProcess> {
  const all = Array.from({ length: CONSUMERS }, (_, n) =>
    up({ root, team, ...(n % 2 === 0 ? {} : { only: "lead" }) }),
  );
  const over = new Map<HostProcess, number | string>();
  for (const host of all) void host.ended.then((how) => over.set(host, how));
  try {
    await until(() => over.size >= CONSUMERS - 1, "the end of all but one", 60_000);
    const [winner, ...more] = all.filter((host) => !over.has(host));
    if (winner === undefined || more.length > 0) throw new Error(`${more.length} more have it, or none has`);
    await winner.started;
    for (const [host, how] of over) {
      if (how !== 3 || !/E_LOCKED|E_OWNED/.test(host.output())) throw new Error(`${how}: ${host.output()}`);
      if (host.output().includes('"host:started"')) throw new Error(`two had it: ${host.output()}`);
    }
    counts["had it"]++;
    counts["were refused"] += over.size;
    return winner;
  } catch (error) {
    for (const host of all) host.kill("SIGKILL");
    throw error;
  }
}
