import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import type { ControlMessage, ProgressMessage } from "../../src/protocol/message.ts";
import { deadLetters, faultsOf } from "../host/files.ts";
import { quickOrFull } from "../suite-size.ts";
import { AGENTS, type Copy, copyOf, GatedTeam, parsed, withOtherBody } from "./gated-team.ts";
import { Tally } from "./tally.ts";

const CASES = quickOrFull(16, 50);
const DAY = 24 * 3600 * 1000;

const FAULTS = ["lost", "twice", "stuck", "changed", "inconsistent"] as const;
type Counts = Tally<(typeof FAULTS)[number]>;

/** Which message of a job comes again. */
const KINDS = ["a person's task", "an agent's task", "reply", "control", "progress"] as const;
/** When it comes again. */
const MOMENTS = ["with the first", "at work", "finished", "after a restart"] as const;

interface Case {
  job: string;
  kind: (typeof KINDS)[number];
  moment: (typeof MOMENTS)[number];
  /** Under a name of a person's choice; else under its own. */
  byHand: boolean;
}

/** A reply cannot come before its work; what the host hands over in memory comes with nothing beside it. */
function isPossible({ kind, moment }: Pick<Case, "kind" | "moment">): boolean {
  return moment === "with the first" ? kind === "a person's task" : moment !== "at work" || kind !== "reply";
}

function casesOf(prefix: string): Case[] {
  const possible = KINDS.flatMap((kind) => MOMENTS.map((moment) => ({ kind, moment }))).filter(isPossible);
  return Array.from({ length: CASES }, (_, n) => {
    const { kind, moment } = possible[n % possible.length] as (typeof possible)[number];
    // Nobody remembers a word of progress: under another name it would be kept as one more, which `verify` tells.
    const byHand =
      kind !== "progress" && (moment === "with the first" || Math.floor(n / possible.length) % 2 === 1);
    return { job: `${prefix}-${n}`, kind, moment, byHand };
  });
}

test(`F7 a message comes again, the same to the byte: ${CASES} times`, async () => {
  const team = await new GatedTeam().start();
  const tally = new Tally(FAULTS);
  const cases = casesOf("same");
  await runThrough(team, tally, cases, (copy) => copy);
  checkAll(team, tally, cases);
  for (const { job, kind } of cases) {
    const again = archived(team, receiverOf(kind), messageId(team, job, kind));
    tally.check("lost", again.length >= 2, `${kind} of ${job}: ${again}`);
    tally.add("kept beside the first", again.length - 1);
  }
  for (const agent of AGENTS)
    tally.check("lost", Object.keys(deadLetters(join(team.root, agent))).length === 0, `dead at ${agent}`);
  const findings = faultsOf(team.root, AGENTS);
  tally.check("inconsistent", findings.length === 0, JSON.stringify(findings));
  tally.record("F7", "the same message again: with the first, at work, finished, after a restart", CASES);
});

test(`F7 a message comes again with another text: ${CASES} times`, async () => {
  const team = await new GatedTeam().start();
  const tally = new Tally(FAULTS);
  const cases = casesOf("other");
  await runThrough(team, tally, cases, withOtherBody);
  checkAll(team, tally, cases);
  for (const { job, kind, byHand } of cases) {
    const agent = receiverOf(kind);
    const id = messageId(team, job, kind);
    if (kind === "an agent's task") {
      const refused = refusedAs(team, agent, "E_ID_REUSED", id);
      tally.check("lost", refused === 1, `${kind} of ${job}: ${refused} dead letters`);
      tally.add("dead letters with E_ID_REUSED", refused);
    } else if (kind === "a person's task") {
      // A person who drops a mended text means other work: a task of its own, beside the first.
      tally.check("lost", taskFolders(team, "lead").includes(`${job}_2`), `${job}_2 (${byHand})`);
      tally.add("a person's, taken as other work");
    } else {
      const kept = archived(team, agent, id);
      tally.check("lost", kept.length >= 2, `${kind} of ${job}: ${kept}`);
      tally.add("kept beside the first, without effect", kept.length - 1);
    }
  }
  // Two texts under one id are no state to be proud of: `verify` tells of them, but for a person's controls, of which it knows no first text.
  const findings = faultsOf(team.root, AGENTS).map(({ file = "" }) => file);
  for (const { job, kind } of cases) {
    const isTold = findings.some((file) => file.includes(`-${job}`));
    tally.check("inconsistent", isTold || kind === "control", `verify says nothing of ${kind} of ${job}`);
    if (isTold) tally.add("told by verify");
  }
  tally.record(
    "F7",
    "the same id with another text: with the first, at work, finished, after a restart",
    CASES,
  );
});

