import { describe, expect, it } from "vitest";
import type { PlanOutcome } from "../../src/protocol/outcome.ts";
import type { Policy } from "../../src/protocol/task.ts";
import { control, outcomeFrom, PLAN_TEXT, plan, replyTo, taskFrom } from "./letters.ts";
import { considering, executing, executingForHuman, finishAll, fromBoss } from "./scenes.ts";
import { Station } from "./station.ts";

const trace = (depth: number, path: string[]) => ({ root: "root", depth, path });

/** Answers with a bad plan, and gives what the brain is told. */
function refusal(bad: PlanOutcome, station = considering()): string {
  station.answer(bad);
  expect(station.sent).toEqual([]);
  expect(station.asks).toHaveLength(1);
  return station.asks[0]?.question.problem ?? "";
}

describe("a plan", () => {
  it("that is refused goes back once with the error; the next one counts", () => {
    const station = considering();
    expect(refusal(plan({ a: "nobody" }), station)).toMatch(/refused.*E_UNKNOWN_AGENT/);
    expect(station.task().status).toBe("planning");
    station.answer(plan({ a: "reader" }));
    expect(station.statuses).toEqual({ a: "dispatched" });
  });

  it("that is refused twice fails the task, with the error in the reply", () => {
    const station = considering();
    refusal(plan({ a: "nobody" }), station);
    station.answer(plan({ a: "nobody" }));
    expect(station.reply).toMatchObject({
      status: "failed",
      body: { error: expect.stringMatching(/^E_UNKNOWN_AGENT/) },
    });
    expect(station.task().subtasks.size).toBe(0);
  });

  it("keeps that it was refused through a passing error of the brain", () => {
    const station = considering();
    refusal(plan({ a: "nobody" }), station);
    station.answer({ error: "E_BRAIN: busy", passing: true });
    station.pass(1_000);
    expect(station.asks[0]?.question.problem).toMatch(/E_UNKNOWN_AGENT/);
    station.answer(plan({ a: "nobody" }));
    expect(station.task().status).toBe("failed");
  });

  it("with a cycle is refused with the cycle named", () => {
    const cyclic = plan({ a: ["reader", "c"], b: ["reader", "a"], c: ["reader", "b"] });
    expect(refusal(cyclic)).toMatch(/E_CYCLE.*a -> c -> b -> a/);
  });

  it("for an unknown agent is refused with those that can be reached", () => {
    expect(refusal(plan({ a: "wrter" }))).toMatch(/E_UNKNOWN_AGENT.*reader, writer, self.*"wrter"/);
  });

  it.each([
    ["E_DEPENDENCY", plan({ a: ["reader", "zero"] })],
    ["E_SELF_SEND", plan({ a: "lead" })],
    ["E_ID", plan({ A: "reader" })],
    ["E_PLAN", plan({})],
    ["E_PLAN", plan({ a: { timeout: "soon" } })],
  ])("is refused with %s", (code, bad) => {
    expect(refusal(bad)).toContain(code);
  });

  it("of more subtasks than the limit is refused", () => {
    const station = considering({ limits: { subtasks: 2 } });
    expect(refusal(plan({ a: "reader", b: "reader", c: "reader" }), station)).toContain("E_LIMIT");
  });

  it("at the lowest level is refused with the depth; agent self is allowed there", () => {
    const station = considering({ limits: { depth: 1 } });
    expect(station.asks[0]?.question.peers).toEqual([]);
    expect(refusal(plan({ a: "reader" }), station)).toContain("E_DEPTH");
    station.answer(plan({ a: "self" }));
    expect(station.statuses).toEqual({ a: "dispatched" });
  });

  it("may lead to an agent a second time (A → B → A), not a third", () => {
    const twice = considering({ id: "b", peers: ["a"] }, { to: "b", trace: trace(1, ["a", "b"]) });
    twice.answer(plan({ x: "a" }));
    expect(twice.taskOf("x").trace?.path).toEqual(["a", "b", "a"]);
    const thrice = considering(
      { id: "b", peers: ["a", "c"] },
      { to: "b", trace: trace(3, ["a", "b", "a", "b"]) },
    );
    expect(thrice.asks[0]?.question.peers.map(({ id }) => id)).toEqual(["c"]);
    expect(refusal(plan({ x: "a" }), thrice)).toMatch(/E_PATH.*a -> b -> a -> b/);
  });

  it("can neither lift nor weaken the approval its task came with", () => {
    const station = considering({}, { policy: { approval: "always" } });
    station.answer(plan({ a: "reader" }, { approval: "never" }));
    expect(station.task()).toMatchObject({ waiting: { for: "approval" }, policy: { approval: "always" } });
    expect(station.sent).toEqual([]);
  });

  it("may ask for an approval of its own", () => {
    const station = considering();
    station.answer(plan({ a: "reader" }, { approval: "always" }));
    expect(station.task().waiting?.for).toBe("approval");
  });

  it.each([
    [{ above: { subtasks: 1 } }, true],
    [{ above: { subtasks: 2 } }, false],
    ["first" as const, false],
  ])("waits for approval as the policy says: %j", (approval, waits) => {
    const station = considering({}, { policy: { approval } });
    station.answer(plan({ a: "reader", b: "reader" }));
    expect(station.task().waiting !== undefined).toBe(waits);
  });

  it("that was approved is executed, once", () => {
    const station = considering({}, { policy: { approval: "always" } });
    station.answer(plan({ a: "reader" }));
    station.deliver(control("approve", { task_id: "root.part" }));
    expect(station.statuses).toEqual({ a: "dispatched" });
    const again = control("approve", { task_id: "root.part" });
    station.deliver(again);
    expect(station.disposalOf(again)).toMatchObject([{ to: "dead", code: "E_STATE" }]);
  });

  it("may ask for more than its task came with, and only for more", () => {
    const waits = (approval: Policy["approval"], asked: Policy["approval"]) => {
      const station = considering({}, { policy: { approval } });
      station.answer(plan({ a: "reader", b: "reader" }, { approval: asked }));
      return station.task().waiting !== undefined;
    };
    expect(waits({ above: { subtasks: 5 } }, "always")).toBe(true);
    expect(waits("first", { above: { subtasks: 1 } })).toBe(true);
    expect(waits("first", { above: { subtasks: 2 } })).toBe(false);
    expect(waits({ above: { subtasks: 1 } }, "never")).toBe(true);
  });

  it.each([
    ["what the task may spend", { usd: 5 }, {}, false],
    ["more than that", { usd: 6 }, {}, true],
    ["the figures of the subtasks", undefined, { budget: { usd: 2 } }, false],
    ["more in figures", undefined, { budget: { usd: 3 } }, true],
    ["no figure at all", undefined, {}, true],
  ])("above an amount of money counts %s", (_, budget, over, waits) => {
    const station = considering(
      {},
      { policy: { approval: { above: { usd: 5 } } }, ...(budget && { budget }) },
    );
    station.answer(plan({ a: { agent: "reader", ...over }, b: { agent: "reader", ...over } }));
    expect(station.task().waiting !== undefined).toBe(waits);
  });

  it("stands in the archive as it was given", () => {
    expect(executing().records).toMatchObject([
      { type: "outcome", outcome: "plan", from: "lead", to: "lead" },
    ]);
  });
});

