import { describe, expect, it } from "vitest";
import { parseEdit } from "../../src/protocol/edit-body.ts";
import { planHash } from "../../src/protocol/plan-hash.ts";
import { controlsTo, editMessage, LAYOUT, save, saveOf } from "./editing.ts";
import { control, plan, replyTo, taskFrom } from "./letters.ts";
import { considering, executing, executingForHuman, finishAll, fromBoss, PLAN } from "./scenes.ts";
import { Station } from "./station.ts";

const LOCAL = "root.part";
const MINUTE = 60_000;
const done = (station: Station, id: string, results = `Result of ${id}`) =>
  station.deliver(replyTo(station.taskOf(id), { results }));
const fails = (station: Station, id: string) =>
  station.deliver(replyTo(station.taskOf(id), { error: "E_BRAIN: no" }));
const tolerant = plan({ a: "reader", b: ["writer", "a"], c: "reader" }, { on_failure: "continue" });
const waitsForApproval = (): Station => {
  const station = new Station();
  station.deliver(taskFrom("human", { policy: { approval: "always" } }));
  station.answer(plan({ a: "reader", b: ["writer", "a"] }));
  return station;
};

function expectRefused(station: Station, act: () => ReturnType<typeof save>, why: RegExp): void {
  const before = station.task();
  expect(act().refused).toMatch(why);
  expect(station.task()).toEqual(before);
}

describe("an edit that is taken", () => {
  it("keeps the layout, and stands in the archive as a person's message with what was understood", () => {
    const station = considering();
    const edit = { title: "Another", notes: "Mind the gap" };
    expect(save(station, edit, station.task(), ["rev: 3"]).notTaken).toEqual(["rev: 3"]);
    expect(station.task().layout).toBe(LAYOUT);
    const [record] = station.records;
    expect(record).toMatchObject({
      type: "control",
      control: "edit",
      from: "human",
      to: "lead",
      task_id: LOCAL,
    });
    expect(parseEdit(record?.type === "control" ? record.body.text : "")).toEqual(edit);
    save(station, { notes: "Again" });
    expect(new Set(station.records.map(({ id }) => id)).size).toBe(2);
  });

  it("of comments alone does nothing else", () => {
    const station = executing();
    const { rev: _, number: __, layout: ___, ...before } = station.task();
    const sent = station.sent.length;
    save(station, {});
    expect(station.task()).toMatchObject(before);
    expect(station.task().layout).toBe(LAYOUT);
    expect(station.sent).toHaveLength(sent);
    expect(station.records.filter(({ type }) => type === "control")).toHaveLength(1);
  });

  it("that is not legal is refused whole", () => {
    const station = executing();
    expectRefused(
      station,
      () => save(station, { title: "Another", subtasks: { a: { status: "done", results: " " } } }),
      /^E_STATE: subtasks.a.status: .*### a/,
    );
    expectRefused(
      station,
      () =>
        save(station, {
          title: "T",
          subtasks: { a: null, d: { agent: "reader" }, b: { depends_on: ["x"] } },
        }),
      /^E_DEPENDENCY/,
    );
    expect(controlsTo(station, "reader")).toEqual([]);
    expect(station.records.filter(({ type }) => type === "control")).toEqual([]);
  });
});

describe("texts, policy and own keys", () => {
  it("are taken while its brain is asked; the next question has them", () => {
    const station = executing(plan({ a: "reader" }));
    save(station, {
      instructions: "In French",
      expected_output: "A poem",
      own: { mood: "good" },
      policy: { concurrency: 2 },
    });
    finishAll(station);
    expect(station.asks[0]?.question.task).toMatchObject({
      instructions: "In French",
      expected_output: "A poem",
    });
    expect(station.task()).toMatchObject({
      extra: { mood: "good" },
      policy: { concurrency: 2, on_failure: "fail-fast" },
    });
    save(station, { own: { mood: null } });
    expect(station.task().extra).toBeUndefined();
  });

  it("of a subtask stand there", () => {
    const station = executing();
    saveOf(station, "a", { own: { owner: "Ann" } });
    expect(station.subtask("a")).toMatchObject({ extra: { owner: "Ann" }, status: "dispatched", attempt: 1 });
  });

  it("an own key cannot be a field of the runtime's", () => {
    const station = executing();
    expectRefused(station, () => save(station, { own: { rev: 1 } }), /^E_FIELD: own.rev/);
    expectRefused(
      station,
      () => saveOf(station, "a", { own: { attempt: 9 } }),
      /^E_FIELD: subtasks.a.own.attempt/,
    );
  });

  it("more at a time goes at once", () => {
    const station = executing(plan({ a: "reader", b: "reader", c: "reader" }, { concurrency: 1 }));
    save(station, { policy: { concurrency: 3 } });
    expect(station.statuses).toEqual({ a: "dispatched", b: "dispatched", c: "dispatched" });
  });

  it("a failure that was held does not end the task when it may go on without", () => {
    const station = executingForHuman();
    station.deliver(control("pause"));
    fails(station, "a");
    save(station, { policy: { on_failure: "continue" } });
    save(station, { paused: false });
    expect(station.statuses).toEqual({ a: "failed", b: "skipped", c: "dispatched" });
  });
});

