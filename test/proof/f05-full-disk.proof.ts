import { cpSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { ClawflowError } from "../../src/protocol/errors.ts";
import { parseTask } from "../../src/protocol/parse-task.ts";
import { filesBelow, replyNow, textNow } from "../host/files.ts";
import { type SmallDisk, smallDisk } from "../host/small-disk.ts";
import { until } from "../host/until.ts";
import { chance, pick, type Random, randomFor, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { checkJob, newTally } from "./check-job.ts";
import { type Job, KillWorld } from "./kill-world.ts";
import { recordProof } from "./record-proof.ts";
import { ONE_HOST, SPLIT_JOB, TWO_HOSTS } from "./split-job.ts";

const TIMES = quickOrFull(4, 40);
const LANES = 2;
/** Milliseconds of a job after which there is no more room, at most; and what is left then, in blocks or files. */
const WITHIN = 150;
const MOST_LEFT = 24;
/** Starts of a host while there is no room, and after. */
const MOST_STARTS = 8;

const tally = newTally();
const told = { "hosts that met it": 0, "senders refused": 0, "sent for all that": 0, "tasks read": 0 };
const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);

test(`F5: a disk fills up at any moment of a job and gets room again, ${TIMES} times`, async () => {
  console.log(`seed ${seed}`);
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < TIMES && tally.notes.length === 0; n = next++)
      await runTrial(randomFor(seed, n));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const { notes, ...counts } = tally;
  recordProof({
    fault: "F5",
    what: "a disk has no room, or no room for names, from some moment of a job on, and later has",
    cases: TIMES,
    counts: { ...counts, ...told },
  });
  expect(notes).toEqual([]);
  expect(told["hosts that met it"]).toBeGreaterThanOrEqual(TIMES / 2);
});

async function runTrial(random: Random): Promise<void> {
  const world = new KillWorld(pick(random, [ONE_HOST, TWO_HOSTS]));
  const disk = smallDisk(world.root);
  if (disk === undefined)
    throw new Error("this suite mounts a small tmpfs, which root alone, or sudo, may do");
  try {
    await Promise.all(Object.keys(world.form).map((name) => world.start(name)));
    await runJob(world, disk, random);
    for (const name of Object.keys(world.form)) await world.end(name);
    const left = world.faults();
    if (left.length > 0) tally.notes.push(`${world.folder}: ${JSON.stringify(left)}`);
  } catch (error) {
    tally.stuck++;
    tally.notes.push(`${world.folder}: ${error instanceof Error ? error.stack : error}`);
  }
  // What a failed run left is to be looked at.
  if (tally.notes.length > 0) cpSync(world.root, join(world.folder, "left"), { recursive: true });
  for (const name of world.hosts.keys()) await world.kill(name);
  disk.remove();
  if (tally.notes.length === 0) await world.remove();
}

async function runJob(world: KillWorld, disk: SmallDisk, random: Random): Promise<void> {
  const job = world.makeJob(SPLIT_JOB.order);
  await world.give(job);
  await pause(upTo(random, WITHIN));
  disk.fill(pick(random, ["space", "names"]), chance(random, 0.3) ? 0 : upTo(random, MOST_LEFT));
  const said = () => [...world.hosts.values()].map((host) => host.output()).join("");
  const isAnswered = () => replyNow(world.workspace(world.first), job.id) !== undefined;
  await until(() => isAnswered() || said().includes("E_DISK_FULL"), `the end of room in ${world.folder}`);
  const jobs = [job, ...(await giveAnother(world))];
  // A host that starts again while there is no room meets it once more.
  const starts = upTo(random, 1);
  await until(() => isAnswered() || said().split("Starting again").length > starts, "a start");
  for (const one of jobs) world.look(one);
  readTasks(world);
  disk.free();
  if (said().includes("E_DISK_FULL")) told["hosts that met it"]++;
  for (const one of jobs) {
    one.kills = MOST_STARTS;
    await checkJob(world, one, SPLIT_JOB.expected, tally);
  }
}

/** Whoever sends is told, or the message is there. */
async function giveAnother(world: KillWorld): Promise<Job[]> {
  const job = world.makeJob(SPLIT_JOB.order);
  try {
    await world.give(job);
    told["sent for all that"]++;
    return [job];
  } catch (error) {
    if (!(error instanceof ClawflowError) || error.code !== "E_DISK_FULL") throw error;
    told["senders refused"]++;
    return [];
  }
}

/** No text is cut short. */
function readTasks(world: KillWorld): void {
  for (const agent of world.agents) {
    const folder = join(world.workspace(agent), "tasks");
    for (const name of filesBelow(folder).filter((path) => path.endsWith("/task.md"))) {
      const text = textNow(join(folder, name));
      if (text === undefined) continue;
      told["tasks read"]++;
      try {
        parseTask(text);
      } catch (error) {
        tally.unreadable++;
        tally.notes.push(`${world.folder}: ${agent} ${name}: ${error}`);
      }
    }
  }
}
