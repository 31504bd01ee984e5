import { describe, expect, it } from "vitest";
import { planHash } from "../../src/protocol/plan-hash.ts";
import { formatTask, parseTask } from "../../src/protocol/task-document.ts";
import { control, outcomeFrom, plan, replyTo, taskFrom } from "./letters.ts";
import { executing, finishAll, fromBoss } from "./scenes.ts";
import { Station, type StationOptions } from "./station.ts";

const LOCAL = "root.part";
const HOUR = 3_600_000;

function planned(outcome = plan({ a: "reader", b: ["writer", "a"] }), options?: StationOptions): Station {
  const station = new Station(options);
  station.deliver(taskFrom("human", { policy: { approval: "always" } }));
  station.answer(outcome);
  return station;
}

function asking(options?: StationOptions): Station {
  const station = new Station(options);
  station.deliver(taskFrom("human", { context: "The folder." }));
  station.answer({ ask: "Which one?" });
  return station;
}

/** One of its own asks, another is a peer's. */
function ownAsks(options?: StationOptions): Station {
  const own = { agent: "self", timeout: "48h" };
  const station = executing(plan({ own, a: { timeout: "48h" } }), options);
  station.answer({ ask: "Red or blue?" }, { subtask: "own" });
  return station;
}

const reasonOf = (station: Station, message: { id: string }) => station.disposalOf(message)[0];

describe("an approval", () => {
  it("is for the plan that was shown: its hash stands in the task, the same after writing and reading", () => {
    const station = planned(plan({ a: { agent: "reader", budget: { usd: 1, tokens: 5 }, timeout: "5m" } }));
    const task = station.task();
    expect(task.waiting).toMatchObject({ for: "approval", plan: planHash(task.subtasks) });
    expect(planHash(parseTask(formatTask(task).text).subtasks)).toBe(task.waiting?.plan);
  });

  it("is for that plan in whatever order its subtasks stand: an edit may have put one first", () => {
    const { subtasks, waiting } = planned().task();
    expect(planHash([...subtasks].reverse())).toBe(waiting?.plan);
  });

  it("counts for that plan alone", () => {
    const station = planned();
    const other = control("approve", { plan: "0123456789ab" });
    station.deliver(other);
    expect(reasonOf(station, other)).toMatchObject({
      to: "dead",
      code: "E_STATE",
      text: expect.stringContaining("the plan has changed since"),
    });
    expect(station.task().waiting?.for).toBe("approval");
    station.deliver(control("approve", { plan: station.task().waiting?.plan ?? "" }));
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending" });
  });

  it("that names no plan is not for one that has changed since it was shown", () => {
    const station = planned();
    station.task().subtasks.set("c", { ...station.subtask("a"), agent: "writer" });
    station.deliver(control("approve"));
    expect(station.task().status).toBe("planning");
  });

  it("of a paused task is kept: it begins when the task goes on", () => {
    const station = planned();
    station.deliver(control("pause"), control("approve"));
    expect(station.statuses).toEqual({ a: "pending", b: "pending" });
    station.deliver(control("resume"));
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending" });
  });

  it("that nobody gives in time is no: the task fails, and nothing of it ever begins", () => {
    const station = planned();
    station.pass(24 * HOUR - 1);
    expect(station.task().status).toBe("planning");
    station.pass(1);
    expect(station.reply.body.error).toBe("E_TIMEOUT: nobody approved the plan within 24h");
    station.deliver(control("approve"));
    expect(station.sent.filter(({ type }) => type === "task")).toEqual([]);
  });

  it("has its whole time again after a pause, and none runs meanwhile", () => {
    const station = planned(undefined, { limits: { answer: "2h", reminder: "0s" } });
    station.pass(HOUR);
    station.deliver(control("pause"));
    station.pass(5 * HOUR);
    expect(station.task().status).toBe("planning");
    station.deliver(control("resume"));
    station.pass(2 * HOUR - 1);
    expect(station.task().status).toBe("planning");
    station.pass(1);
    expect(station.task().status).toBe("failed");
  });

  it("is asked for again by a retry of a task whose plan nobody approved", () => {
    const station = planned();
    station.pass(24 * HOUR);
    station.deliver(control("retry"));
    expect(station.task()).toMatchObject({ status: "planning", waiting: { for: "approval" } });
    expect(station.sent.filter(({ type }) => type === "task")).toEqual([]);
  });
});