describe("a subtask that is added", () => {
  it("is sent when it is ready", () => {
    const station = executing();
    save(station, { subtasks: { d: { agent: "writer", description: "More", depends_on: ["c"] } } });
    expect(station.statuses.d).toBe("pending");
    done(station, "c");
    expect(station.taskOf("d").body).toMatchObject({
      title: "More",
      context: expect.stringContaining("Result of c"),
    });
  });

  it.each([
    [{ d: { agent: "nobody" } }, /^E_UNKNOWN_AGENT/],
    [{ d: { agent: "lead" } }, /^E_SELF_SEND/],
    [{ d: {} }, /^E_FIELD: subtasks.d.agent/],
    [{ d: { agent: "reader", depends_on: ["e"] } }, /^E_DEPENDENCY/],
    [{ d: { agent: "reader", depends_on: ["b"] }, a: { depends_on: ["d"] } }, /^E_CYCLE/],
    [{ D: { agent: "reader" } }, /^E_ID/],
    [{ d: { agent: "reader", results: "A text" } }, /^E_STATE.*status: done/],
    [{ d: { agent: "reader", timeout: "99999999999999h" } }, /^E_FIELD: subtasks.d.timeout/],
  ])("is checked as a plan is: %j", (subtasks, why) => {
    const station = executing();
    expectRefused(station, () => save(station, { subtasks }), why);
  });

  it("counts against the limit of subtasks", () => {
    const station = executing(PLAN, { limits: { subtasks: 3 } });
    expectRefused(station, () => saveOf(station, "d", { agent: "reader" }), /^E_LIMIT/);
  });

  it("splits a task that waits for an answer, and needs nobody's approval", () => {
    const station = considering({}, { policy: { approval: "always" } });
    station.answer({ ask: "How?" });
    saveOf(station, "a", { agent: "reader" });
    expect(station.task()).toMatchObject({ status: "executing", mode: "coordinating" });
    expect(station.statuses).toEqual({ a: "dispatched" });
    finishAll(station);
    station.answer({ results: "All" });
    expect(station.reply).toMatchObject({ status: "done" });
  });

  it("splits a task whose brain is a person", () => {
    const station = new Station({ person: "Ann" });
    station.deliver(taskFrom("human"));
    saveOf(station, "a", { agent: "reader" });
    expect(station.statuses).toEqual({ a: "dispatched" });
    expect(station.task().waiting).toBeUndefined();
  });

  it("changes a plan that waits for approval, which waits on for the new one", () => {
    const station = waitsForApproval();
    const { plan: before } = station.task().waiting ?? {};
    saveOf(station, "c", { agent: "reader" });
    const { waiting, subtasks } = station.task();
    expect(waiting).toMatchObject({
      for: "approval",
      plan: planHash(subtasks),
      text: "Approve the plan: 3 subtasks",
    });
    expect(waiting?.plan).not.toBe(before);
    expect(station.statuses).toEqual({ a: "pending", b: "pending", c: "pending" });
    station.deliver(control("approve", before === undefined ? {} : { plan: before }));
    expect(station.task().waiting).toBeDefined();
    save(station, { approved: true });
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending", c: "dispatched" });
  });

  it("while the results are put together takes the task back", () => {
    const station = finishAll(executing());
    const question = station.asks[0]?.question.question;
    saveOf(station, "d", { agent: "reader" });
    expect(station.stopped).toEqual([question]);
    expect(station.task().status).toBe("executing");
    done(station, "d");
    expect(station.asks).toMatchObject([
      { question: { kind: "synthesise", results: { d: { status: "done" } } } },
    ]);
  });

  it("may come done, or paused", () => {
    const station = executing();
    save(station, {
      subtasks: {
        d: { agent: "reader", status: "done", results: "I know" },
        e: { agent: "reader", paused: true },
      },
    });
    expect(station.subtask("d")).toMatchObject({ status: "done", results: "I know", attempt: 0 });
    expect(station.subtask("e")).toMatchObject({ status: "pending", paused: true });
    saveOf(station, "e", { paused: false });
    expect(station.statuses.e).toBe("dispatched");
  });

  it("begins a finished task of a person again, not of an agent", () => {
    const station = new Station();
    station.deliver(taskFrom("human"));
    station.answer({ results: "Short" });
    saveOf(station, "a", { agent: "reader" });
    expect(station.statuses).toEqual({ a: "dispatched" });
    const other = considering();
    other.answer({ results: "Short" });
    expectRefused(other, () => saveOf(other, "a", { agent: "reader" }), /retry root\/part at boss/);
  });
});

