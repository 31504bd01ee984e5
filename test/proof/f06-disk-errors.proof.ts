import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { replyNow } from "../host/files.ts";
import { until } from "../host/until.ts";
import { pick, type Random, randomFor, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { checkJob, newTally } from "./check-job.ts";
import { type Injection, inject, needStrace } from "./inject.ts";
import { type Form, type Job, KillWorld } from "./kill-world.ts";
import { recordProof } from "./record-proof.ts";
import { ONE_HOST, SPLIT_JOB, TWO_HOSTS } from "./split-job.ts";

const TIMES = quickOrFull(1, 12);
const LANES = 2;
const TRIES = 10;
/** A host that is at rest syncs its files and empties its journal in this time. */
const AT_REST = 3_000;
/** How long a disk fails that fails more than once: a host that starts again after a second meets it once more. */
const LASTING = 1_500;

/** A host that starts again from the files asks again what it was asking. */
const MOST_STARTS = 5;

interface Fault {
  calls: string;
  error: string;
  /** The call that fails is one of so many, from the first on. */
  most: number;
  /** Fails until it is well again, not once. */
  lasts?: boolean;
  form?: Form;
  path?: (world: KillWorld, job: Job) => string;
}

const CHANGES = "link,rename,unlink,mkdir";
const journal = ({ root }: KillWorld) => join(root, ".clawflow", "journal");

const FAULTS: Fault[] = [
  { calls: "fdatasync", error: "EIO", most: 3 },
  { calls: "fdatasync", error: "ENOSPC", most: 3 },
  { calls: "fdatasync", error: "EIO", most: 3, lasts: true },
  { calls: "fsync", error: "EIO", most: 2, form: TWO_HOSTS },
  { calls: "fsync", error: "EIO", most: 2, form: TWO_HOSTS, lasts: true },
  { calls: "syncfs", error: "EIO", most: 1 },
  { calls: "rename", error: "EIO", most: 15 },
  { calls: "rename", error: "ENOSPC", most: 15, lasts: true },
  { calls: "link", error: "EIO", most: 8 },
  { calls: "link", error: "ENOSPC", most: 4, form: TWO_HOSTS, lasts: true },
  { calls: "openat", error: "EMFILE", most: 30, lasts: true },
  { calls: CHANGES, error: "EROFS", most: 20, lasts: true },
  { calls: "mkdir", error: "EROFS", most: 1, form: ONE_HOST, lasts: true },
  { calls: CHANGES, error: "EACCES", most: 20, lasts: true },
  { calls: "write", error: "EDQUOT", most: 4, form: ONE_HOST, lasts: true, path: journal },
  {
    calls: "read",
    error: "EIO",
    most: 1,
    path: (world, job) => join(world.workspace(world.first), "mailbox", "inbox", job.name),
  },
];

const tally = newTally();
const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
let failedCalls = 0;
let startedAgain = 0;
let missed = 0;

beforeAll(needStrace);

test(`F6: calls of a running host fail, in ${FAULTS.length} ways, ${TIMES} times each`, async () => {
  console.log(`seed ${seed}`);
  const todo = Array.from({ length: TIMES }, (_, time) => FAULTS.map((fault) => ({ fault, time }))).flat();
  const hit = new Map<string, number>();
  const lane = async () => {
    for (let trial = todo.shift(); trial !== undefined; trial = todo.shift()) {
      if (tally.notes.length > 0) return;
      const random = randomFor(seed, nameOf(trial.fault), trial.time);
      if (await runTrial(trial.fault, random))
        hit.set(nameOf(trial.fault), (hit.get(nameOf(trial.fault)) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const { notes, ...counts } = tally;
  recordProof({
    fault: "F6",
    what: "calls of a running host fail, once or until the disk is well again, and it goes on",
    cases: [...hit.values()].reduce((sum, count) => sum + count, 0),
    counts: {
      ...counts,
      "failed calls": failedCalls,
      "hosts that started again from the files": startedAgain,
      missed,
      ways: [...hit].map(([name, count]) => `${name} ${count}`).join(", "),
    },
  });
  expect(notes).toEqual([]);
  for (const fault of FAULTS) expect(hit.get(nameOf(fault)), nameOf(fault)).toBe(TIMES);
});

function nameOf({ calls, error, lasts }: Fault): string {
  return `${calls.replaceAll(",", "/")} ${error}${lasts ? " for a while" : ""}`;
}

/** A job at a time, until the fault has struck. @returns whether it did */
async function runTrial(fault: Fault, random: Random): Promise<boolean> {
  const world = new KillWorld(fault.form ?? pick(random, [ONE_HOST, TWO_HOSTS]));
  let struck: string | undefined;
  try {
    const names = Object.keys(world.form);
    await Promise.all(names.map((name) => world.start(name)));
    for (let tries = 0; tries < TRIES && struck === undefined; tries++) {
      struck = await strike(world, fault, tries === 0 ? 1 + upTo(random, fault.most - 1) : 1, random);
      if (struck === undefined) missed++;
    }
    const ends = await Promise.all(names.map((name) => endOf(world, name, fault)));
    startedAgain += ends.reduce((sum, { output }) => sum + output.split("Starting again").length - 1, 0);
    if (struck !== undefined && !ends[names.indexOf(struck)]?.output.includes(fault.error))
      tally.notes.push(`${nameOf(fault)}: calls failed and ${struck} said nothing: ${world.folder}`);
    // What a host leaves that failed while it was stopped, the next one takes.
    if (ends.some(({ isGood }) => !isGood)) {
      await Promise.all(names.map((name) => world.start(name)));
      for (const name of names) await world.end(name);
    }
    const left = world.faults();
    if (left.length > 0) tally.notes.push(`${nameOf(fault)}: ${world.folder}: ${JSON.stringify(left)}`);
  } catch (error) {
    tally.stuck++;
    tally.notes.push(`${nameOf(fault)}: ${world.folder}: ${error instanceof Error ? error.stack : error}`);
  }
  // What a failed run left is to be looked at.
  if (tally.notes.length === 0) await world.remove();
  return struck !== undefined;
}

/** @returns the host whose call failed, if any did */
async function strike(
  world: KillWorld,
  fault: Fault,
  nth: number,
  random: Random,
): Promise<string | undefined> {
  const name =
    fault.path === undefined ? pick(random, Object.keys(world.form)) : (Object.keys(world.form)[0] ?? "");
  const host = world.hosts.get(name);
  const job = world.makeJob(SPLIT_JOB.order);
  const injector = await inject(host?.pid ?? 0, injectionOf(world, fault, nth, job));
  await world.give(job);
  let answeredAt = Number.POSITIVE_INFINITY;
  await until(
    () => {
      if (replyNow(world.workspace(world.first), job.id) !== undefined)
        answeredAt = Math.min(answeredAt, performance.now());
      return injector.count() > 0 || performance.now() - answeredAt > AT_REST;
    },
    `${nameOf(fault)} in ${world.folder}`,
    120_000,
  );
  if (fault.lasts === true && injector.count() > 0) await pause(LASTING);
  const count = injector.count();
  await injector.end();
  world.look(job);
  job.kills = MOST_STARTS;
  await checkJob(world, job, SPLIT_JOB.expected, tally);
  failedCalls += count;
  return count > 0 ? name : undefined;
}

/** Ends a host, and what it said in its life. @throws where it ended badly and did not say that the disk had failed */
async function endOf(
  world: KillWorld,
  name: string,
  fault: Fault,
): Promise<{ output: string; isGood: boolean }> {
  const output = () => world.hosts.get(name)?.output() ?? "";
  let isGood = true;
  await world.end(name).catch((error: unknown) => {
    if (!output().includes(fault.error)) throw error;
    isGood = false;
  });
  return { output: output(), isGood };
}

function injectionOf(
  world: KillWorld,
  { calls, error, lasts, path }: Fault,
  nth: number,
  job: Job,
): Injection {
  const when = lasts === true ? `${nth}+` : `${nth}`;
  return { calls, error, when, ...(path === undefined ? {} : { path: path(world, job) }) };
}