test(`F7 messages of the archive come again days later, some after gc: ${CASES} times`, async () => {
  const team = await new GatedTeam().start();
  const tally = new Tally(FAULTS);
  const kinds = ["a person's task", "an agent's task", "reply", "control"] as const;
  const jobs = Array.from({ length: Math.ceil(CASES / kinds.length) }, (_, n) => `old-${n}`);
  for (const job of jobs) team.drop(team.job(job));
  for (const job of jobs) await team.working(job);
  for (const job of jobs) team.drop(pause(team, job));
  await team.quiet();
  for (const job of jobs) team.drop(resume(team, job));
  await team.quiet();
  for (const job of jobs) team.letGo(job);
  await Promise.all(jobs.map((job) => tally.within("stuck", job, team.host.finished("lead", job))));
  await team.quiet();

  const copies = kinds.flatMap((kind) => jobs.map((job) => ({ job, kind, copy: copyFor(team, job, kind) })));
  const cases = copies.slice(0, CASES);
  const before = callsOf(team, jobs);
  const days = [1, 5, 20, 40];
  for (const [turn, day] of days.entries()) {
    team.ahead = day * DAY;
    const mine = cases.filter((_, n) => n % days.length === turn);
    if (turn % 2 === 1) await team.restart();
    if (day > 30) {
      await team.host.stop();
      const result = await team.removeOld();
      tally.check("inconsistent", result.tasks === 2 * jobs.length, `gc: ${JSON.stringify(result)}`);
      await team.start();
    }
    for (const { copy } of mine) team.drop(copy);
    await tally.within("stuck", `day ${day}`, team.quiet());
    for (const { job, kind, copy } of mine) checkReplayed(team, tally, { job, kind, copy, day });
  }
  await team.host.stop();
  for (const [n, calls] of callsOf(team, jobs).entries())
    tally.check("twice", calls === before[n], `${jobs[n]}: ${before[n]} calls of brains, then ${calls}`);
  tally.check(
    "twice",
    taskFolders(team, "worker").length === 0,
    `tasks anew: ${taskFolders(team, "worker")}`,
  );
  tally.record("F7", "from the archive again after 1, 5, 20 and 40 days, then removed by gc", CASES);
});

/** Before `gc` it lies beside its first copy; after it, work is refused and the rest is nobody's. */
function checkReplayed(
  team: GatedTeam,
  tally: Counts,
  { job, kind, copy, day }: Pick<Case, "job" | "kind"> & { copy: Copy; day: number },
): void {
  const agent = receiverOf(kind);
  const { id } = parsed(copy);
  const kept = archived(team, agent, id).length;
  if (day <= 30) {
    // A task that comes again is answered with its reply again, so that one may lie there more often.
    tally.check("lost", kept >= 2, `${kind} of ${job} on day ${day}: ${kept} in the archive`);
    tally.add("kept beside the first", 1);
  } else if (kind.endsWith("task")) {
    const refused = refusedAs(team, agent, "E_TOO_OLD", id);
    tally.check("lost", refused === 1, `${kind} of ${job} after gc: ${refused} dead letters`);
    tally.add("after gc: refused with E_TOO_OLD", refused);
  } else {
    const all = kept + refusedAs(team, agent, "", id);
    tally.check("lost", all >= 1, `${kind} of ${job} after gc: ${all}`);
    tally.add("after gc: kept as unknown");
  }
}