describe("what a subtask is to do", () => {
  it("of one that is pending is taken", () => {
    const station = executing();
    saveOf(station, "b", { agent: "reader", description: "Sing", context: "Softly", depends_on: ["a", "c"] });
    done(station, "a");
    expect(station.statuses.b).toBe("pending");
    done(station, "c");
    expect(station.taskOf("b")).toMatchObject({
      to: "reader",
      attempt: 1,
      body: { instructions: "Sing", context: expect.stringContaining("Softly") },
    });
  });

  it("of one that is dispatched: cancelled at the agent that has it, and sent anew", () => {
    const station = executing();
    const first = station.taskOf("a");
    saveOf(station, "a", { agent: "writer" });
    expect(controlsTo(station, "reader", "cancel")).toMatchObject([{ subtask_id: "a", attempt: 1 }]);
    expect(station.taskOf("a")).toMatchObject({ to: "writer", attempt: 2 });
    station.deliver(replyTo(first, { results: "Late" }));
    expect(station.statuses.a).toBe("dispatched");
  });

  it("of one of its own that is asked: the question is put anew", () => {
    const station = executing(plan({ own: "self" }));
    const question = station.asks[0]?.question.question;
    saveOf(station, "own", { instructions: "Better" });
    expect(station.stopped).toEqual([question]);
    expect(station.asks).toMatchObject([
      { question: { kind: "subtask", task: { instructions: "Better", attempt: 2 } } },
    ]);
  });

  it("waits anew where it now depends on what is not done", () => {
    const station = executing();
    saveOf(station, "c", { depends_on: ["b"] });
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending", c: "pending" });
  });

  it("of a final one is text, until it is done again", () => {
    const station = executing();
    done(station, "a");
    saveOf(station, "a", { description: "Better" });
    expect(station.subtask("a")).toMatchObject({ status: "done", attempt: 1, description: "Better" });
    saveOf(station, "a", { status: "pending" });
    expect(station.taskOf("a").body.instructions).toBe("Better");
  });

  it("that is what it was already changes nothing", () => {
    const station = executing();
    saveOf(station, "a", { agent: "reader", description: "Do a", depends_on: [] });
    expect(station.subtask("a")).toMatchObject({ status: "dispatched", attempt: 1 });
  });
});

