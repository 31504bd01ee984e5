import { describe, expect, it } from "vitest";
import { plan, progressOf, replyTo } from "./letters.ts";
import { considering, executing, finishAll, PLAN } from "./scenes.ts";
import type { Station } from "./station.ts";

const MINUTE = 60_000;

function fail(station: Station, id: string, error = "E_BRAIN: no", partial = ""): void {
  station.deliver(replyTo(station.taskOf(id), { error, partial }));
}

const cancelsTo = (station: Station) =>
  station.sent.flatMap((message) =>
    message.type === "control" ? [`${message.subtask_id}_${message.attempt}`] : [],
  );

describe("fail-fast", () => {
  it("cancels the siblings and replies failed, with what was done", () => {
    const station = executing();
    station.deliver(replyTo(station.taskOf("a"), { results: "12 files" }));
    fail(station, "c");
    expect(station.statuses).toEqual({ a: "done", b: "cancelled", c: "failed" });
    expect(cancelsTo(station)).toEqual(["b_1"]);
    expect(station.withdrawn).toHaveLength(1);
    expect(station.reply).toMatchObject({
      status: "failed",
      body: {
        error: "E_SUBTASK: c (reader) failed: E_BRAIN: no",
        partial: expect.stringContaining("12 files"),
      },
    });
  });

  it("takes all replies of a batch first: what was done with the failing one is in the partial results", () => {
    const station = executing();
    const a = replyTo(station.taskOf("a"), { results: "12 files" });
    const c = replyTo(station.taskOf("c"), { error: "E_BRAIN: no" });
    station.deliver(c, a);
    expect(station.statuses).toEqual({ a: "done", b: "cancelled", c: "failed" });
    expect(station.tasksOf("b")).toEqual([]);
    expect(station.reply.body.partial).toContain("12 files");
  });

  it("says None where nothing was done", () => {
    const station = executing();
    fail(station, "a");
    expect(station.reply.body.partial).toBe("None");
  });

  it("sends nothing more in the step in which a dispatch is refused", () => {
    const station = executing(
      plan({ a: "reader", b: { budget: { tasks: 9 } }, c: "reader" }),
      {},
      { budget: { tasks: 4 } },
    );
    expect(station.tasksOf("c")).toEqual([]);
    expect(station.reply.body.error).toMatch(/E_BUDGET/);
  });
});

describe("continue", () => {
  const tolerant = { ...PLAN, policy: { on_failure: "continue" as const } };

  it("skips what depends on the failed one and synthesises what there is, each with its status", () => {
    const station = executing(tolerant);
    fail(station, "a", "E_BRAIN: no", "half of it");
    expect(station.statuses).toEqual({ a: "failed", b: "skipped", c: "dispatched" });
    station.deliver(replyTo(station.taskOf("c"), { results: "C" }));
    expect(station.asks[0]?.question).toMatchObject({
      kind: "synthesise",
      results: {
        a: { status: "failed", results: "half of it", error: "E_BRAIN: no" },
        b: { status: "skipped", error: expect.stringContaining("a was not done") },
        c: { status: "done", results: "C" },
      },
    });
    station.answer({ results: "What there is" });
    expect(station.reply.status).toBe("done");
  });

  it("asks for the synthesis even when nothing was done", () => {
    const station = executing(plan({ a: "reader", b: ["reader", "a"] }, { on_failure: "continue" }));
    fail(station, "a");
    expect(station.statuses).toEqual({ a: "failed", b: "skipped" });
    expect(station.asks[0]?.question.kind).toBe("synthesise");
  });
});