/** Takes every case through all moments; what is to come again at one is dropped there. */
async function runThrough(
  team: GatedTeam,
  tally: Counts,
  cases: readonly Case[],
  change: (copy: Copy) => Copy,
) {
  const again = async (moment: Case["moment"]) => {
    for (const { job, kind, byHand } of cases.filter((one) => one.moment === moment))
      team.drop(change(copyFor(team, job, kind)), byHand);
    await tally.within("stuck", moment, team.quiet());
  };
  for (const { job } of cases) team.drop(team.job(job));
  await again("with the first");
  for (const { job } of cases) await tally.within("stuck", job, team.working(job));
  for (const { job, kind } of cases) if (kind === "control") team.drop(pause(team, job));
  await team.quiet();
  for (const { job, kind } of cases) {
    if (kind === "control") team.drop(resume(team, job));
    if (kind === "progress") team.drop(progress(team, job));
  }
  await team.quiet();
  await again("at work");
  for (const { job } of cases) team.letGo(job);
  for (const { job } of cases) await tally.within("stuck", job, team.host.finished("lead", job));
  await team.quiet();
  await again("finished");
  await team.restart();
  await again("after a restart");
  // Other work of a person is done like any.
  for (const { job } of cases) team.letGo(`${job}_2`);
  const others = taskFolders(team, "lead").filter((name) => name.endsWith("_2"));
  for (const name of others) await tally.within("stuck", name, team.host.finished("lead", name));
  await team.quiet();
  await team.host.stop();
}

function checkAll(team: GatedTeam, tally: Counts, cases: readonly Case[]): void {
  for (const { job, kind, moment } of cases) {
    const what = `${kind} ${moment}, ${job}`;
    for (const [agent, call, id] of [
      ["lead", "consider", job],
      ["worker", "consider", `${job}.work`],
      ["lead", "synthesise", job],
    ] as const)
      tally.check("twice", team.calls(agent, call, id) === 1, `${what}: ${agent} ${call}`);
    const replies = team.repliesToPerson(job);
    const own = replies.filter(({ in_reply_to }) => in_reply_to === `h-${job}` || in_reply_to === undefined);
    tally.check("lost", own.length >= 1, `${what}: no reply`);
    const right = replies.filter(({ body }) => body.results === `with did job ${job}`);
    tally.check("changed", right.length === 1, `${what}: ${replies.map(({ body }) => body.results)}`);
  }
}

function copyFor(team: GatedTeam, job: string, kind: Case["kind"]): Copy {
  switch (kind) {
    case "a person's task":
      return team.job(job);
    case "an agent's task":
      return team.sent("lead", "task", job);
    case "reply":
      return team.sent("worker", "reply", job);
    case "control":
      return pause(team, job);
    case "progress":
      return progress(team, job);
    default:
      return kind satisfies never;
  }
}

function messageId(team: GatedTeam, job: string, kind: Case["kind"]): string {
  return parsed(copyFor(team, job, kind)).id;
}

function receiverOf(kind: Case["kind"]) {
  return kind === "an agent's task" ? "worker" : "lead";
}

function pause(team: GatedTeam, job: string): Copy {
  return control(team, job, "pause", "2026-01-01T00:00:00.000Z");
}

function resume(team: GatedTeam, job: string): Copy {
  return control(team, job, "resume", "2026-01-01T00:00:01.000Z");
}

function control(team: GatedTeam, job: string, kind: ControlMessage["control"], sent_at: string): Copy {
  const head = { ...team.fromPerson("lead", job), id: `h-${job}-${kind}`, sent_at };
  return copyOf({ ...head, type: "control", control: kind, body: { text: "" } });
}

function progress(team: GatedTeam, job: string): Copy {
  const message: ProgressMessage = {
    ...team.fromPerson("lead", job),
    id: `p-${job}`,
    from: "worker",
    subtask_id: "work",
    sent_at: "2026-01-01T00:00:00.000Z",
    type: "progress",
    note: "half of it",
    body: { text: "" },
  };
  return copyOf(message);
}

function archived(team: GatedTeam, agent: "lead" | "worker", id: string): string[] {
  const found = team.messages(agent, "archive").filter(({ message }) => message.id === id);
  return found.map(({ path }) => path);
}

/** Dead letters with that id and code. */
function refusedAs(team: GatedTeam, agent: "lead" | "worker", code: string, id: string): number {
  const reasons = deadLetters(join(team.root, agent));
  return team
    .messages(agent, "dead")
    .filter(({ path, message }) => message.id === id && reasons[path]?.startsWith(code)).length;
}

function taskFolders(team: GatedTeam, agent: "lead" | "worker"): string[] {
  return readdirSync(join(team.root, agent, "tasks"));
}

function callsOf(team: GatedTeam, jobs: readonly string[]): number[] {
  return jobs.map(
    (job) =>
      team.calls("lead", "consider", job) +
      team.calls("lead", "synthesise", job) +
      team.calls("worker", "consider", `${job}.work`),
  );
}