describe("a status that a person writes", () => {
  it("pending: done again, with what depends on it where that had begun", () => {
    const station = executing();
    done(station, "a");
    done(station, "b");
    saveOf(station, "a", { status: "pending" });
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending", c: "dispatched" });
    done(station, "a", "New");
    expect(station.taskOf("b")).toMatchObject({
      attempt: 2,
      body: { context: expect.stringContaining("New") },
    });
  });

  it("pending, of a finished task of a person: it goes on with all that was given up", () => {
    const station = executingForHuman();
    fails(station, "c");
    expect(station.statuses).toEqual({ a: "cancelled", b: "cancelled", c: "failed" });
    saveOf(station, "c", { status: "pending" });
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending", c: "dispatched" });
    finishAll(station);
    station.answer({ results: "All" });
    expect(station.replies.map(({ status }) => status)).toEqual(["failed", "done"]);
  });

  it("pending, of an agent's finished task, is that agent's", () => {
    const station = executing();
    fails(station, "c");
    expectRefused(station, () => saveOf(station, "c", { status: "pending" }), /retry root\/part at boss/);
  });

  it("done: the result by hand; the agent is told, what depends on it goes", () => {
    const station = executing();
    saveOf(station, "a", { status: "done", results: "# Mine\n\nBy hand" });
    expect(station.subtask("a")).toMatchObject({ status: "done", result_summary: "Mine", attempt: 1 });
    expect(controlsTo(station, "reader", "cancel")).toHaveLength(1);
    expect(station.taskOf("b").body.context).toContain("By hand");
  });

  it("done, of one that failed: what was skipped for it is done after all", () => {
    const station = executingForHuman(tolerant);
    fails(station, "a");
    expect(station.statuses.b).toBe("skipped");
    saveOf(station, "a", { status: "done", results: "By hand" });
    expect(station.statuses).toEqual({ a: "done", b: "dispatched", c: "dispatched" });
    expect(station.subtask("a").error).toBeUndefined();
  });

  it("done, of one for which a finished task of a person failed: the task goes on", () => {
    const station = executingForHuman();
    fails(station, "a");
    saveOf(station, "a", { status: "done", results: "By hand" });
    expect(station.statuses).toEqual({ a: "done", b: "dispatched", c: "dispatched" });
  });

  it("done without a text is no result; a text without done is none either", () => {
    const station = executing();
    expectRefused(
      station,
      () => saveOf(station, "b", { status: "done" }),
      /^E_STATE: subtasks.b.status.*### b/,
    );
    expectRefused(
      station,
      () => saveOf(station, "b", { results: "Mine" }),
      /^E_STATE: subtasks.b: it is pending.*status: done/,
    );
  });

  it("another text of a done one takes its place", () => {
    const station = executing();
    done(station, "c");
    saveOf(station, "c", { results: "Better" });
    expect(station.subtask("c")).toMatchObject({
      results: "Better",
      result_summary: "Better",
      status: "done",
    });
    finishAll(station);
    expect(station.asks[0]?.question.results?.c?.results).toBe("Better");
  });

  it("cancelled: also at the agent that has it; the rest goes on without", () => {
    const station = executing();
    saveOf(station, "a", { status: "cancelled" });
    expect(controlsTo(station, "reader", "cancel")).toMatchObject([{ subtask_id: "a" }]);
    expect(station.statuses).toEqual({ a: "cancelled", b: "skipped", c: "dispatched" });
  });

  it("cancelled, of one that failed while the task is held: it is left out", () => {
    const station = executingForHuman();
    station.deliver(control("pause"));
    fails(station, "a");
    save(station, { subtasks: { a: { status: "cancelled" } }, paused: false });
    expect(station.statuses).toEqual({ a: "cancelled", b: "skipped", c: "dispatched" });
    const other = executing();
    done(other, "a");
    expectRefused(other, () => saveOf(other, "a", { status: "cancelled" }), /done already.*Remove its entry/);
  });
});

describe("an entry that is removed", () => {
  it("is cancelled at its agent, and what depended on it does so no more", () => {
    const station = executing();
    const { notTaken } = saveOf(station, "a", null);
    expect(notTaken?.join()).toContain("b: it no longer depends on a");
    expect(controlsTo(station, "reader", "cancel")).toMatchObject([{ subtask_id: "a" }]);
    expect(station.statuses).toEqual({ b: "dispatched", c: "dispatched" });
    expect(station.task().removed).toEqual({ a: 1 });
    const late = replyTo(station.taskOf("a"), { results: "Late" });
    station.deliver(late);
    expect(station.disposalOf(late)).toMatchObject([
      { to: "archive", note: expect.stringMatching(/^unknown/) },
    ]);
  });

  it("H10: and added again goes on counting attempts", () => {
    const station = executing();
    saveOf(station, "a", null);
    saveOf(station, "a", { agent: "writer" });
    expect(station.taskOf("a")).toMatchObject({ to: "writer", attempt: 2 });
    saveOf(station, "a", null);
    saveOf(station, "a", { agent: "reader" });
    expect(station.taskOf("a").attempt).toBe(3);
    expect(new Set(station.tasksOf("a").map(({ id }) => id)).size).toBe(3);
  });

  it("goes on counting with what it was granted", () => {
    const station = executing(
      plan({ a: { budget: { tokens: 400 } }, c: "reader" }),
      {},
      { budget: { tokens: 1000 } },
    );
    saveOf(station, "a", null);
    expect(station.task().used).toMatchObject({ tokens: 400 });
  });

  it("was what others were skipped for: they are done after all", () => {
    const station = executingForHuman(tolerant);
    fails(station, "a");
    saveOf(station, "a", null);
    expect(station.statuses).toEqual({ b: "dispatched", c: "dispatched" });
  });

  it("cannot be the last", () => {
    const station = executing(plan({ a: "reader" }));
    expectRefused(station, () => saveOf(station, "a", null), /without a subtask/);
  });

  it("while the results are put together is no part of them", () => {
    const station = finishAll(executing());
    saveOf(station, "c", null);
    expect(Object.keys(station.asks[0]?.question.results ?? {})).toEqual(["a", "b"]);
  });
});