describe("a subtask of one's own", () => {
  const own = plan({ a: "reader", own: ["self", "a"], c: ["writer", "own"] });

  function atOwn(options = {}): Station {
    const station = executing(own, options);
    station.deliver(replyTo(station.taskOf("a"), { results: "12 files" }));
    return station;
  }

  it("is asked of the own brain with the upstream results, and sends nothing", () => {
    const station = atOwn();
    expect(station.asks).toMatchObject([
      { subtask: "own", question: { kind: "subtask", task: { attempt: 1 } } },
    ]);
    expect(station.asks[0]?.question.task.context).toContain("12 files");
    station.answer({ results: "Thought about" });
    expect(station.taskOf("c").body.context).toContain("Thought about");
  });

  it("that is answered with a plan is split in place, and asked again with the results of its pieces", () => {
    const station = atOwn();
    station.answer(plan({ x: "reader", y: ["writer", "x"] }), { subtask: "own" });
    expect([...station.task().subtasks.keys()]).toEqual(["a", "own", "c", "own-x", "own-y"]);
    expect(station.subtask("own-y").depends_on).toEqual(["own-x"]);
    expect(station.subtask("own").status).toBe("pending");
    finishAllBut(station, "own");
    expect(station.asks[0]?.question.task.context).toMatch(/Result of own-x[\s\S]*Result of own-y/);
    station.answer({ results: "Both" });
    expect(station.statuses.c).toBe("dispatched");
  });

  it("cannot be split into pieces that wait for it", () => {
    const station = atOwn();
    for (const dependency of ["own", "c"]) {
      const again = atOwn();
      again.answer(plan({ x: ["reader", dependency] }), { subtask: "own" });
      expect(again.asks[0]?.question.problem).toContain("E_CYCLE");
    }
    station.answer(plan({ x: "nobody" }), { subtask: "own" });
    expect(station.subtask("own").status).toBe("dispatched");
    station.answer(plan({ x: "nobody" }), { subtask: "own" });
    expect(station.reply.body.error).toMatch(/^E_SUBTASK: own \(self\) failed: E_UNKNOWN_AGENT/);
  });

  it("cannot be split unseen where plans must be approved", () => {
    const station = considering({}, { policy: { approval: "always" } });
    station.answer(plan({ own: "self" }));
    station.deliver(control("approve", { task_id: "root.part" }));
    station.answer(plan({ x: "reader" }));
    expect(station.asks[0]?.question.problem).toMatch(/E_PLAN.*cannot be approved/);
    expect(station.tasksOf("own-x")).toEqual([]);
  });

  it("that fails keeps its partial results and follows the policy", () => {
    const station = executing(plan({ own: "self", a: "reader" }, { on_failure: "continue" }));
    station.answer({ error: "E_BRAIN: half", partial: "the first half" }, { subtask: "own" });
    expect(station.subtask("own")).toMatchObject({ status: "failed", results: "the first half" });
  });

  it("is ended with its task", () => {
    const station = atOwn();
    const question = station.asks[0]?.question.question;
    station.deliver(control("cancel", { task_id: "root.part" }));
    expect(station.stopped).toEqual([question]);
    expect(station.statuses.own).toBe("cancelled");
  });

  it("is not asked of a person as of a program, but answered by a message", () => {
    const station = new Station({ person: "Ada" });
    station.deliver(taskFrom("human"));
    station.deliver(outcomeFrom("human", "plan", PLAN_TEXT.replace("reader", "self")));
    expect(station.asks).toEqual([]);
    station.deliver(outcomeFrom("human", "results", "Mine", { subtask_id: "a" }));
    expect(station.subtask("a")).toMatchObject({ status: "done", results: "Mine" });
  });

  function finishAllBut(station: Station, but: string): void {
    const open = [...station.task().subtasks].filter(
      ([id, { status }]) => status === "dispatched" && id !== but,
    );
    for (const [id] of open) station.deliver(replyTo(station.taskOf(id), { results: `Result of ${id}` }));
    if (open.length > 0) finishAllBut(station, but);
  }
});

