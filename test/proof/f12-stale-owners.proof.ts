import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { everythingBelow, replyNow } from "../host/files.ts";
import { type HostProcess, type UpOptions, up } from "../host/host-process.ts";
import { until } from "../host/until.ts";
import { type Random, randomFor, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { checkJob, newTally, type Tally } from "./check-job.ts";
import { type Job, KillWorld } from "./kill-world.ts";
import { recordProof } from "./record-proof.ts";
import { ONE_HOST, SPLIT_JOB } from "./split-job.ts";

const TIMES = quickOrFull(2, 50);
/** Milliseconds of a job within which its host is killed or stops. */
const LIFE = 500;
/** Milliseconds after which a host that is to end never will. */
const PATIENCE = 120_000;
/** Twice the age at which a lock counts as stale (src/store/with-lock.ts). */
const TWICE_STALE = 20_000;

/** Moments of a start at which the lock around the claim is held, and whether the claim is made by then. */
const LOCKED = [
  { at: "after rename host\\.claim\\.holder$", isClaimed: false },
  { at: "before link host\\.term-", isClaimed: false },
  { at: "after link host\\.term-", isClaimed: true },
  { at: "after rename /host$", isClaimed: true },
  { at: "before unlink host\\.claim\\.holder$", isClaimed: true },
];
/**
 * Operations on files at which a host is stopped, counted from when it has its work; those of the journal come when it is told to end at
 * the latest.
 */
const OPERATIONS = [
  { at: "after open /tmp/s-", most: 12 },
  { at: "before link /inbox/", most: 2 },
  { at: "after link /inbox/", most: 2 },
  { at: "before rename /archive/", most: 2 },
  { at: "before rename /outbox/", most: 2 },
  { at: "before rename /calls/", most: 2 },
  { at: "before rename /base/[^@]*$", most: 2 },
  { at: "before link /base/.*@", most: 1 },
  { at: "after link /base/.*@", most: 1 },
  { at: "before rename /kept/", most: 2 },
  { at: "after rename /kept/", most: 2 },
  { at: "before link /task\\.md$", most: 4 },
  { at: "after link /task\\.md$", most: 4 },
  { at: "after write /journal$", most: 3 },
  { at: "after fsync /journal$", most: 3 },
  { at: "before link /journal\\.old$", most: 1 },
  { at: "before open /journal\\.new$", most: 1 },
  { at: "before rename /journal$", most: 1 },
  { at: "after rename /journal$", most: 1 },
  { at: "before unlink /journal\\.old$", most: 1 },
];
const momentOf = (n: number) => LOCKED[n % LOCKED.length] ?? { at: "", isClaimed: false };

interface Way {
  what: string;
  times: number;
  /** Trials at a time: those in which a lock has to become old do little but wait. */
  lanes: number;
  run(trial: Trial, random: Random, n: number): Promise<void>;
}

const WAYS: readonly Way[] = [
  {
    what: "the owner was killed: at work, or while it held the lock of its claim",
    times: TIMES,
    lanes: 2,
    run: (trial, random, n) => (n % 2 === 0 ? killedAtWork(trial, random) : killedWithLock(trial, n >> 1)),
  },
  {
    what: "the owner was stopped at work, another took over, the first went on",
    times: TIMES,
    lanes: 2,
    run: stoppedAtWork,
  },
  {
    what: "the owner was stopped within an operation on a file, another took over, the first went on",
    times: quickOrFull(OPERATIONS.length, 10 * OPERATIONS.length),
    lanes: 2,
    run: (trial, _, n) => stoppedWithin(trial, n),
  },
  {
    what: "one that makes its claim was stopped for twice the age of a stale lock, and went on",
    times: Math.max(TIMES, LOCKED.length),
    lanes: 10,
    run: (trial, _, n) => stoppedWithLock(trial, n),
  },
];

for (const way of WAYS) test(`F12 ${way.what}: ${way.times} times`, () => runAll(way));

async function runAll({ what, times, lanes, run }: Way): Promise<void> {
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  const tally = newTally();
  const counts: Record<string, number> = {};
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < times && tally.notes.length === 0; n = next++) {
      const trial = new Trial(tally, counts);
      await trial.run(() => run(trial, randomFor(seed, `${what} ${n}`), n));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const { notes, ...rest } = tally;
  recordProof({ fault: "F12", what, cases: times, counts: { ...rest, ...counts } });
  expect(notes).toEqual([]);
}

async function killedAtWork(trial: Trial, random: Random): Promise<void> {
  const first = trial.up();
  await first.started;
  await trial.give();
  await pause(upTo(random, LIFE));
  first.kill("SIGKILL");
  await first.ended;
  const next = await trial.follow();
  await trial.check();
  await trial.end(next);
}

async function killedWithLock(trial: Trial, n: number): Promise<void> {
  expect(await trial.up({ killAt: momentOf(n).at }).ended).toBe("SIGKILL");
  const next = await trial.follow();
  await trial.give();
  await trial.check();
  await trial.end(next);
}

async function stoppedAtWork(trial: Trial, random: Random, n: number): Promise<void> {
  const first = trial.up();
  await first.started;
  await trial.give();
  await pause(upTo(random, LIFE));
  first.kill("SIGSTOP");
  await until(() => isStopped(first), "its standing still");
  await goesOn(trial, first, { isAfterEnd: n % 2 === 0 });
}

async function stoppedWithin(trial: Trial, n: number): Promise<void> {
  const { at, most } = OPERATIONS[n % OPERATIONS.length] ?? { at: "", most: 1 };
  const time = Math.floor(n / OPERATIONS.length);
  const killAt = `${at} ${1 + (Math.floor(time / 2) % most)} since /inbox/task-`;
  const first = trial.up({ killAt, killWith: "SIGSTOP" });
  await first.started;
  await trial.give();
  await until(() => isStopped(first) || trial.isAnswered(), "the operation, or the end of the work");
  const isEnding = !isStopped(first);
  if (isEnding) first.kill("SIGTERM");
  const stood = until(() => isStopped(first), "its standing still").then(() => true);
  const isOver = first.ended.then(() => false);
  if (!(await Promise.race([stood, isOver]))) throw new Error(`it was never done: ${killAt}`);
  await goesOn(trial, first, { isAfterEnd: time % 2 === 0, isEnding });
}

/**
 * Another takes over from one that stands still, which goes on then: at once, or when the other has done everything and ended. One that was
 * ending may have had nothing left to do.
 */
async function goesOn(
  trial: Trial,
  first: HostProcess,
  { isAfterEnd, isEnding = false }: { isAfterEnd: boolean; isEnding?: boolean },
): Promise<void> {
  const refused = () =>
    trial.refused(first, isEnding ? "refused or over when it went on" : "refused when it went on", isEnding);
  // From one that is alive nobody takes over unasked.
  await trial.refused(trial.up(), "not let in beside it");
  const next = await trial.follow({ takeOver: true });
  if (isAfterEnd) {
    await trial.check();
    await trial.end(next);
    const before = everythingBelow(trial.world.root);
    first.kill("SIGCONT");
    await refused();
    const wrote = differences(before, everythingBelow(trial.world.root));
    if (wrote.length > 0) throw new Error(`the one that was refused wrote\n${wrote.join("\n")}`);
  } else {
    first.kill("SIGCONT");
    await refused();
    await trial.check();
    await trial.end(next);
  }
}

async function stoppedWithLock(trial: Trial, n: number): Promise<void> {
  const { at, isClaimed } = momentOf(n);
  const takeOver = (n + Math.floor(n / LOCKED.length)) % 2 === 1;
  const keeps = isClaimed && !takeOver;
  // Work waits for whoever begins.
  await trial.end(await trial.begun());
  await trial.give();
  const first = trial.up({ killAt: at, killWith: "SIGSTOP" });
  await until(() => isStopped(first), "its standing still");
  const since = performance.now();
  const next = trial.up({ takeOver });
  if (keeps) await trial.refused(next, "not let in beside a claim");
  else await next.started;
  await pause(Math.max(0, since + TWICE_STALE - performance.now()));
  first.kill("SIGCONT");
  if (keeps) await first.started;
  else await trial.refused(first, "refused when it went on");
  trial.count(keeps ? "went on with its claim" : "let in past a stale lock");
  await trial.check();
  await trial.end(keeps ? first : next);
}

/** Names that the next start or the next emptying of the journal removes; nobody reads what is there, or reads it twice. */
const HARMLESS = /^\.clawflow\/journal\.(new|old)$/;

/** Each path that is new, gone or another, with what it was and is: an assertion would show only the size of both. */
function differences(before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((path) => before[path] !== now[path] && !(before[path] === undefined && HARMLESS.test(path)))
    .map((path) => `${path}: ${shown(before[path])} became ${shown(now[path])}`);
}

const shown = (text: string | undefined) =>
  text === undefined ? "nothing" : JSON.stringify(text.slice(0, 500));

/** One team and one job. */
class Trial {
  readonly world = new KillWorld(ONE_HOST);
  readonly #job: Job = this.world.makeJob(SPLIT_JOB.order);
  readonly #hosts: HostProcess[] = [];
  readonly #tally: Tally;
  readonly #counts: Record<string, number>;

  constructor(tally: Tally, counts: Record<string, number>) {
    this.#tally = tally;
    this.#counts = counts;
  }

  async run(work: () => Promise<void>): Promise<void> {
    const { folder } = this.world;
    const { notes } = this.#tally;
    try {
      await work();
      const left = this.world.faults();
      if (left.length > 0) notes.push(`${folder}: ${JSON.stringify(left)}`);
    } catch (error) {
      this.#tally.stuck++;
      notes.push(`${folder}: ${error instanceof Error ? error.stack : error}`);
      for (const host of this.#hosts) host.kill("SIGKILL");
    }
    // What a failed run left is to be looked at.
    if (notes.length === 0) await this.world.remove();
  }

  up(options: Pick<UpOptions, "takeOver" | "killAt" | "killWith"> = {}): HostProcess {
    const { root, team } = this.world;
    const host = up({ root, team, ...options });
    this.#hosts.push(host);
    return host;
  }

  async begun(options: Pick<UpOptions, "takeOver"> = {}): Promise<HostProcess> {
    const host = this.up(options);
    await host.started;
    return host;
  }

  /** The one after: what the one before asked may be asked again. */
  async follow(options: Pick<UpOptions, "takeOver"> = {}): Promise<HostProcess> {
    const host = await this.begun(options);
    this.#job.kills++;
    if (options.takeOver === true) this.#job.late = true;
    this.count("taken up by the next");
    return host;
  }

  give(): Promise<void> {
    return this.world.give(this.#job);
  }

  isAnswered(): boolean {
    return replyNow(this.world.workspace(this.world.first), this.#job.id) !== undefined;
  }

  check(): Promise<void> {
    return checkJob(this.world, this.#job, SPLIT_JOB.expected, this.#tally);
  }

  /** It ends, and says who has the agents. */
  async refused(host: HostProcess, what: string, orOver = false): Promise<void> {
    const how = await endOf(host);
    const isRefused = how === 3 && host.output().includes("E_LOCKED");
    if (!isRefused && !(orOver && how === 0)) throw new Error(`${how}: ${host.output()}`);
    this.count(what);
  }

  /** SIGTERM, after which it must end well. */
  async end(host: HostProcess): Promise<void> {
    host.kill("SIGTERM");
    const how = await endOf(host);
    if (how !== 0) throw new Error(`it ended with ${how}:\n${host.output()}`);
  }

  count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }
}

/** How it ends; one that goes on shows what it has said. */
async function endOf(host: HostProcess): Promise<Awaited<HostProcess["ended"]>> {
  const late = pause(PATIENCE, undefined, { ref: false }).then(() => {
    throw new Error(`process ${host.pid} goes on:\n${host.output()}`);
  });
  return await Promise.race([host.ended, late]);
}

function isStopped({ pid }: HostProcess): boolean {
  return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.startsWith("T") === true;
}