describe("what came since the person read the text", () => {
  it("a result goes before what they say of that subtask; the rest is taken, and their own keys", () => {
    const station = executing();
    const before = station.task();
    done(station, "a", "Theirs");
    const { notTaken } = save(
      station,
      {
        title: "T",
        subtasks: {
          a: { status: "done", results: "Mine", own: { mood: "sad" } },
          c: { status: "cancelled" },
        },
      },
      before,
    );
    expect(notTaken).toEqual([expect.stringMatching(/^a: it is done meanwhile.*Mine$/)]);
    expect(station.subtask("a")).toMatchObject({ results: "Theirs", extra: { mood: "sad" } });
    expect(station.task().title).toBe("T");
    expect(station.statuses.c).toBe("cancelled");
  });

  it.each([null, { description: "Other" }, { status: "cancelled" }, { status: "pending" }] as const)(
    "a result is not undone by %j",
    (wanted) => {
      const station = executing();
      const before = station.task();
      done(station, "a");
      expect(save(station, { subtasks: { a: wanted } }, before).notTaken).toHaveLength(1);
      expect(station.subtask("a")).toMatchObject({ status: "done", attempt: 1, description: "Do a" });
    },
  );

  it("a failure is no result: theirs holds", () => {
    const station = executing(tolerant);
    const before = station.task();
    fails(station, "a");
    save(station, { subtasks: { a: { status: "done", results: "Mine" } } }, before);
    expect(station.statuses).toEqual({ a: "done", b: "dispatched", c: "dispatched" });
  });

  it("what is being done again already is not once more", () => {
    const station = executing();
    done(station, "a");
    const before = station.task();
    station.deliver(control("retry", { task_id: LOCAL, subtask_id: "a" }));
    save(station, { subtasks: { a: { status: "pending" } } }, before);
    expect(station.subtask("a").attempt).toBe(2);
  });

  it("a subtask of the same name goes before theirs; one that is gone stays gone", () => {
    const station = executing();
    const before = station.task();
    station.deliver(editMessage({ subtasks: { d: { agent: "writer" }, c: null } }, { task_id: LOCAL }));
    const { notTaken } = save(
      station,
      { subtasks: { d: { agent: "reader" }, c: { description: "New" } } },
      before,
    );
    expect(notTaken).toHaveLength(2);
    expect(station.subtask("d").agent).toBe("writer");
    expect(station.statuses.c).toBeUndefined();
  });

  it("a decision that came too late is told; the rest is taken", () => {
    const station = waitsForApproval();
    const before = station.task();
    station.deliver(control("approve"));
    expect(save(station, { title: "T", approved: true }, before).notTaken?.join()).toContain("nothing waits");
    expect(station.task().title).toBe("T");
  });
});

describe("a pause that a person writes", () => {
  it("holds the task and all below, and lets it go on", () => {
    const station = executing();
    save(station, { paused: true });
    expect(controlsTo(station, "reader", "pause")).toHaveLength(2);
    done(station, "a");
    expect(station.statuses.b).toBe("pending");
    save(station, { paused: false });
    expect(station.statuses.b).toBe("dispatched");
  });

  it("with other changes: they are made, nothing is sent before it goes on", () => {
    const station = executing();
    save(station, { paused: true, subtasks: { a: { description: "Other" }, d: { agent: "writer" } } });
    expect(station.statuses).toEqual({ a: "pending", b: "pending", c: "dispatched", d: "pending" });
    save(station, { paused: false });
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending", c: "dispatched", d: "dispatched" });
  });

  it("of a subtask holds that alone; of what is finished it is refused", () => {
    const station = executing();
    saveOf(station, "b", { paused: true });
    done(station, "a");
    expect(station.statuses.b).toBe("pending");
    saveOf(station, "b", { paused: false });
    expect(station.statuses.b).toBe("dispatched");
    expectRefused(station, () => saveOf(station, "a", { paused: true }), /done already/);
    const over = considering();
    over.answer({ results: "R" });
    expectRefused(over, () => save(over, { paused: true }), /finished/);
  });
});

