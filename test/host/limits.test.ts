import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { createHost } from "../../src/host/create-host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { faultsOf } from "./files.ts";
import { runTask, startHost, tempRoot } from "./team.ts";

/** Counts how many of it run at once. */
function counted() {
  const count = { now: 0, most: 0, asked: 0 };
  const brain: BrainFunction = async () => {
    count.asked++;
    count.most = Math.max(count.most, ++count.now);
    await pause(40);
    count.now--;
    return "x";
  };
  return { count, brain };
}

const fanOut =
  (agents: string[]): BrainFunction =>
  ({ kind }) =>
    kind === "synthesise"
      ? "all"
      : {
          subtasks: Object.fromEntries(
            agents.map((agent, n) => [`s${n}`, { agent, description: "x", depends_on: [] }]),
          ),
        };

test("C05: nothing need be set", async () => {
  const root = tempRoot();
  const host = await createHost({ root, agents: { a: { brain: ({ task }) => `${task.instructions}!` } } });
  await host.start();
  expect((await runTask(host, "a", "hello")).text.output).toBe("hello!");
  await host.stop();
  expect(faultsOf(root, ["a"])).toEqual([]);
});

test.each([
  [1, 1],
  [3, 3],
])("an agent with concurrency %i has at most so many brains", async (concurrency, most) => {
  const { count, brain } = counted();
  const host = await startHost({
    root: tempRoot(),
    limits: { brains: 10 },
    agents: { lead: { brain: fanOut(Array(8).fill("w")), peers: ["w"] }, w: { brain, concurrency } },
  });
  expect((await runTask(host, "lead", "go")).status).toBe("done");
  expect([count.asked, count.most]).toEqual([8, most]);
});

test("a host has at most so many brains, whosesoever they are", async () => {
  const { count, brain } = counted();
  const workers = ["w1", "w2", "w3", "w4"];
  const host = await startHost({
    root: tempRoot(),
    limits: { brains: 2 },
    agents: {
      lead: { brain: fanOut([...workers, ...workers]), peers: ["*"] },
      ...Object.fromEntries(workers.map((id) => [id, { brain, concurrency: 4 }])),
    },
  });
  await runTask(host, "lead", "go");
  expect([count.asked, count.most]).toEqual([8, 2]);
});

test("a task has at most so many subtasks under way", async () => {
  const { count, brain } = counted();
  const host = await startHost({
    root: tempRoot(),
    limits: { brains: 20, concurrency: 3 },
    agents: { lead: { brain: fanOut(Array(9).fill("w")), peers: ["w"] }, w: { brain, concurrency: 9 } },
  });
  await runTask(host, "lead", "go");
  expect([count.asked, count.most]).toEqual([9, 3]);
});

test("D11: work that goes deeper than the limit is refused, and the reason travels up", async () => {
  const root = tempRoot();
  const down = (peer: string): BrainFunction => fanOut([peer]);
  const host = await startHost({
    root,
    limits: { depth: 2 },
    agents: {
      a: { brain: down("b"), peers: ["b"] },
      b: { brain: down("c"), peers: ["c"] },
      c: { brain: down("d"), peers: ["d"] },
      d: { brain: () => "never" },
    },
  });
  const task = await runTask(host, "a", "go");
  expect([task.status, task.error]).toEqual(["failed", expect.stringContaining("E_DEPTH")]);
  expect(host.task("d", `${task.task_id}.s0.s0.s0`)).toBeUndefined();
  await host.stop();
  expect(faultsOf(root, ["a", "b", "c", "d"])).toEqual([]);
});

test("D11: two agents that hand work to and fro come to an end", async () => {
  const host = await startHost({
    root: tempRoot(),
    limits: { depth: 50 },
    agents: { a: { brain: fanOut(["b"]), peers: ["b"] }, b: { brain: fanOut(["a"]), peers: ["a"] } },
  });
  const task = await runTask(host, "a", "go");
  expect([task.status, task.error]).toEqual(["failed", expect.stringContaining("E_PATH")]);
});

test("D11: a plan of too many subtasks is refused", async () => {
  const host = await startHost({
    root: tempRoot(),
    limits: { subtasks: 3 },
    agents: { lead: { brain: fanOut(Array(4).fill("w")), peers: ["w"] }, w: { brain: () => "x" } },
  });
  expect((await runTask(host, "lead", "go")).error).toMatch(/E_LIMIT/);
});

test("a budget holds over all levels", async () => {
  const root = tempRoot();
  const host = await startHost({
    root,
    agents: {
      lead: { brain: fanOut(["mid", "mid", "mid"]), peers: ["mid"] },
      mid: { brain: fanOut(["w", "w", "w"]), peers: ["w"], concurrency: 3 },
      w: { brain: () => ({ results: "x", used: { tokens: 100 } }), concurrency: 9 },
    },
  });
  const run = async (budget: { tasks?: number; tokens?: number }) => {
    const { task_id } = await submitTask(host, "lead", { instructions: "go", budget });
    return await host.finished("lead", task_id);
  };
  // The task itself, three below it, and three below each of those.
  expect((await run({ tasks: 13 })).status).toBe("done");
  const short = await run({ tasks: 8 });
  expect([short.status, short.error]).toEqual(["failed", expect.stringContaining("E_BUDGET")]);
  const tokens = await run({ tokens: 300 });
  expect([tokens.status, tokens.error]).toEqual(["failed", expect.stringContaining("E_BUDGET")]);
  await host.stop();
  expect(faultsOf(root, ["lead", "mid", "w"])).toEqual([]);
});

test("C04: how long a TASK may stay undelivered is a limit that can be set", async () => {
  const root = tempRoot();
  const host = await startHost({
    root,
    only: ["lead"],
    limits: { delivery: "300ms" },
    agents: { lead: { brain: fanOut(["away"]), peers: ["away"] }, away: { brain: () => "x" } },
  });
  const task = await runTask(host, "lead", "go");
  expect([task.status, task.error]).toEqual(["failed", expect.stringContaining("E_UNDELIVERED")]);
  expect(task.error).toContain("300ms");
});

test("what its receiver would refuse is refused to the one who submits it", async () => {
  const host = await startHost({
    root: tempRoot(),
    agents: { a: { brain: () => "x" } },
    limits: { message_bytes: 2_000 },
  });
  const given = { instructions: "x" };
  await expect(submitTask(host, "a", { ...given, budget: { tokens: -1 } })).rejects.toMatchObject({
    code: "E_FIELD",
  });
  await expect(submitTask(host, "a", { ...given, deadline_in: -1 })).rejects.toMatchObject({
    code: "E_FIELD",
  });
  await expect(submitTask(host, "a", "x".repeat(2_000))).rejects.toMatchObject({ code: "E_TOO_LARGE" });
  expect((await runTask(host, "a", "x".repeat(1_000))).status).toBe("done");
});

test("limits that are none are named", async () => {
  const made = createHost({ root: tempRoot(), agents: {}, limits: { depth: -1 } });
  await expect(made).rejects.toMatchObject({
    code: "E_CONFIG",
    message: expect.stringMatching(/^limits\.depth: /),
  });
});

test.each(["b", "constructor"])("a peer that is no agent is named: %s", async (peer) => {
  const agents = { a: { brain: () => "x", peers: [peer] } };
  await expect(createHost({ root: tempRoot(), agents })).rejects.toMatchObject({
    code: "E_CONFIG",
    detail: { at: "agents.a.peers" },
  });
});
