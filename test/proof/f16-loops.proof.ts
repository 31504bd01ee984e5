import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { submitTask } from "../../src/host/submit.ts";
import type { Message, ProgressMessage, ReplyMessage } from "../../src/protocol/message.ts";
import { faultsOf, filesBelow, readTask } from "../host/files.ts";
import { startHost, tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { quickOrFull } from "../suite-size.ts";
import { AGENTS, type Agent, type Copy, copyOf, GatedTeam } from "./gated-team.ts";
import { Tally } from "./tally.ts";

/** Of the rings; what varies from one to the next is in `handRound`. */
const CASES = quickOrFull(4, 10);
const OWN = 10;
const STORM = quickOrFull(100, 1_000);
/** No way from the first task down holds an agent more often. */
const VISITS = 2;
/** More tasks than that are cut by a budget. */
const MOST_TASKS = quickOrFull(60, 400);
const FAULTS = ["endless", "not named", "beyond the limit", "stuck", "inconsistent"] as const;

for (const [what, agents] of [
  ["A to B to A", 2],
  ["A to B to C to A", 3],
  ["nine agents in a ring", 9],
] as const) {
  test(`F16 ${what}, who hand all work on: ${CASES} times`, async () => {
    const tally = new Tally(FAULTS);
    for (let n = 0; n < CASES; n++) await handRound(tally, agents, n);
    tally.record("F16", `work handed on and on: ${what}`, CASES);
  });
}

test(`F16 an agent that gives work to itself: ${OWN} times`, async () => {
  const tally = new Tally(FAULTS);
  for (let n = 0; n < OWN; n++) {
    const isSplit = n % 2 === 1;
    const subtasks = 5 * (n + 1);
    let asked = 0;
    const brain: BrainFunction = ({ kind }) => {
      asked++;
      const next = { agent: isSplit ? "self" : "lead", description: "again", depends_on: [] };
      return kind === "synthesise" ? "all" : { subtasks: { [`n${n}`]: next } };
    };
    const root = tempRoot();
    const host = await startHost({ root, limits: { subtasks }, agents: { lead: { brain, peers: ["*"] } } });
    const { task_id } = await submitTask(host, "lead", "go round");
    const task = await tally.within("endless", `case ${n}`, host.finished("lead", task_id));
    await host.stop();
    const code = isSplit ? /^E_SUBTASK: .*(?:E_LIMIT|E_ID): / : /^E_SELF_SEND: /;
    const error = [task?.error, ...[...(task?.subtasks.values() ?? [])].map((one) => one.error)].join(" ");
    tally.check("not named", task?.status === "failed" && code.test(`${task.error}`), error);
    tally.check(
      "beyond the limit",
      (task?.subtasks.size ?? 0) <= subtasks && asked <= 2 * subtasks + 2,
      `${asked}`,
    );
    const findings = faultsOf(root, ["lead"]);
    tally.check("inconsistent", findings.length === 0, JSON.stringify(findings));
    tally.add(isSplit ? "split on and on, ended by the limit" : "refused at once");
  }
  tally.record("F16", "work for oneself: by one's own name, and split on and on in place", OWN);
});

/** Each agent of a ring gives everything to the next, in several pieces. */
async function handRound(tally: Tally<(typeof FAULTS)[number]>, count: number, n: number): Promise<void> {
  const depth = [5, 2, 50, 100][n % 4] as number;
  const pieces = 1 + (n % 3);
  const on_failure = n % 2 === 0 ? "fail-fast" : "continue";
  const levels = Math.min(depth, VISITS * count - 1);
  const whole = Array.from({ length: levels + 1 }, (_, level) => pieces ** level).reduce((a, b) => a + b);
  const budget = whole > MOST_TASKS ? { tasks: MOST_TASKS } : undefined;
  const names = Array.from({ length: count }, (_, index) => `a${index}`);
  const brain =
    (next: string): BrainFunction =>
    ({ kind }) => {
      if (kind === "synthesise") return "all";
      const piece = { agent: next, description: "go on", depends_on: [], max_attempts: 1 + (n % 2) };
      return { subtasks: Object.fromEntries(Array.from({ length: pieces }, (_, p) => [`p${p}`, piece])) };
    };
  const root = tempRoot();
  const host = await startHost({
    root,
    limits: { depth, brains: 32 },
    agents: Object.fromEntries(
      names.map((name, index) => [
        name,
        { brain: brain(names[(index + 1) % count] ?? ""), peers: ["*"], concurrency: 8 },
      ]),
    ),
  });
  const work = {
    instructions: "go round",
    policy: { on_failure },
    ...(budget === undefined ? {} : { budget }),
  } as const;
  const { task_id } = await submitTask(host, "a0", work);
  await tally.within("endless", `case ${n}`, host.finished("a0", task_id));
  const readTasks = () =>
    names.flatMap((name) =>
      readdirSync(join(root, name, "tasks")).map((folder) => readTask(join(root, name), folder)),
    );
  // The first of them to fail ends the job; the others hear of it then.
  const isOver = () => readTasks().every((task) => /^(done|failed|cancelled)$/.test(`${task?.status}`));
  await tally.within("stuck", `case ${n}`, until(isOver, "the end of all tasks"));
  await host.stop();
  const tasks = readTasks();
  const most = budget?.tasks ?? whole;
  tally.check("beyond the limit", tasks.length <= most, `case ${n}: ${tasks.length} tasks of ${most}`);
  // Who does not stop at the first failure comes to each end of the way.
  const isExact = on_failure === "fail-fast" || budget !== undefined || tasks.length === most;
  tally.check("beyond the limit", isExact, `case ${n}: ${tasks.length} tasks, not ${most}`);
  const codes = new Set(
    tasks
      .flatMap((task) => [task?.error, ...[...(task?.subtasks.values() ?? [])].map(({ error }) => error)])
      .flatMap((error) => /E_(?:PATH|DEPTH|BUDGET)/.exec(error ?? "")?.[0] ?? []),
  );
  const wanted = budget !== undefined ? "E_BUDGET" : depth < VISITS * count - 1 ? "E_DEPTH" : "E_PATH";
  const isNamed = budget !== undefined || depth === VISITS * count - 1 ? codes.size > 0 : codes.has(wanted);
  tally.check("not named", isNamed, `case ${n}: ${[...codes]}, not ${wanted}`);
  for (const code of codes) tally.add(`named ${code}`);
  tally.add("tasks", tasks.length);
  const findings = faultsOf(root, names);
  tally.check("inconsistent", findings.length === 0, JSON.stringify(findings.slice(0, 3)));
}

/** What comes in masses: to whom, the nth of it, and whether it is answered once (never is that answered again). */
const STORMS: Record<string, { to: Agent; answered?: true; make(team: GatedTeam, n: number): Copy }> = {
  "replies to what is finished": { to: "lead", make: (_, n) => reply(n, {}) },
  "replies to what is not known": { to: "lead", make: (_, n) => reply(n, { task_id: `no-${n}` }) },
  "replies of other attempts": { to: "lead", make: (_, n) => reply(n, { attempt: n + 2 }) },
  "replies of a stranger": { to: "lead", make: (_, n) => reply(n, { from: "stranger" }) },
  "failed replies": {
    to: "lead",
    make: (_, n) => reply(n, { status: "failed", body: { results: "", error: "E_BRAIN: no", partial: "" } }),
  },
  "replies of a later version": { to: "lead", make: (_, n) => later(reply(n, {})) },
  "words of progress": { to: "lead", make: (_, n) => progress(n) },
  "the task again": { to: "worker", answered: true, make: (team) => team.sent("lead", "task", "job") },
  "tasks of a later version": {
    to: "worker",
    answered: true,
    make: (_, n) => later(otherTask(n)),
  },
  "tasks of a stranger that nobody can answer": {
    to: "worker",
    answered: true,
    make: (_, n) => later(otherTask(n, "stranger")),
  },
};

test(`F16 storms of messages, ${STORM} of each kind: ${Object.keys(STORMS).length} kinds`, async () => {
  const tally = new Tally(["lost", "answered on and on", "stuck", "work kept waiting"]);
  for (const [what, storm] of Object.entries(STORMS)) {
    const team = await new GatedTeam().start();
    team.letGo("job");
    team.letGo("meanwhile");
    team.drop(team.job("job"));
    await team.host.finished("lead", "job");
    await team.quiet();
    const before = filesOf(team);
    for (let n = 0; n < STORM; n++)
      team.drop(storm.make(team, n), storm.make(team, 0).name === storm.make(team, 1).name);
    const began = performance.now();
    team.drop(team.job("meanwhile"));
    const done = await tally.within("work kept waiting", what, team.host.finished("lead", "meanwhile"));
    tally.check("work kept waiting", done?.status === "done", `${what}: ${done?.status}`);
    tally.most("longest that work waited in it, ms", performance.now() - began);
    await tally.within("stuck", what, team.quiet());
    await pause(200);
    await tally.within("stuck", what, team.quiet());
    const after = filesOf(team);
    // The job between them: two messages sent, a reply to the person, a plan, a synthesis.
    const came = after.kept[storm.to] - before.kept[storm.to] - (storm.to === "lead" ? 4 : 1);
    tally.check("lost", came === STORM, `${what}: ${came} of ${STORM} are kept`);
    const sent = after.sent - before.sent - 3;
    const most = storm.answered === true ? STORM : 0;
    tally.check("answered on and on", sent <= most, `${what}: ${sent} sent`);
    tally.add("messages", STORM);
    tally.add("answers, of tasks alone", sent);
    await team.host.stop();
  }
  tally.record("F16", "storms of replies, progress and tasks beside work", Object.keys(STORMS).length);
});

function filesOf(team: GatedTeam) {
  const count = (agent: Agent, place: "archive" | "dead" | "outbox") =>
    filesBelow(team.mailbox(agent, place)).filter((name) => !name.endsWith(".reason.md")).length;
  const kept = { lead: 0, worker: 0 };
  let sent = 0;
  for (const agent of AGENTS) {
    kept[agent] = count(agent, "archive") + count(agent, "dead");
    sent += count(agent, "outbox");
  }
  return { kept, sent };
}

function envelope(n: number) {
  return {
    clawflow: 2 as const,
    version: 2 as const,
    id: `m-storm-${n}-${randomBytes(6).toString("hex")}`,
    task_id: "job",
    subtask_id: "work",
    attempt: 1,
    sent_at: "2026-11-20T12:00:00.000Z",
    from: "worker",
    to: "lead",
  };
}

function reply(n: number, change: Partial<ReplyMessage>): Copy {
  return copyOf({
    ...envelope(n),
    type: "reply",
    status: "done",
    completed_at: "2026-11-20T12:00:00.000Z",
    used: {},
    body: { results: `other results ${n}` },
    ...change,
  } as ReplyMessage);
}

function progress(n: number): Copy {
  return copyOf({ ...envelope(n), type: "progress", body: { text: `at work ${n}` } } as ProgressMessage);
}

function otherTask(n: number, from = "lead"): Copy {
  const body = { title: "more", context: "", instructions: "more", expected_output: "" };
  const message = { ...envelope(n), type: "task", task_id: `more-${n}`, from, to: "worker", body };
  return copyOf(message as unknown as Message);
}

function later(copy: Copy): Copy {
  return { ...copy, bytes: Buffer.from(copy.bytes.toString().replace("clawflow: 2", "clawflow: 9")) };
}