describe("a decision that a person writes", () => {
  it("rejects with a reason that reaches the brain", () => {
    const station = waitsForApproval();
    save(station, { approved: false, reason: "too dear" });
    expect(station.asks[0]?.question.problem).toContain("too dear");
    expect(station.statuses).toEqual({});
  });

  it("answers for a subtask of its own", () => {
    const station = executing(plan({ own: "self" }));
    station.answer({ ask: "Which?" });
    saveOf(station, "own", { answer: "That" });
    expect(station.asks[0]?.question.task.context).toContain("Answer of human: That");
  });
});

describe("the end by hand", () => {
  it("H23: done with an answer; the reply goes out, the rest is cancelled", () => {
    const station = executing();
    save(station, { status: "done", output: "Enough" });
    expect(station.reply).toMatchObject({ status: "done", to: "boss", body: { results: "Enough" } });
    expect(station.statuses).toEqual({ a: "cancelled", b: "cancelled", c: "cancelled" });
    expect(controlsTo(station, "reader", "cancel")).toHaveLength(2);
  });

  it("failed and cancelled, with the reason", () => {
    const failed = considering();
    save(failed, { status: "failed", error: "no use" });
    expect(failed.reply).toMatchObject({ status: "failed", body: { error: "no use" } });
    const other = executing();
    save(other, { status: "failed" });
    expect(other.reply.body.error).toBe("ended by hand");
    const cancelled = considering();
    save(cancelled, { status: "cancelled" });
    expect(cancelled.reply).toMatchObject({
      status: "cancelled",
      body: { error: "E_CANCELLED: ended by hand" },
    });
  });

  it("needs an answer, or results that were written with it", () => {
    const station = executing();
    expectRefused(station, () => save(station, { status: "done" }), /Synthesised Output/);
    expectRefused(station, () => save(station, { output: "R" }), /beside the `status`/);
    save(station, { status: "done", subtasks: { a: { status: "done", results: "By hand" } } });
    expect(station.reply.body.results).toContain("By hand");
  });

  it("is not ended twice, or otherwise", () => {
    const station = considering();
    station.answer({ results: "R" });
    expectRefused(station, () => save(station, { status: "failed" }), /the task is done.*status: pending/);
    expect(save(station, { status: "done", output: "Mine" }).notTaken?.join()).toContain("Mine");
    expect(station.replies).toHaveLength(1);
    expect(station.task().text.output).toBe("R");
  });
});

