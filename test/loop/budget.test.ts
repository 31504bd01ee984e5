import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { remaining, usedAmounts } from "../../src/loop/budget.ts";
import { seededRandom } from "../sim/random.ts";
import { control, plan, replyTo, taskFrom } from "./letters.ts";
import { expectAtRest, Network } from "./network.ts";
import { considering, executing, finishAll } from "./scenes.ts";
import type { Station } from "./station.ts";
import { brainOf, stations, tree } from "./tree.ts";

const three = plan({ a: "reader", b: "reader", c: ["reader", "a", "b"] }, { on_failure: "continue" });

function left(station: Station) {
  return remaining(station.task(), station.task().subtasks);
}

describe("shares", () => {
  it("are the rest, less one for the synthesis, among those not yet sent", () => {
    const station = executing(three, {}, { budget: { tokens: 1_000, usd: 4 } });
    expect(station.taskOf("a").budget).toEqual({ tokens: 250, usd: 1 });
    expect(station.taskOf("b").budget).toEqual({ tokens: 250, usd: 1 });
    const used = { tasks: 1, tokens: 50 };
    station.deliver(replyTo(station.taskOf("a"), { used }), replyTo(station.taskOf("b"), { used }));
    expect(station.taskOf("c").budget).toEqual({ tokens: 450, usd: 2 });
  });

  it("of tasks leave none unused, and count the task itself", () => {
    const station = executing(three, {}, { budget: { tasks: 8 } });
    expect(station.taskOf("a").budget).toEqual({ tasks: 2 });
    expect(station.taskOf("b").budget).toEqual({ tasks: 2 });
    finishAll(station);
    expect(station.taskOf("c").budget).toEqual({ tasks: 5 });
  });

  it("of a subtask with its own figure are that figure", () => {
    const station = executing(
      plan({ a: { budget: { tokens: 700 } }, b: "reader" }),
      {},
      { budget: { tokens: 1_000 } },
    );
    expect(station.taskOf("a").budget).toEqual({ tokens: 700 });
    expect(station.taskOf("b").budget).toEqual({ tokens: 150 });
  });

  it("without a budget there is none but its own figure", () => {
    const station = executing(plan({ a: { budget: { tokens: 5 } }, b: "reader" }));
    expect(station.taskOf("a").budget).toEqual({ tokens: 5 });
    expect(station.taskOf("b").budget).toBeUndefined();
  });

  it("of a subtask of one's own cost no task of anybody's", () => {
    const station = executing(plan({ own: "self", a: "reader" }), {}, { budget: { tasks: 2, tokens: 90 } });
    expect(station.asks[0]?.question.task.budget).toEqual({ tokens: 30 });
    expect(station.taskOf("a").budget).toMatchObject({ tasks: 1 });
  });
});

describe("a grant", () => {
  it("counts in full until a reply says what was used", () => {
    const station = executing(plan({ a: "reader" }), {}, { budget: { tokens: 1_000 } });
    expect(left(station)).toEqual({ tokens: 500 });
    station.deliver(replyTo(station.taskOf("a"), { used: { tasks: 1, tokens: 20 } }));
    expect(left(station)).toEqual({ tokens: 980 });
  });

  it("H28: of an attempt that never reported stays spent in full, so the next gets less", () => {
    const station = executing(
      plan({ a: { max_attempts: 2, timeout: "1m" } }),
      {},
      { budget: { tokens: 1_000 } },
    );
    expect(station.taskOf("a").budget).toEqual({ tokens: 500 });
    station.pass(60_000);
    station.pass(1_000);
    expect(station.taskOf("a")).toMatchObject({ attempt: 2, budget: { tokens: 250 } });
    station.deliver(replyTo({ ...station.taskOf("a"), attempt: 1 }, { used: { tokens: 1 }, error: "late" }));
    expect(left(station)).toEqual({ tokens: 250 });
  });

  it("of a subtask that was cancelled stays spent in full", () => {
    const station = executing(three, {}, { budget: { tokens: 1_000 } });
    station.deliver(control("cancel", { task_id: "root.part", subtask_id: "a" }));
    expect(left(station)).toEqual({ tokens: 500 });
    station.deliver(control("cancel", { task_id: "root.part" }));
    expect(station.reply.used).toMatchObject({ tokens: 500 });
  });

  it("H28: of an attempt that a person had done again stays spent in full", () => {
    const station = executing(plan({ a: "reader" }), {}, { budget: { tokens: 1_000 } });
    station.deliver(control("retry", { task_id: "root.part", subtask_id: "a" }));
    expect(station.taskOf("a")).toMatchObject({ attempt: 2, budget: { tokens: 250 } });
    expect(left(station)).toEqual({ tokens: 250 });
  });

  it("to a peer of version 1, which reports nothing, stays spent in full", () => {
    const station = executing(plan({ a: "reader" }), {}, { budget: { tokens: 1_000, tasks: 9 } });
    const { used: _, ...reply } = replyTo(station.taskOf("a"), { results: "R", version: 1 });
    station.deliver(reply as ReturnType<typeof replyTo>);
    expect(left(station)).toEqual({ tokens: 500, tasks: 0 });
  });

  it("of a subtask of one's own is only its bound: what was used counts once", () => {
    const station = executing(plan({ own: "self" }), {}, { budget: { tokens: 1_000 } });
    station.answer({ results: "R", used: { tokens: 30 } });
    expect(left(station)).toEqual({ tokens: 970 });
  });

  it("ends with a refused plan of a subtask of one's own, which used what its brain said", () => {
    const tolerant = plan({ own: "self", a: "reader" }, { on_failure: "continue" });
    const station = executing(tolerant, {}, { budget: { tokens: 900 } });
    for (const _ of [1, 2]) station.answer({ ...plan({ x: "nobody" }), used: { tokens: 10 } });
    expect(station.statuses.own).toBe("failed");
    expect(usedAmounts({ used: station.task().used }, new Map())).toMatchObject({ tokens: 20 });
    expect(left(station)).toEqual({ tokens: 900 - 20 - (station.subtask("a").granted?.tokens ?? 0) });
  });
});