describe("a TASK", () => {
  it.each([
    ["E_DEPTH", fromBoss({ trace: trace(6, ["boss", "lead"]) })],
    ["E_PATH", fromBoss({ trace: trace(4, ["lead", "boss", "lead", "boss", "lead"]) })],
    ["E_SELF_SEND", fromBoss({ from: "lead" })],
    ["E_BUDGET", fromBoss({ budget: { tasks: 0 } })],
    ["E_TIMEOUT", fromBoss({ deadline_in: 0 })],
  ])("that must not be done is answered with %s, and no brain is asked", (code, task) => {
    const station = new Station();
    station.deliver(task);
    expect(station.asks).toEqual([]);
    expect(station.reply).toMatchObject({ status: "failed", body: { error: expect.stringContaining(code) } });
  });

  it("that led A → B → A is done, A → B → A → B → A is not", () => {
    const once = new Station({ id: "a" });
    once.deliver(fromBoss({ to: "a", trace: trace(2, ["a", "b", "a"]) }));
    expect(once.asks).toHaveLength(1);
    const twice = new Station({ id: "a" });
    twice.deliver(fromBoss({ to: "a", trace: trace(4, ["a", "b", "a", "b", "a"]) }));
    expect(twice.reply.body.error).toMatch(/E_PATH.*a → b → a → b → a/);
  });

  it("without a trace counts as one level above the lowest", () => {
    const station = considering({}, { version: 1, trace: undefined });
    expect(station.task().trace).toEqual({ root: "root.part", depth: 4, path: ["boss", "lead"] });
    station.answer(plan({ a: "reader" }));
    expect(station.taskOf("a").trace?.depth).toBe(5);
  });

  it("H21: that comes back to an agent which waits for it is asked at once", () => {
    const station = executing(plan({ a: "reader" }));
    const back = taskFrom("reader", {
      task_id: "root.part.a",
      trace: trace(3, ["boss", "lead", "reader", "lead"]),
    });
    station.deliver({ ...back, subtask_id: "deeper" });
    expect(station.asks.map(({ task }) => task)).toEqual(["root.part.a.deeper"]);
  });

  it("of a person waits for that person, where one is the brain", () => {
    const station = considering({ person: "Ada" });
    expect(station.asks).toEqual([]);
    expect(station.task()).toMatchObject({ waiting: { for: "person" }, asking: { kind: "consider" } });
    station.deliver(outcomeFrom("human", "plan", PLAN_TEXT, { task_id: "root.part" }));
    finishAll(station);
    expect(station.task()).toMatchObject({ status: "aggregating", waiting: { for: "person" } });
    station.deliver(outcomeFrom("human", "results", "All", { task_id: "root.part" }));
    expect(station.reply).toMatchObject({ status: "done", body: { results: "All" } });
  });

  it("a synthesis that is answered with a plan is asked once more, then fails", () => {
    const station = finishAll(executingForHuman());
    station.answer(plan({ x: "reader" }));
    expect(station.asks[0]?.question).toMatchObject({
      kind: "synthesise",
      problem: expect.stringContaining("E_PLAN"),
    });
    station.answer(plan({ x: "reader" }));
    expect(station.reply).toMatchObject({
      status: "failed",
      body: { error: expect.stringContaining("E_PLAN") },
    });
  });
});
