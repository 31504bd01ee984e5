import { linkSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { onTestFinished, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import { taskOfPerson } from "../../src/host/submit.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import type { Disk } from "../../src/store/disk.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { MOST_SWEPT } from "../../src/store/sweep.ts";
import { runTask, tempRoot } from "../host/team.ts";
import { quickOrFull } from "../suite-size.ts";
import { Tally } from "./tally.ts";

const ARCHIVED = quickOrFull(5_000, 100_000);
const LEFT = quickOrFull(25_000, 1_000_000);
const JOBS = quickOrFull(40, 200);
const STARTS = 3;
const DAYS = 100;
/** File systems allow some 65,000. */
const NAMES_A_FILE = 50_000;
const DAY = 24 * 3600 * 1000;
const MIB = 1024 * 1024;
const AGENTS = ["lead", "worker"];

/** What a loaded machine may add: the calls of the disk, which are counted, tell exactly. */
const SLOWER = 2;
const SLACK_MS = 5;
const LONGEST_START = 30_000;
const MOST_HEAP = 16;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const FAULTS = ["lost", "slower", "more calls", "more memory", "start not bounded"] as const;

test(`F19 ${ARCHIVED} archived messages: a start and a hand-off cost what they cost without`, async () => {
  const tally = new Tally(FAULTS);
  const [empty, full] = [await newRoot(), await newRoot()];
  for (const agent of AGENTS) archive(join(full, agent, "mailbox", "archive"), ARCHIVED / AGENTS.length);
  await compare(tally, empty, full);
  const kept = AGENTS.flatMap((agent) =>
    readdirSync(join(full, agent, "mailbox", "archive"), { recursive: true, encoding: "utf8" }),
  ).filter((name) => name.includes("task-old-"));
  tally.check("lost", kept.length === ARCHIVED, `${kept.length} of ${ARCHIVED} archived messages`);
  tally.record("F19", `${ARCHIVED} archived messages, beside an empty archive`, 1);
});

test(`F19 ${LEFT} files left over in tmp/: a start sweeps some, a hand-off costs what it costs without`, async () => {
  const tally = new Tally(FAULTS);
  const [empty, full] = [await newRoot(), await newRoot()];
  const tmp = join(full, "lead", "mailbox", "tmp");
  leaveOver(tmp, LEFT);
  await compare(tally, empty, full);
  const left = readdirSync(tmp).length;
  const swept = Math.min(LEFT, (STARTS + 1) * MOST_SWEPT);
  tally.check("start not bounded", LEFT - left === swept, `${LEFT - left} swept, not ${swept}`);
  tally.add("swept at a start, at most", MOST_SWEPT);
  tally.record("F19", `${LEFT} files left over in tmp/, beside an empty one`, 1);
});

/** Starts and jobs of both in turn, so that whatever else the machine does meets both. */
async function compare(tally: Tally<(typeof FAULTS)[number]>, empty: string, full: string): Promise<void> {
  const starts = { empty: [] as number[], full: [] as number[] };
  for (let n = 0; n < STARTS; n++) {
    for (const [which, root] of Object.entries({ empty, full }) as ["empty" | "full", string][]) {
      const began = performance.now();
      const { host } = await start(root);
      starts[which].push(performance.now() - began);
      await host.stop();
    }
  }
  tally.most("longest start, ms", Math.max(...starts.full));
  tally.most("longest start without, ms", Math.max(...starts.empty));
  tally.check("start not bounded", Math.max(...starts.full) < LONGEST_START, `${starts.full}`);

  const heaps: number[] = [];
  const teams = [];
  for (const root of [empty, full]) {
    collect();
    const before = process.memoryUsage().heapUsed;
    teams.push(await start(root));
    collect();
    heaps.push((process.memoryUsage().heapUsed - before) / MIB);
  }
  const [without = 0, having = 0] = heaps;
  tally.most("heap of the host, MiB", having);
  tally.check("more memory", having - without < MOST_HEAP, `${having} MiB, ${without} without`);

  const times = teams.map(() => [] as number[]);
  const calls = teams.map(() => [] as number[]);
  for (let n = 0; n < JOBS; n++) {
    for (const [index, team] of teams.entries()) {
      const [began, before] = [performance.now(), team.calls()];
      const { status } = await runTask(team.host, "lead", `job ${n}`);
      times[index]?.push(performance.now() - began);
      calls[index]?.push(team.calls() - before);
      tally.check("lost", status === "done", `job ${n}: ${status}`);
    }
  }
  for (const { host } of teams) await host.stop();
  const [alone = 0, beside = 0] = times.map(median);
  tally.add("jobs", JOBS);
  tally.most("two hand-offs, median in µs", beside * 1000);
  tally.most("two hand-offs without, median in µs", alone * 1000);
  tally.check("slower", beside < alone * SLOWER + SLACK_MS, `${beside} ms, ${alone} ms without`);
  // A rest or a sync in the background may fall into a job, on one side or the other: it only adds, so the least is what a job takes by itself.
  const [few = 0, many = 0] = calls.map((each) => Math.min(...each));
  tally.most("calls and names read of the disk a job", many);
  tally.check("more calls", many <= few * 1.05, `${many}, ${few} without`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A root that a host has had. */
async function newRoot(): Promise<string> {
  const root = tempRoot();
  const { host } = await start(root);
  await host.stop();
  return root;
}

async function start(root: string): Promise<{ host: Host; calls: () => number }> {
  const { disk, calls } = counted(nodeDisk());
  const lead: BrainFunction = ({ kind }) =>
    kind === "synthesise"
      ? "all"
      : { subtasks: { one: { agent: "worker", description: "x", depends_on: [] } } };
  const host = await createHost({
    root,
    durability: "os",
    agents: { lead: { brain: lead, peers: ["worker"] }, worker: { brain: () => "done" } },
    ports: { disk },
  });
  onTestFinished(() => host.stop());
  await host.start();
  return { host, calls };
}

/** Counts the calls of a disk, and the names that it lists. */
function counted(disk: Disk): { disk: Disk; calls: () => number } {
  let calls = 0;
  const names = ["read", "stat", "mkdir", "create", "link", "rename", "unlink", "rmdir"] as const;
  const wrapped = names.map((name) => {
    const call = (...given: never[]) => {
      calls++;
      return (disk[name] as (...given: never[]) => unknown)(...given);
    };
    return [name, call] as const;
  });
  const list = (path: string, most?: number) => {
    const found = disk.list(path, most);
    calls += 1 + found.length;
    return found;
  };
  return { disk: { ...disk, ...Object.fromEntries(wrapped), list }, calls: () => calls };
}

function archive(folder: string, count: number): void {
  for (let day = 0; day < DAYS; day++) {
    const date = new Date(Date.now() - day * DAY).toISOString();
    const path = join(folder, date.slice(0, 10).replaceAll("-", "/"));
    mkdirSync(path, { recursive: true });
    for (let n = 0; n < count / DAYS; n++) {
      const message = taskOfPerson("lead", { title: "old", instructions: "was done" }, date);
      writeFileSync(join(path, messageFileName(message)), formatMessage(message));
    }
  }
}

/**
 * Of hosts that were killed, and one in ten a delivery that was given up. Many names of few small files: making a file for each would
 * take longer than all that is measured.
 */
function leaveOver(folder: string, count: number): void {
  const longAgo = (Date.now() - DAY) / 1000;
  for (let n = 0; n < count; n++) {
    const path = nameOf(folder, n);
    const first = n - (n % NAMES_A_FILE);
    if (n !== first) linkSync(nameOf(folder, first), path);
    else {
      writeFileSync(path, "half of a mess");
      utimesSync(path, longAgo, longAgo);
    }
  }
}

function nameOf(folder: string, n: number): string {
  return join(folder, n % 10 === 5 ? `d-${n}` : `s-77-1234-${n}`);
}