describe("limits", () => {
  const BUDGET = { budget: { tokens: 1000 } };

  it("a deadline is counted from now, and may be taken away", () => {
    const station = considering();
    save(station, { deadline: "5m" });
    expect(station.task().deadline).toBe(station.now.running + 5 * MINUTE);
    save(station, { deadline: null });
    expect(station.task().deadline).toBeUndefined();
    expectRefused(station, () => save(station, { deadline: "9999999999999999h" }), /^E_FIELD: deadline/);
  });

  it("a deadline that is moved goes down to whoever is bound by it", () => {
    const station = executing(PLAN, {}, { deadline_in: 5 * MINUTE });
    save(station, { deadline: "20m" });
    expect(controlsTo(station, "reader", "edit").map(({ body }) => parseEdit(body.text))).toEqual([
      { deadline: "20m" },
      { deadline: "20m" },
    ]);
    save(station, { deadline: "2h" });
    save(station, { deadline: "3h" });
    // The time of the attempt ends before.
    expect(controlsTo(station, "reader", "edit").map(({ body }) => parseEdit(body.text).deadline)).toEqual([
      "20m",
      "20m",
      "30m",
      "30m",
    ]);
  });

  it("another timeout moves the end of the attempt that is under way, here and there", () => {
    const station = executing();
    station.pass(10 * MINUTE - 1);
    saveOf(station, "a", { timeout: "1h" });
    expect(station.subtask("a")).toMatchObject({ attempt: 1, due: 1_000 + 60 * MINUTE, timeout: "1h" });
    const [told] = controlsTo(station, "reader", "edit");
    expect(told).toMatchObject({ subtask_id: "a", attempt: 1, number: expect.any(Number) });
    expect(parseEdit(told?.body.text ?? "")).toEqual({ deadline: `${50 * MINUTE + 1}ms` });
    saveOf(station, "a", { timeout: "1m" });
    station.tick();
    expect(station.subtask("a").error).toMatch(/^E_TIMEOUT/);
  });

  it("a larger budget of one that is under way is granted within the rest, and told", () => {
    const station = executing(
      plan({ a: { budget: { tokens: 100 } }, c: { budget: { tokens: 100 } } }),
      {},
      BUDGET,
    );
    saveOf(station, "a", { budget: { tokens: 700 } });
    expect(station.subtask("a").granted).toEqual({ tokens: 700 });
    expect(parseEdit(controlsTo(station, "reader", "edit")[0]?.body.text ?? "").budget).toEqual({
      tokens: 700,
    });
    expectRefused(station, () => saveOf(station, "c", { budget: { tokens: 301 } }), /^E_BUDGET.*at most 300/);
    save(station, { budget: { tokens: 2000 }, subtasks: { c: { budget: { tokens: 1300 } } } });
    expect(station.subtask("c").granted).toEqual({ tokens: 1300 });
  });

  it("a smaller one is told, and counts in full until the reply says otherwise", () => {
    const station = executing(plan({ a: { budget: { tokens: 700 } }, c: "reader" }), {}, BUDGET);
    saveOf(station, "a", { budget: { tokens: 200 } });
    expect(station.subtask("a").granted).toEqual({ tokens: 700 });
    expect(parseEdit(controlsTo(station, "reader", "edit")[0]?.body.text ?? "").budget).toEqual({
      tokens: 200,
    });
  });

  it("a budget where there was none bounds what is under way", () => {
    const station = executing();
    save(station, { budget: { tokens: 400, tasks: 10 } });
    expect(station.subtask("a").granted).toEqual({ tokens: 100, tasks: 3 });
    expect(controlsTo(station, "reader", "edit").map(({ body }) => parseEdit(body.text).budget)).toEqual([
      { tokens: 100, tasks: 3 },
      { tokens: 100, tasks: 3 },
    ]);
  });

  it("a refused dispatch goes on when the budget is raised, with what was skipped for it", () => {
    const station = executing(
      plan({ a: { budget: { tokens: 5000 } }, b: ["writer", "a"], c: "reader" }, { on_failure: "continue" }),
      {},
      BUDGET,
    );
    expect(station.statuses).toEqual({ a: "failed", b: "skipped", c: "dispatched" });
    save(station, { budget: { tokens: 4000 } });
    expect(station.statuses).toEqual({ a: "failed", b: "skipped", c: "dispatched" });
    save(station, { budget: { tokens: 20_000 } });
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending", c: "dispatched" });
    expect(station.subtask("a").attempt).toBe(1);
  });

  it("or when it wants less itself", () => {
    const station = executing(
      plan({ a: { budget: { tokens: 5000 } }, c: "reader" }, { on_failure: "continue" }),
      {},
      BUDGET,
    );
    saveOf(station, "a", { budget: { tokens: 300 } });
    expect(station.statuses).toEqual({ a: "dispatched", c: "dispatched" });
  });

  it("a person's task that failed for its budget begins again; an agent's does not", () => {
    const refused = plan({
      a: "reader",
      b: { budget: { tokens: 5000 }, depends_on: ["a"] },
      c: ["writer", "b"],
    });
    const station = new Station();
    station.deliver(taskFrom("human", BUDGET));
    station.answer(refused);
    done(station, "a");
    expect(station.reply.body.error).toMatch(/E_BUDGET/);
    save(station, { budget: { tokens: 2000 } });
    expect(station.task().status).toBe("failed");
    save(station, { budget: { tokens: 20_000 } });
    expect(station.statuses).toEqual({ a: "done", b: "dispatched", c: "pending" });
    const other = executing(refused, {}, BUDGET);
    done(other, "a");
    save(other, { budget: { tokens: 20_000 } });
    expect(other.task().status).toBe("failed");
    expect(other.replies).toHaveLength(1);
  });

  it("so does one whose synthesis could not be asked", () => {
    const station = new Station();
    station.deliver(taskFrom("human", BUDGET));
    station.answer(plan({ a: "reader" }));
    station.deliver(replyTo(station.taskOf("a"), { results: "A", used: { tasks: 1, tokens: 1000 } }));
    expect(station.reply.body.error).toMatch(/no tokens left for the synthesis/);
    save(station, { budget: { tokens: 900 } });
    expect(station.task().status).toBe("failed");
    save(station, { budget: { tokens: 1001 } });
    expect(station.asks).toMatchObject([{ question: { kind: "synthesise" } }]);
  });

  it("and one whose time was over, when it is given more", () => {
    const station = new Station();
    station.deliver(taskFrom("human", { deadline_in: MINUTE }));
    station.pass(MINUTE);
    expect(station.task().status).toBe("failed");
    save(station, { deadline: "1h" });
    expect(station.task()).toMatchObject({ status: "pending", deadline: station.now.running + 60 * MINUTE });
    station.answer(plan({ a: "reader", b: ["writer", "a"] }));
    station.pass(30 * MINUTE);
    expect(station.statuses).toEqual({ a: "failed", b: "cancelled" });
  });

  it("of a task that ended for another reason begin nothing", () => {
    const station = executingForHuman();
    fails(station, "a");
    save(station, { deadline: "1h", budget: { tokens: 5 } });
    expect(station.task()).toMatchObject({ status: "failed", budget: { tokens: 5 } });
    expect(station.task().deadline).toBeUndefined();
  });
});