describe("a budget", () => {
  it("that does not suffice refuses the dispatch, and the reason travels up", () => {
    const station = executing(three, {}, { budget: { tasks: 2 } });
    expect(station.statuses).toEqual({ a: "dispatched", b: "failed", c: "skipped" });
    expect(station.subtask("b").error).toMatch(/^E_BUDGET/);
    const strict = executing({ ...three, policy: { on_failure: "fail-fast" } }, {}, { budget: { tasks: 2 } });
    expect(strict.reply.body.error).toMatch(/^E_SUBTASK: b \(reader\) failed: E_BUDGET/);
  });

  it("that is overdrawn leaves no synthesis", () => {
    const station = executing(plan({ a: "reader" }), {}, { budget: { tokens: 100 } });
    station.deliver(replyTo(station.taskOf("a"), { used: { tasks: 1, tokens: 100 } }));
    expect(station.asks).toEqual([]);
    expect(station.reply).toMatchObject({
      status: "failed",
      body: { error: expect.stringMatching(/^E_BUDGET.*tokens/) },
    });
  });

  it("is told with what is left of it", () => {
    const station = considering({}, { budget: { tokens: 100, tasks: 5 } });
    expect(station.asks[0]?.question.task.budget).toEqual({ tokens: 100, tasks: 4 });
  });

  it("the reply says what the task and all below it used", () => {
    const station = considering();
    station.answer({ ...plan({ a: "reader", b: "reader" }), used: { tokens: 5, usd: 0.1 } });
    const used = { tasks: 3, tokens: 50, seconds: 2 };
    station.deliver(replyTo(station.taskOf("a"), { used }), replyTo(station.taskOf("b"), { used }));
    station.answer({ results: "R", used: { tokens: 7 } });
    expect(station.reply.used).toEqual({ tasks: 7, tokens: 112, usd: 0.1, seconds: 6 });
  });

  it("a late reply counts once, for what the attempt had no grant of", () => {
    const station = executing(three);
    const { id: _, ...task } = station.taskOf("a");
    station.deliver(control("cancel", { task_id: "root.part", subtask_id: "a" }));
    const late = replyTo({ ...task, id: "x" }, { status: "cancelled", used: { tasks: 2, tokens: 9 } });
    station.deliver(late);
    station.deliver(late);
    expect(station.subtask("a").used).toEqual({ tasks: 2, tokens: 9 });
    expect(station.disposalOf(late)[0]).toMatchObject({
      to: "archive",
      note: expect.stringMatching(/^late/),
    });
  });
});

describe("a budget of tasks", () => {
  const order = fc.record({
    seed: fc.nat(),
    duplicates: fc.constantFrom(0, 40),
    restarts: fc.constantFrom(0, 5),
  });

  property.prop([tree({ depth: 4 }), fc.integer({ min: 1, max: 40 }), order], { numRuns: 100 })(
    "is never exceeded, over all levels, attempts and orders",
    (script, tasks, { seed, ...how }) => {
      const network = new Network({
        stations: stations(),
        brain: brainOf(script),
        ...how,
        random: seededRandom(seed),
      });
      network.send(taskFrom("human", { to: "a0", instructions: "0", budget: { tasks } }));
      network.run();
      expectAtRest(network);
      expect(network.tasks().length).toBeLessThanOrEqual(tasks);
      expect(network.replies[0]?.used?.tasks).toBeLessThanOrEqual(tasks);
    },
  );
});
