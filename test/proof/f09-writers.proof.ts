import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { deadLetters } from "../host/files.ts";
import { until } from "../host/until.ts";
import { chance, type Random, randomFor, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { checkJob, type Expected, newTally } from "./check-job.ts";
import { type Job, KillWorld } from "./kill-world.ts";
import { recordProof } from "./record-proof.ts";

const RUNS = quickOrFull(2, 20);
const WRITERS = 32;
const PIECES = 8;
const BETWEEN = 60;
/** A file that has not changed for 500 ms is taken as it stands: a writer that was held up for nearly so long proves nothing. */
const TOO_SLOW = 400;

const ORDER = { say: "r:x", ms: 5, padding: "x".repeat(20_000) };
const EXPECTED: Expected = { answer: "r:x", tasks: { lead: { count: 1, kinds: ["consider"] } } };

interface Writing {
  world: KillWorld;
  job: Job;
  /** Where the file is to be, under a name that a person gave it. */
  path: string;
}

/** Each way resolves with whether it was in time. */
const WAYS: Record<string, (writing: Writing) => Promise<boolean>> = {
  async delivered({ world, job }) {
    await world.give(job);
    return true;
  },
  async "delivered twice"({ world, job }) {
    await world.give(job);
    await pause(BETWEEN);
    await world.give(job);
    return true;
  },
  async copied({ job, path }) {
    writeFileSync(path, job.text);
    return true;
  },
  async renamed({ world, job, path }) {
    const outside = join(world.folder, job.name);
    writeFileSync(outside, job.text);
    renameSync(outside, path);
    return true;
  },
  async "written slowly"({ job, path }) {
    const size = Math.ceil(job.text.length / PIECES);
    let isInTime = true;
    for (let at = 0; at < job.text.length; at += size) {
      const begun = performance.now();
      appendFileSync(path, job.text.slice(at, at + size));
      await pause(BETWEEN);
      isInTime &&= performance.now() - begun < TOO_SLOW;
    }
    return isInTime;
  },
  async "cut short, and saved again"({ job, path }) {
    const begun = performance.now();
    writeFileSync(path, job.text.slice(0, job.text.length / 2));
    await pause(2 * BETWEEN);
    writeFileSync(path, job.text);
    return performance.now() - begun < TOO_SLOW;
  },
  async torn({ job, path }) {
    job.text = job.text.slice(0, job.text.indexOf("\n---\n"));
    writeFileSync(path, job.text);
    return true;
  },
};

const tally = newTally();
const counted = new Map<string, number>();
let kills = 0;
let late = 0;

test(`F9: ${WRITERS} writers to one inbox at once, ${RUNS} times`, async () => {
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  for (let n = 0; n < RUNS && tally.notes.length === 0; n++) await runTrial(randomFor(seed, n));
  const { notes, ...counts } = tally;
  recordProof({
    fault: "F9",
    what: `${WRITERS} writers to one inbox at once: deliveries, copies, slow and torn files`,
    cases: RUNS * WRITERS,
    counts: {
      ...counts,
      kills,
      "too slow to count": late,
      ways: [...counted].map(([name, count]) => `${name} ${count}`).join(", "),
    },
  });
  expect(notes).toEqual([]);
});

async function runTrial(random: Random): Promise<void> {
  const world = new KillWorld({ all: { lead: [] } });
  try {
    await world.start("all");
    const isKilled = chance(random, 0.5);
    const written = Array.from({ length: WRITERS }, (_, n) => write(world, n, random));
    if (isKilled) {
      await pause(upTo(random, 600));
      await world.kill("all");
      kills++;
      await world.start("all");
    }
    for (const { way, job, isInTime } of await Promise.all(written)) {
      if (isKilled) job.kills++;
      if (!isInTime) late++;
      else if (way === "torn") await checkTorn(world, job);
      else await checkJob(world, job, EXPECTED, tally);
      if (isInTime) counted.set(way, (counted.get(way) ?? 0) + 1);
    }
    await world.end("all");
  } catch (error) {
    tally.stuck++;
    tally.notes.push(`${world.folder}: ${error instanceof Error ? error.stack : error}`);
  }
  // What a failed run left is to be looked at.
  if (tally.notes.length === 0) await world.remove();
}

async function write(
  world: KillWorld,
  n: number,
  random: Random,
): Promise<{ way: string; job: Job; isInTime: boolean }> {
  const names = Object.keys(WAYS);
  const way = names[n % names.length] ?? "";
  const job = world.makeJob(ORDER);
  if (!way.startsWith("delivered")) job.name = `Job-${job.id}.md`;
  const path = join(world.workspace("lead"), "mailbox", "inbox", job.name);
  await pause(upTo(random, 300));
  const isInTime = (await WAYS[way]?.({ world, job, path })) === true;
  return { way, job, isInTime };
}

/** What is no message is kept as it was, with the reason, and nothing was made of it. */
async function checkTorn(world: KillWorld, job: Job): Promise<void> {
  const workspace = world.workspace("lead");
  await until(() => deadLetters(workspace)[job.name] !== undefined, `the end of ${job.name}`);
  const kept = readFileSync(join(workspace, "mailbox", "dead", job.name), "utf8");
  if (kept === job.text) return;
  tally.unreadable++;
  tally.notes.push(
    `${job.name} in ${world.folder}: ${kept.length} characters of ${job.text.length} are kept`,
  );
}