describe("an edit as a message", () => {
  const ofBoss = { from: "boss", task_id: "root", subtask_id: "part" };

  it("of a person does what task.md would, and is its own record", () => {
    const station = executing();
    const message = editMessage({ title: "T", subtasks: { b: { agent: "reader" } } }, { task_id: LOCAL });
    station.deliver(message, message);
    expect(station.task().title).toBe("T");
    expect(station.subtask("b").agent).toBe("reader");
    expect(station.records.filter(({ type }) => type === "control")).toEqual([]);
    expect(station.disposalOf(message).map(({ to }) => to)).toEqual(["archive", "again"]);
    expect(station.task().layout).toBeUndefined();
  });

  it.each([
    ["title: [", "E_FIELD"],
    ["colour: red", "E_FIELD"],
    ["subtasks: {d: {agent: nobody}}", "E_UNKNOWN_AGENT"],
    ["approved: true", "E_STATE"],
    ["subtasks: {a: {status: done}}", "E_STATE"],
  ])("that is not legal goes to the dead letters and changes nothing: %s", (text, code) => {
    const station = executing();
    const before = station.task();
    const message = control("edit", { task_id: LOCAL, text });
    station.deliver(message);
    expect(station.disposalOf(message)).toMatchObject([{ to: "dead", code }]);
    expect(station.task()).toEqual(before);
  });

  it("of the giver changes the limits, and goes down as far as they bind", () => {
    const station = executing(PLAN, {}, { deadline_in: 10 * MINUTE, budget: { tokens: 1000 } });
    station.deliver(editMessage({ deadline: "1h", budget: { tokens: 3000 } }, { ...ofBoss, number: 7 }));
    expect(station.task()).toMatchObject({
      deadline: station.now.running + 60 * MINUTE,
      budget: { tokens: 3000 },
      limited: 7,
    });
    expect(controlsTo(station, "reader", "edit").map(({ body }) => parseEdit(body.text).deadline)).toEqual([
      "30m",
      "30m",
    ]);
    const before = station.task();
    station.deliver(editMessage({ deadline: "1m" }, { ...ofBoss, number: 6 }));
    expect(station.task().deadline).toBe(before.deadline);
  });

  it.each([
    { title: "Mine" },
    { status: "done", output: "R" },
    { deadline: "1h", approved: true },
    { subtasks: { a: { status: "cancelled" } } },
  ] as const)("of the giver, of anything else, is a person's: %j", (edit) => {
    const station = executing();
    const before = station.task();
    const message = editMessage(edit, ofBoss);
    station.deliver(message);
    expect(station.disposalOf(message)).toMatchObject([{ to: "dead", code: "E_NOT_YOURS" }]);
    expect(station.task()).toEqual(before);
  });

  it("of an agent that did not give the work counts for nothing", () => {
    const station = executing();
    const message = editMessage({ deadline: "1h" }, { ...ofBoss, from: "reader" });
    station.step(LOCAL, { type: "control", message, localId: LOCAL });
    expect(station.disposalOf(message)).toMatchObject([{ to: "dead", code: "E_NOT_YOURS" }]);
  });

  it("of the giver that comes after the end changes nothing", () => {
    const station = considering();
    station.answer({ results: "R" });
    const message = editMessage({ deadline: "1h" }, ofBoss);
    station.deliver(message);
    expect(station.disposalOf(message)).toMatchObject([{ to: "archive" }]);
    expect(station.task().deadline).toBeUndefined();
  });

  it("of the giver that comes before its TASK holds when that comes", () => {
    const station = new Station();
    station.deliver(editMessage({ deadline: "1h", budget: { tokens: 5 } }, { ...ofBoss, number: 3 }));
    station.deliver(fromBoss({ deadline_in: MINUTE, budget: { tokens: 1 } }));
    expect(station.task()).toMatchObject({
      deadline: station.now.running + 60 * MINUTE,
      budget: { tokens: 5 },
    });
    expect(station.asks).toHaveLength(1);
  });
});