describe("attempts", () => {
  const thrice = plan({ a: { max_attempts: 3 } });

  it("are made again after a growing pause, with a new TASK each", () => {
    const station = executing(thrice);
    fail(station, "a");
    expect(station.subtask("a")).toMatchObject({ status: "pending", attempt: 1, error: "E_BRAIN: no" });
    station.pass(999);
    expect(station.statuses.a).toBe("pending");
    station.pass(1);
    expect(station.subtask("a")).toMatchObject({ status: "dispatched", attempt: 2 });
    fail(station, "a");
    station.pass(1_999);
    expect(station.statuses.a).toBe("pending");
    station.pass(1);
    expect(station.tasksOf("a").map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(station.tasksOf("a").map(({ id }) => id)).size).toBe(3);
    fail(station, "a");
    expect(station.statuses.a).toBe("failed");
  });

  it("follow the policy of the task where the subtask does not say", () => {
    const station = executing(plan({ a: "reader" }, { max_attempts: 2 }));
    fail(station, "a");
    expect(station.statuses.a).toBe("pending");
  });

  it.each([
    "E_BUDGET",
    "E_DEPTH",
    "E_PATH",
    "E_SELF_SEND",
    "E_UNKNOWN_AGENT",
    "E_ID_REUSED",
    "E_VERSION",
    "E_TOO_LARGE",
    "E_TOO_OLD",
    "E_CANCELLED",
    "E_LIMIT",
  ])("are not made again after %s", (code) => {
    const station = executing(thrice);
    fail(station, "a", `${code}: it would meet the same again`);
    expect(station.statuses.a).toBe("failed");
  });

  it.each(["E_TIMEOUT", "E_UNDELIVERED", "E_SUBTASK", "E_BRAIN"])("are made again after %s", (code) => {
    const station = executing(thrice);
    fail(station, "a", `${code}: it may go better`);
    expect(station.statuses.a).toBe("pending");
  });

  it("are not made again after such an error that was handed up from below, whatever the levels", () => {
    const up = "E_SUBTASK: p1 (b) failed: E_SUBTASK: p1.p2 (c) failed: ";
    for (const [error, status] of [
      [`${up}E_PATH: an agent stands too often on the way`, "failed"],
      [`${up}E_BRAIN: no`, "pending"],
      ["E_BRAIN: said E_SUBTASK: x (y) failed: E_PATH: no", "pending"],
    ] as const) {
      const station = executing(thrice);
      fail(station, "a", error);
      expect(station.statuses.a, error).toBe(status);
    }
  });

  it("a peer that cancelled the work by itself counts as failed, for good", () => {
    const station = executing(thrice);
    station.deliver(replyTo(station.taskOf("a"), { status: "cancelled", error: "by hand" }));
    expect(station.subtask("a")).toMatchObject({ status: "failed", error: "E_CANCELLED: by hand" });
  });

  it("a pause of one subtask does not hold the others", () => {
    const station = executing(plan({ a: { max_attempts: 2 }, b: "reader" }, { concurrency: 1 }));
    fail(station, "a");
    expect(station.statuses).toEqual({ a: "pending", b: "dispatched" });
    station.pass(1_000);
    expect(station.statuses).toEqual({ a: "pending", b: "dispatched" });
    station.deliver(replyTo(station.taskOf("b"), { results: "B" }));
    expect(station.statuses).toEqual({ a: "dispatched", b: "done" });
  });
});

describe("passing errors of a brain", () => {
  const busy = { error: "E_BRAIN: rate limit", passing: true };

  it("are tried again with a growing pause, the same question, without costing an attempt", () => {
    const station = executing(plan({ own: "self" }));
    const question = station.asks[0]?.question.question;
    station.answer(busy);
    expect(station.asks).toEqual([]);
    expect(station.calls.at(-1)).toMatchObject({ taken: false });
    station.pass(999);
    expect(station.asks).toEqual([]);
    station.pass(1);
    expect(station.asks[0]?.question).toMatchObject({ question, asked: 2 });
    expect(station.subtask("own").attempt).toBe(1);
    station.answer(busy);
    station.pass(2_000);
    station.answer({ results: "R" });
    expect(station.statuses.own).toBe("done");
  });

  it("are an error after the limit", () => {
    const station = considering({ limits: { retries: 2 } });
    for (const _ of [1, 2]) {
      station.answer(busy);
      station.pass(MINUTE);
    }
    station.answer(busy);
    expect(station.reply).toMatchObject({ status: "failed", body: { error: "E_BRAIN: rate limit" } });
  });

  it("a restart during the pause neither forgets nor shortens it", () => {
    const station = considering();
    station.answer(busy);
    station.restart();
    expect(station.asks).toEqual([]);
    station.pass(1_000);
    expect(station.asks).toHaveLength(1);
  });
});

