import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command } from "../host/host-process.ts";
import { quickOrFull } from "../suite-size.ts";
import { checkJob, newTally } from "./check-job.ts";
import { type Job, KillWorld, namesOf, pathsOf } from "./kill-world.ts";
import { recordProof } from "./record-proof.ts";
import { ONE_HOST, SPLIT_JOB } from "./split-job.ts";

const TIMES = quickOrFull(1, 100);
const LANES = 2;
const ROUNDS_A_WORLD = 4;

/** In their order; `there`: the message has its name in the inbox. */
const POINTS = [
  { name: "opened", at: "after open mailbox/tmp/d-", there: false },
  { name: "half written", at: "half write mailbox/tmp/d-", there: false },
  { name: "written", at: "after write mailbox/tmp/d-", there: false },
  { name: "synced", at: "after fsync mailbox/tmp/d-", there: false },
  { name: "linked into the inbox", at: "after link mailbox/inbox/task-", there: true },
  { name: "staged name removed", at: "after unlink mailbox/tmp/d-", there: true },
  { name: "inbox synced", at: "after fsync mailbox/inbox$", there: true },
] as const;

const tally = newTally();
const kills = new Map<string, number>();
let acknowledged = 0;
let absent = 0;

test(`F1: clawflow send is killed at each point, ${TIMES} times each`, async () => {
  let rounds = 0;
  const lane = async () => {
    for (let n = rounds; n < TIMES; n = rounds) {
      const some = Math.min(ROUNDS_A_WORLD, TIMES - n);
      rounds += some;
      await runWorld(n, some);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const { notes, ...counts } = tally;
  const cases = [...kills.values()].reduce((sum, count) => sum + count, 0);
  recordProof({
    fault: "F1",
    what: "`clawflow send` is killed at a point; half of them are given again",
    cases,
    counts: {
      ...counts,
      acknowledged,
      absent,
      points: kills.size,
      kills: [...kills].map(([name, count]) => `${name} ${count}`).join(", "),
    },
  });
  expect(notes).toEqual([]);
  for (const { name } of POINTS) expect(kills.get(name), name).toBe(TIMES);
});

/** In every other world a host takes the messages as they come; in the others it comes when all senders are gone. */
async function runWorld(round: number, rounds: number): Promise<void> {
  const world = new KillWorld(ONE_HOST);
  const isHosted = (round / ROUNDS_A_WORLD) % 2 < 1;
  try {
    await world.start("all");
    if (!isHosted) await world.kill("all");
    const due: Job[] = [];
    const never: Job[] = [];
    for (let n = round; n < round + rounds; n++) {
      for (const [index, point] of POINTS.entries()) {
        const job = await killSend(world, point);
        const isRepeated = (n + index) % 2 === 0;
        if (isRepeated) await sendAgain(world, job);
        (isRepeated || point.there ? due : never).push(job);
      }
    }
    if (!isHosted) await world.start("all");
    for (const job of due) await checkJob(world, job, SPLIT_JOB.expected, tally);
    await world.stop();
    for (const job of never) checkAbsent(world, job);
  } catch (error) {
    tally.stuck++;
    tally.notes.push(`${world.folder}: ${error instanceof Error ? error.stack : error}`);
  }
  if (tally.notes.length === 0) await world.remove();
}

async function killSend(world: KillWorld, { name, at, there }: (typeof POINTS)[number]): Promise<Job> {
  const job = world.makeJob(SPLIT_JOB.order);
  writeFileSync(join(world.folder, `${job.id}.md`), job.text);
  const how = await send(world, job, at);
  if (how === "SIGKILL") kills.set(name, (kills.get(name) ?? 0) + 1);
  else tally.notes.push(`${job.id}: was not killed at "${name}", ended with ${how}`);
  world.look(job);
  const mailbox = join(world.workspace(world.first), "mailbox");
  const found =
    namesOf(join(mailbox, "inbox"), job).length + pathsOf(join(mailbox, "archive"), job).length > 0;
  if (found !== there)
    tally.notes.push(`${job.id}: killed at "${name}" it is ${found ? "there" : "not there"}`);
  return job;
}

async function sendAgain(world: KillWorld, job: Job): Promise<void> {
  const how = await send(world, job);
  if (how === 0) acknowledged++;
  else tally.notes.push(`${job.id}: given again it ended with ${how}`);
  world.look(job);
}

function send(world: KillWorld, job: Job, killAt?: string): Promise<number | string> {
  const args = ["send", world.first, `${job.id}.md`, "--root", world.root, "--team", world.team];
  return command(args, { cwd: world.folder, killAt }).ended;
}

/** What was cut off before the inbox, and not given again, did not happen. */
function checkAbsent(world: KillWorld, job: Job): void {
  absent++;
  const found = world.agents.flatMap((agent) => pathsOf(join(world.workspace(agent), "mailbox"), job));
  if (found.length === 0) return;
  tally.unreadable++;
  tally.notes.push(`${job.id} was never sent: ${found}`);
}
