import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { taskOfPerson } from "../../src/host/submit.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { scriptHash } from "../../src/protocol/script-hash.ts";
import { readTask, replyNow } from "../host/files.ts";
import { until } from "../host/until.ts";
import { type Job, KillWorld } from "../proof/kill-world.ts";
import { recordProof } from "../proof/record-proof.ts";
import { ONE_HOST } from "../proof/split-job.ts";
import { randomFor, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";

const KILLS = quickOrFull(6, 100);
const LONGEST = 60_000;

/** 60 calls at two peers and the owner itself: pipelines within `parallel`, one that fails each time, one that has two attempts. */
const PROGRAM = `
const say = (text) => JSON.stringify({ say: text, ms: 10 });
const groups = await parallel([0, 1, 2, 3, 4].map((group) => async () =>
  pipeline([0, 1, 2, 3],
    (item) => agent(say("found " + group + "." + item), { agent: "a", label: "find-" + group + "-" + item }),
    (found, item) => group === 2 && item === 1
      ? agent(JSON.stringify({ fail: "no luck" }), { agent: "b", attempts: 2 })
      : agent(say("checked " + found), { agent: "b" }),
    (checked, item) => agent(say("done " + checked), item === 3 ? {} : { agent: "a" }),
  )));
return { groups, missing: groups.flat().filter((one) => one === null).length };
`;

test(`a script of 60 calls, its host killed ${KILLS} times at random moments: the undisturbed result, each call done once`, async () => {
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  const random = randomFor(seed, "scripts", 0);
  const world = new KillWorld(ONE_HOST);
  await world.start("all");
  const began = performance.now();
  const undisturbed = await answerOf(world, await give(world));
  const duration = performance.now() - began;
  const notes: string[] = [];
  const counts = { jobs: 1, kills: 0, lost: 0, twice: 0, stuck: 0, "asked again": 0 };
  while (counts.kills < KILLS && notes.length === 0) {
    const job = await give(world);
    counts.jobs++;
    // Several kills of one run as well: what is between them is not much.
    for (let at = 0; at < 2 && replyNow(world.workspace("lead"), job.id) === undefined; at++) {
      await pause(upTo(random, Math.round(duration)));
      await world.kill("all");
      counts.kills++;
      job.kills++;
      await world.start("all");
    }
    const answer = await answerOf(world, job).catch((error: unknown) => `${error}`);
    if (answer !== undisturbed) {
      counts[answer.startsWith("Error") ? "stuck" : "lost"]++;
      notes.push(`${job.id}: ${answer}`);
    }
    await until(() => world.faults().length === 0, "a clean root", LONGEST);
    check(world, job, counts, notes);
  }
  await world.end("all");
  recordProof({
    fault: "scripts",
    what: "kill -9 at random moments of a workflow script of 60 calls, with a call that fails and one that is tried twice",
    cases: counts.kills,
    counts,
  });
  expect(notes, world.folder).toEqual([]);
  await world.remove();
});

async function give(world: KillWorld): Promise<Job> {
  const script = { now: 1_700_000_000_000, seed: "s" };
  const approved = scriptHash(PROGRAM, script, undefined);
  const work = { instructions: PROGRAM, title: "script", script: { ...script, approved } };
  const message = taskOfPerson("lead", work, new Date().toISOString());
  const text = formatMessage(message);
  const job: Job = { id: message.task_id, name: messageFileName(message), text, seen: new Map(), kills: 0 };
  await world.give(job);
  return job;
}

async function answerOf(world: KillWorld, { id }: Job): Promise<string> {
  const reply = await until(() => replyNow(world.workspace("lead"), id), `the answer to ${id}`, LONGEST);
  return `${reply.status} ${reply.body.results}${reply.body.error}`;
}

/** One task at a peer for each attempt, one taken answer for each call; a question of a host that was killed may be put again, and says so. */
function check(world: KillWorld, job: Job, counts: Record<string, number>, notes: string[]): void {
  const calls = [...(readTask(world.workspace("lead"), job.id)?.subtasks.values() ?? [])];
  const wrong = calls.filter(({ status, attempt }) => attempt !== (status === "failed" ? 2 : 1));
  // One item is lost at its second stage.
  if (calls.length !== 59 || wrong.length > 0) {
    counts.twice = (counts.twice ?? 0) + 1;
    notes.push(`${job.id}: ${calls.length} calls, ${wrong.length} of them at another attempt`);
  }
  const asked = new Map<string, number>();
  for (const line of readFileSync(join(world.folder, "asked.log"), "utf8").split("\n")) {
    if (!line.includes(`"${job.id}"`) && !line.includes(`"${job.id}.`)) continue;
    const { question } = JSON.parse(line) as { question: string };
    asked.set(question, (asked.get(question) ?? 0) + 1);
  }
  // The call that is tried twice is two questions.
  if (asked.size !== 60) {
    counts.twice = (counts.twice ?? 0) + 1;
    notes.push(`${job.id}: ${asked.size} questions`);
  }
  for (const [question, times] of asked) {
    counts["asked again"] = (counts["asked again"] ?? 0) + times - 1;
    if (times > 1 + job.kills) notes.push(`${job.id}: ${question} was asked ${times} times`);
  }
}