describe("time", () => {
  it("the time of an attempt is told and kept: at its end it is cancelled and failed", () => {
    const station = executing(plan({ a: { timeout: "5m" } }, { on_failure: "continue" }));
    expect(station.taskOf("a").deadline_in).toBe(5 * MINUTE);
    station.pass(5 * MINUTE - 1);
    expect(station.statuses.a).toBe("dispatched");
    station.pass(1);
    expect(station.subtask("a")).toMatchObject({
      status: "failed",
      error: expect.stringMatching(/^E_TIMEOUT/),
    });
    expect(cancelsTo(station)).toEqual(["a_1"]);
  });

  it("H17: every subtask has a time, and the attempt before is cancelled when the next begins", () => {
    const station = executing(plan({ a: { max_attempts: 2 } }));
    expect(station.taskOf("a").deadline_in).toBe(30 * MINUTE);
    station.deliver(progressOf(station.taskOf("a")));
    for (const _ of [1, 2]) {
      station.pass(9 * MINUTE);
      station.deliver(progressOf(station.taskOf("a")));
    }
    station.pass(12 * MINUTE);
    station.pass(1_000);
    expect(cancelsTo(station)).toEqual(["a_1"]);
    expect(station.subtask("a")).toMatchObject({ status: "dispatched", attempt: 2 });
  });

  it("what is left of the task's own time bounds what its subtasks get", () => {
    const station = considering({}, { deadline_in: 10 * MINUTE });
    station.pass(4 * MINUTE);
    expect(station.asks[0]?.deadline).toBe(1_000 + 10 * MINUTE);
    station.answer(plan({ a: "reader" }));
    expect(station.taskOf("a").deadline_in).toBe(6 * MINUTE);
  });

  it("at the deadline of a task all below is cancelled and the reply goes out", () => {
    const station = executing(PLAN, {}, { deadline_in: MINUTE });
    station.pass(MINUTE);
    expect(cancelsTo(station)).toEqual(["a_1", "c_1"]);
    expect(station.reply).toMatchObject({
      status: "failed",
      body: { error: expect.stringMatching(/^E_TIMEOUT/) },
    });
  });

  it("a silent peer is asked three times by the same TASK, then given up; a sign of life begins anew", () => {
    const station = executing(plan({ a: { timeout: "24h" } }, { on_failure: "continue" }));
    const task = station.taskOf("a");
    const times = () => station.leaving.filter(({ id }) => id === task.id).length;
    for (const expected of [2, 3]) {
      station.pass(10 * MINUTE);
      expect(times()).toBe(expected);
    }
    station.pass(MINUTE);
    station.step("root.part", { type: "timer" });
    expect(times()).toBe(3);
    station.deliver(progressOf(task));
    const { heard } = station.subtask("a");
    for (const expected of [4, 5, 6]) {
      station.pass(10 * MINUTE);
      expect(times()).toBe(expected);
    }
    expect(station.subtask("a")).toMatchObject({ status: "dispatched", probes: 3, heard });
    station.pass(10 * MINUTE);
    expect(station.subtask("a")).toMatchObject({
      status: "failed",
      error: expect.stringMatching(/timed-out/),
    });
    expect(cancelsTo(station)).toEqual(["a_1"]);
  });

  it("H19: a reply that lies there when the time is over is taken before the timer", () => {
    const station = executing(plan({ a: "reader" }));
    station.now = { ...station.now, running: station.now.running + 99 * 60 * MINUTE };
    station.deliver(replyTo(station.taskOf("a"), { results: "In time" }));
    station.tick();
    expect(station.statuses.a).toBe("done");
  });

  it("H20: no time of a message decides anything", () => {
    const station = executing(plan({ a: "reader" }));
    const wrong = { sent_at: "1999-01-01T00:00:00.000Z", completed_at: "2099-01-01T00:00:00.000Z" };
    station.deliver(replyTo(station.taskOf("a"), { results: "R", ...wrong }));
    expect(station.statuses.a).toBe("done");
  });

  it("a peer of version 1 is not asked: it has no way to answer", () => {
    const station = executing(plan({ a: "old" }), { peers: [{ id: "old", protocol: 1 }] });
    station.pass(25 * MINUTE);
    expect(station.leaving).toHaveLength(1);
    station.pass(5 * MINUTE);
    expect(station.statuses.a).toBe("failed");
  });
});

describe("concurrency", () => {
  it("bounds what is dispatched at a time by one task", () => {
    const station = executing(plan({ a: "reader", b: "reader", c: "reader" }, { concurrency: 2 }));
    expect(station.statuses).toEqual({ a: "dispatched", b: "dispatched", c: "pending" });
    station.deliver(replyTo(station.taskOf("b"), { results: "B" }));
    expect(station.statuses).toEqual({ a: "dispatched", b: "done", c: "dispatched" });
    finishAll(station);
    expect(station.task().status).toBe("aggregating");
  });
});
