import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { HostEvent } from "../../src/host/events.ts";
import { nodeClock } from "../../src/host/node-clock.ts";
import { submitTask } from "../../src/host/submit.ts";
import { NoticeFinder } from "../../src/notify/find-notices.ts";
import { readRules } from "../../src/notify/rules.ts";
import { startNotify } from "../../src/notify/start-notify.ts";
import type { Delivers } from "../../src/notify/types.ts";
import type { Notification, NotifyRule } from "../../src/protocol/notify.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { openRoot } from "../../src/view/root-view.ts";
import { readStatus } from "../../src/view/status.ts";
import { tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";

const disk = nodeDisk();
const COMMAND: NotifyRule["to"] = { command: ["tell"], timeout: "10s" };
const ALL: NotifyRule[] = [
  { on: ["needs-you", "failed", "finished", { budget: "80%" }, { stuck: "1ms" }], to: COMMAND },
];

/** Splits into as many pieces as it is told; a piece fails, asks or is done. */
const lead: BrainFunction = ({ kind, task }) => {
  if (task.instructions === "broken") return { error: "it cannot be done" };
  if (kind === "synthesise") return { results: "done", used: { tokens: 10 } };
  const pieces = task.instructions.split(" ").map((word, index) => [`p${index}`, word] as const);
  const subtasks = pieces.map(([id, word]) => [id, { agent: "worker", description: word, depends_on: [] }]);
  return { subtasks: Object.fromEntries(subtasks), policy: { on_failure: "continue" } };
};
const worker: BrainFunction = ({ task, asked }) => {
  if (task.instructions === "ask" && asked === 1) return { ask: "Which one?" };
  if (task.instructions === "fail") return { error: "it does not work" };
  return { results: "ok", used: { tokens: 90 } };
};

async function run(root: string, rules: readonly NotifyRule[], deliver: NonNullable<Delivers["command"]>) {
  const agents = { lead: { brain: lead, peers: ["worker"] }, worker: { brain: worker, concurrency: 8 } };
  const host = await createHost({ root, agents, durability: "os" });
  const events: HostEvent[] = [];
  host.on((event) => events.push(event));
  const problems: string[] = [];
  const workspaces = new Map(host.agents.map((agent) => [agent, host.place(agent).directory]));
  const notify = await startNotify(host, {
    rules,
    disk,
    clock: nodeClock(),
    root,
    hostDirectory: join(root, ".clawflow"),
    agents: workspaces,
    view: {},
    delivers: { command: deliver },
    onProblem: (text) => problems.push(text),
  });
  host.beforeStop(() => notify.stop());
  await host.start();
  return { host, events, problems, workspaces };
}

test("a job's question is told once, also over a restart", async () => {
  const root = tempRoot();
  const told: Notification[] = [];
  const deliver = async (_: unknown, notification: Notification) => void told.push(notification);
  const kinds = () =>
    told.flatMap(({ events }) =>
      events.map(({ kind, problem, agent }) => `${kind} ${problem ?? ""} ${agent}`),
    );
  const first = await run(root, ALL, deliver);
  const { task_id } = await submitTask(first.host, "lead", {
    title: "Job",
    instructions: "one ask",
    budget: { tokens: 200 },
  });
  await until(() => kinds().some((kind) => kind.startsWith("needs-you answer worker")) || undefined);
  await first.host.stop();
  const second = await run(root, ALL, deliver);
  const asked = told.flatMap(({ events }) => events).find(({ problem }) => problem === "answer");
  expect(asked?.command).toBe(`clawflow answer ${asked?.task} "…"`);
  expect(asked?.job).toBe(task_id);
  await second.host.stop();
  expect(kinds().filter((kind) => kind.startsWith("needs-you"))).toEqual(["needs-you answer worker"]);
  expect([...first.problems, ...second.problems]).toEqual([]);
});

test("what a job that ends with its host did is told before the host is gone; failed parts are the job's own", async () => {
  const root = tempRoot();
  const told: Notification[] = [];
  const { host } = await run(root, ALL, async (_, notification) => void told.push(notification));
  const { task_id } = await submitTask(host, "lead", {
    instructions: "one two fail",
    budget: { tokens: 200 },
  });
  await host.finished("lead", task_id);
  await host.stop();
  const events = told.flatMap((message) => message.events);
  expect(events.map(({ kind, agent, task, status }) => [kind, agent, task, status])).toEqual([
    ["finished", "lead", task_id, "done"],
  ]);
});

test("a place that hangs keeps no task: the same events and messages as without any rule, and the next host tells it", async () => {
  const counts = async (rules: readonly NotifyRule[], deliver: NonNullable<Delivers["command"]>) => {
    const root = tempRoot();
    const { host, events } = await run(root, rules, deliver);
    const job = await submitTask(host, "lead", { instructions: "a b c d e f g h" });
    await host.finished("lead", job.task_id);
    const finished = events.filter(({ type }) => type === "task:finished").length;
    const sent = events.filter(({ type }) => type === "message:sent").length;
    const asked = events.filter(({ type }) => type === "brain:asked").length;
    await host.stop();
    return { root, task: job.task_id, counts: [finished, sent, asked] };
  };
  const ids: string[] = [];
  const hung = await counts(ALL, (_, { id }, signal) => {
    ids.push(id);
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const bare = await counts([], async () => {});
  expect(hung.counts).toEqual(bare.counts);
  expect(ids.length).toBe(1);
  const log = readFileSync(join(hung.root, ".clawflow/notify/log.jsonl"), "utf8");
  expect(log).not.toContain('"do":"told"');
  const told: Notification[] = [];
  const next = await run(hung.root, ALL, async (_, notification) => void told.push(notification));
  await until(() => told.length > 0 || undefined);
  await next.host.stop();
  expect(told.map(({ id, try: n, events }) => [id, n, events.map(({ task }) => task)])).toEqual([
    [ids[0], 2, [hung.task]],
  ]);
});

test("what needs a person is what `clawflow status` says", async () => {
  const root = tempRoot();
  const { host, workspaces } = await run(root, [], async () => {});
  const waits = new Set<string>();
  host.on((event) => event.type === "task:waiting" && waits.add(event.task));
  for (const words of ["ask one", "broken", "ask ask"])
    await submitTask(host, "lead", { title: words, instructions: words, budget: { tokens: 110 } });
  await until(() => waits.size === 3 || undefined);
  await host.stop();
  const now = Date.now();
  const view = openRoot(disk, workspaces);
  const { problems } = readStatus(view, { now, pendingAfter: 60_000, lately: 60_000 });
  const finder = new NoticeFinder(
    { disk, agents: workspaces, hosted: [...workspaces.keys()], view: {}, task: () => undefined },
    readRules(ALL),
  );
  const found = finder.find({ now: now + 1_000, lately: 60_000, stuck: true });
  const asNeeds = found.filter(({ problem }) => problem !== undefined);
  const key = (one: { agent: string; text: string; since?: string | undefined }) =>
    `${one.agent} ${one.since} ${one.text}`;
  expect(problems.length).toBe(4);
  expect(asNeeds.map((one) => `${one.problem} ${one.task} ${key(one)}`).sort()).toEqual(
    problems.map((one) => `${one.kind} ${one.task_id} ${key(one)}`).sort(),
  );
  const jobs = (kind: string) =>
    found.filter((one) => one.kind === kind).map(({ title, limit }) => [title, limit]);
  expect(jobs("stuck").sort()).toEqual([
    ["ask ask", "1ms"],
    ["ask one", "1ms"],
  ]);
  expect(jobs("budget")).toEqual([["ask one", "80% of tokens"]]);
  const patient = new NoticeFinder(
    { disk, agents: workspaces, hosted: [...workspaces.keys()], view: {}, task: () => undefined },
    readRules([{ on: [{ stuck: "30m" }], to: COMMAND }]),
  );
  const after = (minutes: number) =>
    patient
      .find({ now: now + minutes * 60_000, lately: 60_000, stuck: true })
      .filter(({ kind }) => kind === "stuck").length;
  expect([after(29), after(31)]).toEqual([0, 2]);
});