describe("a rejection", () => {
  it("drops the plan and reaches the brain with the reason, as often as a person likes", () => {
    const station = planned();
    for (const reason of ["too dear", "still too dear", ""]) {
      const subtasks = station.task().subtasks.size;
      expect(subtasks).toBeGreaterThan(0);
      station.deliver(control("reject", { text: reason }));
      expect(station.task()).toMatchObject({ status: "planning", mode: "undecided" });
      expect(station.task().subtasks.size).toBe(0);
      expect(station.task().waiting).toBeUndefined();
      const problem = station.asks[0]?.question.problem ?? "";
      expect(problem).toContain(`Your plan was rejected by human: ${reason || "no reason given"}`);
      expect(problem).toContain("- b (writer): Do b");
      station.answer(plan({ a: "writer", b: ["writer", "a"] }));
    }
    station.deliver(control("approve"));
    expect(station.subtask("a")).toMatchObject({ agent: "writer", status: "dispatched", attempt: 1 });
  });

  it("is no refusal by the rules: a plan that is not legal may be mended after it, once", () => {
    const station = planned();
    station.deliver(control("reject", { text: "no" }));
    station.answer(plan({ a: "nobody" }));
    expect(station.asks[0]?.question.problem).toContain("E_UNKNOWN_AGENT");
    station.answer(plan({ a: "nobody" }));
    expect(station.task().status).toBe("failed");
  });

  it("may be followed by results without a plan", () => {
    const station = planned();
    station.deliver(control("reject"));
    station.answer({ results: "Done alone" });
    expect(station.reply).toMatchObject({ status: "done", body: { results: "Done alone" } });
    expect(station.task().mode).toBe("direct");
  });

  it("of a plan by a person who is the brain gives the work back to them", () => {
    const station = new Station({ person: "Ada" });
    station.deliver(taskFrom("human", { policy: { approval: "always" } }));
    station.deliver(outcomeFrom("human", "plan", JSON.stringify(plan({ a: "reader" }))));
    station.deliver(control("reject", { text: "no" }));
    expect(station.task()).toMatchObject({ waiting: { for: "person" }, asking: { kind: "consider" } });
  });
});

describe("a question", () => {
  it("goes into the context with its answer, and the brain is asked anew", () => {
    const station = asking();
    station.deliver(control("answer", { text: "The blue one\n" }));
    expect(station.asks[0]?.question.task.context).toBe(
      "The folder.\n\nQuestion: Which one?\nAnswer of human: The blue one",
    );
    expect(station.task().waiting).toBeUndefined();
  });

  it("that nobody answers is answered with no; the second time the task fails", () => {
    const station = asking();
    station.pass(24 * HOUR);
    expect(station.asks[0]?.question.task.context).toContain(
      "Question: Which one?\nAnswer: no (nobody answered within 24h)",
    );
    expect(station.task()).toMatchObject({ unanswered: 1, status: "pending" });
    station.answer({ ask: "Really?" });
    station.pass(24 * HOUR);
    expect(station.reply.body.error).toBe("E_TIMEOUT: nobody answered within 24h: Really?");
  });

  it("of the synthesis waits and is answered like any other", () => {
    const station = finishAll(executing());
    station.answer({ ask: "How long?" });
    expect(station.task()).toMatchObject({ status: "aggregating", waiting: { for: "answer" } });
    station.deliver(control("answer", { task_id: LOCAL, text: "Short" }));
    expect(station.asks).toMatchObject([{ question: { kind: "synthesise" } }]);
    expect(station.asks[0]?.question.task.context).toContain("Answer of human: Short");
    expect(Object.keys(station.asks[0]?.question.results ?? {})).toEqual(["a", "b", "c"]);
    station.answer({ ask: "And how wide?" });
    station.pass(24 * HOUR);
    expect(station.asks).toMatchObject([{ question: { kind: "synthesise" } }]);
  });

  it("is lost with its task: a cancel ends it, and an answer comes too late", () => {
    const station = asking();
    station.deliver(control("cancel"));
    const late = control("answer", { text: "Yes" });
    station.deliver(late);
    expect(reasonOf(station, late)).toMatchObject({ to: "dead", code: "E_STATE" });
  });
});

