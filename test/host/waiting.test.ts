import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { HostEvent } from "../../src/host/events.ts";
import type { Host } from "../../src/host/host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { ControlMessage } from "../../src/protocol/message.ts";
import { control, taskFrom } from "../loop/letters.ts";
import { fastClock } from "./fast-clock.ts";
import { faultsOf } from "./files.ts";
import { post } from "./post.ts";
import { startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const together: BrainFunction = ({ results }) =>
  Object.values(results ?? {})
    .map((result) => result.results)
    .join(" ");
/** Splits into one piece for the worker, or for itself. */
const splitFor =
  (agent: string): BrainFunction =>
  (question, tools) =>
    question.kind === "synthesise"
      ? together(question, tools)
      : { subtasks: { part: { agent, description: "do it", depends_on: [], timeout: "99h" } } };

const say = (kind: ControlMessage["control"], task_id: string, over: Parameters<typeof control>[1] = {}) =>
  control(kind, { task_id, ...over });

const waitsFor = (host: Host, agent: string, id: string, kind: string) =>
  until(() => host.task(agent, id)?.waiting?.for === kind || undefined, `${id} waiting for an ${kind}`);

test("a plan waits for its approval over a restart; an approval of another plan is refused", async () => {
  const root = tempRoot();
  const options = {
    root,
    agents: { lead: { brain: splitFor("worker"), peers: ["worker"] }, worker: { brain: () => "the work" } },
    policy: { approval: "always" as const },
  };
  const first = await createHost({ ...options, durability: "os" });
  await first.start();
  const { task_id } = await submitTask(first, "lead", { instructions: "go" });
  await waitsFor(first, "lead", task_id, "approval");
  await first.stop();

  const wrong = say("approve", task_id, { plan: "000000000000", sent_at: "2026-11-01T10:00:00.000Z" });
  await post(root, wrong);
  const second = await startHost(options);
  const dead = join(root, "lead", "mailbox", "dead");
  await until(() => readdirSync(dead).length > 0, "the dead letter");
  expect(
    readFileSync(join(dead, `${messageFileName(wrong)}`.replace(/\.md$/, ".reason.md")), "utf8"),
  ).toMatch(/^E_STATE: approve: the plan has changed since/);
  const plan = second.task("lead", task_id)?.waiting?.plan ?? "";
  await post(root, say("approve", task_id, { plan }));
  expect(await second.finished("lead", task_id)).toMatchObject({ status: "done" });
  await second.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("a rejected plan is made anew by the brain, which is told why", async () => {
  const root = tempRoot();
  const problems: string[] = [];
  const lead: BrainFunction = ({ kind, problem, ...question }, tools) => {
    if (kind !== "consider") return together({ kind, ...question }, tools);
    if (problem === undefined) return splitFor("worker")({ kind, ...question }, tools);
    problems.push(problem);
    return "alone, then";
  };
  const agents = { lead: { brain: lead, peers: ["worker"] }, worker: { brain: () => "never" } };
  const host = await startHost({ root, agents });
  const { task_id } = await submitTask(host, "lead", { instructions: "go", policy: { approval: "first" } });
  await waitsFor(host, "lead", task_id, "approval");
  await post(root, say("reject", task_id, { text: "the worker is on holiday" }));
  const task = await host.finished("lead", task_id);
  expect(task).toMatchObject({ status: "done", text: { output: "alone, then" } });
  expect(problems).toEqual([
    expect.stringContaining("rejected by human: the worker is on holiday\n\nThe plan was:\n- part (worker)"),
  ]);
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("a subtask of one's own asks, waits over a restart, and goes on with the answer", async () => {
  const root = tempRoot();
  const lead: BrainFunction = (question, tools) => {
    if (question.kind !== "subtask") return splitFor("self")(question, tools);
    const answered = /Answer of human: (.*)/.exec(question.task.context)?.[1];
    return answered === undefined ? { ask: "Which colour?" } : `A ${answered} one`;
  };
  const agents = { lead: { brain: lead } };
  const first = await createHost({ root, agents, durability: "os" });
  const events: HostEvent[] = [];
  first.on((event) => events.push(event));
  await first.start();
  const { task_id } = await submitTask(first, "lead", { instructions: "go" });
  const own = (host: Host) => host.task("lead", task_id)?.subtasks.get("part");
  await until(() => own(first)?.waiting?.text, "the question");
  await first.stop();
  expect(faultsOf(root, ["lead"])).toEqual([]);
  expect(events.filter(({ type }) => type === "task:waiting")).toEqual([
    {
      type: "task:waiting",
      agent: "lead",
      task: task_id,
      subtask: "part",
      for: "answer",
      text: "Which colour?",
    },
  ]);

  const second = await startHost({ root, agents });
  expect(own(second)).toMatchObject({ status: "dispatched", waiting: { text: "Which colour?" } });
  await post(root, say("answer", task_id, { subtask_id: "part", text: "red" }));
  expect((await second.finished("lead", task_id)).text.output).toBe("A red one");
  await second.stop();
  expect(faultsOf(root, ["lead"])).toEqual([]);
});

test("a person is reminded by messages in the outbox, and what nobody answers is a no", async () => {
  const root = tempRoot();
  const asked: string[] = [];
  const lead: BrainFunction = ({ task }) => {
    asked.push(task.context);
    return { ask: "May I?" };
  };
  const events: HostEvent[] = [];
  const clock = fastClock(3_600);
  const host = await startHost({
    root,
    agents: { lead: { brain: lead } },
    limits: { answer: "3h", reminder: "1h" },
    ports: { clock },
  });
  host.on((event) => events.push(event));
  const { task_id } = await submitTask(host, "lead", { instructions: "go" });
  const task = await host.finished("lead", task_id);
  expect(task).toMatchObject({ status: "failed", error: "E_TIMEOUT: nobody answered within 3h: May I?" });
  expect(asked).toHaveLength(2);
  expect(asked[1]).toBe("Question: May I?\nAnswer: no (nobody answered within 3h)");
  const outbox = join(root, "lead", "mailbox", "outbox");
  const reminders = readdirSync(outbox).filter((name) => name.startsWith("progress-"));
  expect(reminders.length).toBeGreaterThanOrEqual(2);
  expect(readFileSync(join(outbox, reminders[0] ?? ""), "utf8")).toContain(`clawflow answer ${task_id}`);
  expect(events.filter(({ type }) => type === "task:waiting")).toHaveLength(2 + reminders.length);
  await host.stop();
  expect(faultsOf(root, ["lead"])).toEqual([]);
});

test("a pause reaches the agent below, lasts over a restart, and ends there too", async () => {
  const root = tempRoot();
  let asked = 0;
  const worker: BrainFunction = ({ kind, task }, tools) => {
    asked++;
    return kind === "consider" && task.instructions === "do it"
      ? { subtasks: { deep: { agent: "self", description: "deeper", depends_on: [] } } }
      : kind === "synthesise"
        ? "the work"
        : new Promise<string>((resolve, reject) => {
            tools.signal.addEventListener("abort", () => reject(tools.signal.reason));
            if (asked > 2) resolve("deep");
          });
  };
  const options = {
    root,
    agents: { lead: { brain: splitFor("worker"), peers: ["worker"] }, worker: { brain: worker } },
  };
  const first = await createHost({ ...options, durability: "os" });
  await first.start();
  const { task_id } = await submitTask(first, "lead", { instructions: "go" });
  const child = `${task_id}.part`;
  await until(() => asked === 2 || undefined, "the worker at work");
  await post(root, say("pause", task_id, { to: "lead" }));
  await until(() => first.task("worker", child)?.paused, "the pause of the child");
  await first.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);

  const second = await startHost(options);
  expect(second.task("worker", child)?.paused).toBe(true);
  await post(root, say("resume", task_id, { to: "lead" }));
  expect(await second.finished("lead", task_id)).toMatchObject({ status: "done" });
  expect(asked).toBe(4);
  await second.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("H15: what a person said while no host ran is taken in the order in which it was said", async () => {
  const root = tempRoot();
  const begun: string[] = [];
  const brain: BrainFunction = ({ task }) => {
    begun.push(task.task_id);
    return "R";
  };
  const agents = { lead: { brain } };
  await (await createHost({ root, agents, durability: "os" })).stop();
  const work = taskFrom("human", { task_id: "job" });
  const at = (minute: number) => ({ sent_at: `2026-11-01T10:0${minute}:00.000Z` });
  // Names are hashes of ids: pairs in which the later name comes first are among these.
  const said = ["job", "b", "c", "d", "e", "f"].flatMap((task_id) => [
    say("resume", task_id, at(2)),
    say("pause", task_id, at(1)),
    say("pause", task_id, at(3)),
  ]);
  const tasks = ["b", "c", "d", "e", "f"].map((task_id) => taskFrom("human", { task_id }));
  await post(root, ...said, work, ...tasks);
  const host = await startHost({ root, agents });
  for (const { task_id } of [work, ...tasks])
    await until(() => host.task("lead", task_id)?.controls?.length === 3 || undefined, task_id);
  for (const { task_id } of [work, ...tasks]) {
    const order = host
      .task("lead", task_id)
      ?.controls?.map((id) => said.find((one) => one.id === id)?.sent_at);
    expect(order).toEqual([at(1), at(2), at(3)].map(({ sent_at }) => sent_at));
    expect(host.task("lead", task_id)?.paused).toBe(true);
  }
  expect(readdirSync(join(root, "lead", "mailbox", "dead"))).toEqual([]);
  // A brain that waits for its turn is not asked during a pause.
  expect(begun).toEqual([]);
  await post(root, say("resume", "d"));
  expect(await host.finished("lead", "d")).toMatchObject({ status: "done" });
  expect(begun).toEqual(["d"]);
});

test("no agent can decide, whatever it sends", async () => {
  const root = tempRoot();
  const agents = { lead: { brain: splitFor("worker"), peers: ["worker"] }, worker: { brain: () => "R" } };
  const host = await startHost({ root, agents, policy: { approval: "always" } });
  const { task_id } = await submitTask(host, "lead", { instructions: "go" });
  await waitsFor(host, "lead", task_id, "approval");
  const said = (["approve", "reject", "answer", "retry"] as const).flatMap((kind) =>
    ["worker", "lead"].map((from) => say(kind, task_id, { from })),
  );
  await post(root, ...said);
  const dead = join(root, "lead", "mailbox", "dead");
  const reasons = () => readdirSync(dead).filter((name) => name.endsWith(".reason.md"));
  await until(() => reasons().length === said.length || undefined, "the dead letters");
  for (const name of reasons())
    expect(readFileSync(join(dead, name), "utf8")).toMatch(/^E_(NOT_YOURS|NOT_FOUND)/);
  expect(host.task("lead", task_id)).toMatchObject({ status: "planning", waiting: { for: "approval" } });
});