describe("a question of a subtask of one's own", () => {
  it("waits at the subtask, the others go on, and its answer comes into its context", () => {
    const station = ownAsks();
    expect(station.subtask("own")).toMatchObject({
      status: "dispatched",
      waiting: { for: "answer", text: "Red or blue?" },
    });
    expect(station.task().waiting).toBeUndefined();
    station.deliver(replyTo(station.taskOf("a"), { results: "A" }));
    expect(station.statuses).toEqual({ own: "dispatched", a: "done" });
    station.restart();
    expect(station.asks).toEqual([]);
    station.deliver(control("answer", { task_id: LOCAL, subtask_id: "own", text: "Red" }));
    expect(station.asks).toMatchObject([{ subtask: "own", question: { kind: "subtask" } }]);
    expect(station.asks[0]?.question.task.context).toBe("Question: Red or blue?\nAnswer of human: Red");
    station.answer({ results: "A red one" });
    expect(station.task().status).toBe("aggregating");
    expect(station.subtask("own")).toMatchObject({ status: "done", results: "A red one" });
  });

  it("is named by an answer that goes to the task as a whole", () => {
    const station = ownAsks();
    const answer = control("answer", { task_id: LOCAL, text: "Red" });
    station.deliver(answer);
    expect(reasonOf(station, answer)).toMatchObject({
      text: "answer: nothing waits for an answer; own of it does",
    });
  });

  it("that nobody answers is answered with no; the second time the attempt fails", () => {
    const station = ownAsks({ limits: { answer: "1h" }, policy: { max_attempts: 2 } });
    station.pass(HOUR);
    expect(station.asks[0]?.question.task.context).toContain("Answer: no (nobody answered within 1h)");
    station.answer({ ask: "Red?" });
    station.deliver(replyTo(station.taskOf("a"), { results: "A" }));
    station.pass(HOUR);
    expect(station.subtask("own")).toMatchObject({
      status: "pending",
      attempt: 1,
      error: "E_TIMEOUT: nobody answered within 1h: Red?",
    });
    station.pass(60_000);
    station.answer({ ask: "Or blue?" });
    station.pass(HOUR);
    expect(station.subtask("own")).toMatchObject({ status: "dispatched", attempt: 2, unanswered: 1 });
    expect(station.asks).toHaveLength(1);
    station.answer({ ask: "Blue!" });
    station.pass(HOUR);
    expect(station.task()).toMatchObject({
      status: "failed",
      error: expect.stringContaining("nobody answered"),
    });
  });

  it("ends with the time of its attempt", () => {
    const station = executing(plan({ own: { agent: "self", timeout: "5m" } }));
    station.answer({ ask: "Red or blue?" });
    station.pass(300_000);
    expect(station.subtask("own")).toMatchObject({
      status: "failed",
      error: expect.stringMatching(/^E_TIMEOUT/),
    });
    expect(station.subtask("own").waiting).toBeUndefined();
  });

  it("ends with the subtask, or when it is done again", () => {
    const station = ownAsks();
    station.deliver(control("retry", { task_id: LOCAL, subtask_id: "own" }));
    expect(station.subtask("own")).toMatchObject({ status: "dispatched", attempt: 2 });
    expect(station.subtask("own").waiting).toBeUndefined();
    station.answer({ ask: "Red?" });
    station.deliver(control("cancel", { task_id: LOCAL, subtask_id: "own" }));
    expect(station.subtask("own").waiting).toBeUndefined();
  });

  it("may be answered with the result itself", () => {
    const station = ownAsks();
    station.deliver(outcomeFrom("human", "results", "Red it is", { task_id: LOCAL, subtask_id: "own" }));
    expect(station.subtask("own")).toMatchObject({ status: "done", results: "Red it is" });
  });
});

describe("a reminder", () => {
  const reminders = (station: Station) =>
    station.sent.flatMap((message) =>
      message.type === "progress" && message.to === "human" ? [message] : [],
    );

  it("goes to the person each hour: who waits for what, since when, and what would end it", () => {
    const station = planned();
    expect(reminders(station)).toEqual([]);
    station.pass(HOUR);
    station.pass(HOUR);
    expect(reminders(station)).toHaveLength(2);
    expect(new Set(reminders(station).map(({ id }) => id)).size).toBe(2);
    expect(reminders(station)[0]?.note).toBe(
      `lead waits for an approval since ${station.now.wall}: Approve the plan: 2 subtasks. ` +
        'clawflow approve job, or clawflow reject job "<why>"',
    );
    expect(station.task().waiting).toMatchObject({ reminded: 2 });
  });

  it("names the subtask of one's own that asks", () => {
    const station = ownAsks();
    station.pass(HOUR);
    expect(reminders(station)).toMatchObject([{ task_id: LOCAL, subtask_id: "own" }]);
    expect(reminders(station)[0]?.note).toContain(`clawflow answer ${LOCAL}/own "<text>"`);
    expect(station.subtask("own").waiting).toMatchObject({ reminded: 1 });
  });

  it("can be switched off, and is not given of what is paused", () => {
    const off = asking({ limits: { reminder: "0s" } });
    off.pass(5 * HOUR);
    expect(reminders(off)).toEqual([]);
    const paused = asking();
    paused.deliver(control("pause"));
    paused.pass(5 * HOUR);
    expect(reminders(paused)).toEqual([]);
  });

  it("is all that a person who is the brain gets: their work has no time but that of the task", () => {
    const station = new Station({ person: "Ada" });
    station.deliver(fromBoss({ deadline_in: 100 * HOUR }));
    for (let hour = 1; hour < 100; hour++) station.pass(HOUR);
    expect(reminders(station)).toHaveLength(99);
    expect(station.task()).toMatchObject({ status: "pending", waiting: { for: "person" } });
    station.pass(HOUR);
    expect(station.task().status).toBe("failed");
  });
});
