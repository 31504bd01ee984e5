import { describe, expect, it } from "vitest";
import type { ControlMessage } from "../../src/protocol/message.ts";
import { control, outcomeFrom, plan, replyTo, taskFrom } from "./letters.ts";
import { considering, executing, executingForHuman, finishAll, fromBoss, PLAN } from "./scenes.ts";
import { Station } from "./station.ts";

const LOCAL = "root.part";
const ofBoss = { from: "boss", task_id: "root", subtask_id: "part" };
const MINUTE = 60_000;

function refused(station: Station, message: ControlMessage): string {
  const before = station.task();
  station.deliver(message);
  expect(station.task()).toEqual(before);
  const [disposal] = station.disposalOf(message);
  return disposal?.to === "dead" ? `${disposal.code}: ${disposal.text}` : "taken";
}

describe("a control", () => {
  it.each(["retry", "approve", "reject", "answer", "edit"] as const)("%s is a person's alone", (kind) => {
    expect(refused(considering(), control(kind, ofBoss))).toMatch(/^E_NOT_YOURS/);
  });

  it("of an agent that did not give the work changes nothing", () => {
    const station = considering();
    const foreign = control("cancel", { ...ofBoss, from: "reader" });
    station.step(LOCAL, { type: "control", message: foreign, localId: LOCAL });
    expect(station.task().status).toBe("pending");
    expect(station.disposalOf(foreign)).toMatchObject([{ to: "dead", code: "E_NOT_YOURS" }]);
  });

  it("of the giver names the attempt, and touches that one only", () => {
    const station = considering();
    station.step(LOCAL, {
      type: "control",
      message: control("cancel", { ...ofBoss, attempt: 2 }),
      localId: LOCAL,
    });
    expect(station.task().status).toBe("pending");
  });

  it("that comes twice is taken once", () => {
    const station = new Station();
    station.deliver(taskFrom("human"));
    station.answer({ error: "E_BRAIN: no" });
    const retry = control("retry");
    station.deliver(retry);
    station.answer({ error: "E_BRAIN: no" });
    station.deliver(retry);
    expect(station.task().status).toBe("failed");
    expect(station.disposalOf(retry).map(({ to }) => to)).toEqual(["archive", "again"]);
  });

  it("H15: pause, resume, pause are three", () => {
    const station = executing();
    const ids = (["pause", "resume", "pause"] as const).map((kind) => {
      const message = control(kind, { task_id: LOCAL });
      station.deliver(message);
      return message.id;
    });
    expect(station.task()).toMatchObject({ paused: true, controls: ids });
  });

  it("H15: two cancels of one step to one agent have two ids", () => {
    const station = executing();
    station.deliver(control("cancel", { task_id: LOCAL }));
    const ids = station.sent.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ["approve", {}, "nothing waits for an approval"],
    ["answer", {}, "nothing waits for an answer"],
    ["edit", { text: "approved: true" }, "nothing waits for an approval"],
    ["cancel", { subtask_id: "zero" }, "there is no subtask zero"],
    ["reject", {}, "nothing waits for an approval"],
    ["retry", {}, "not finished"],
  ] as const)("%s %j that has no meaning now goes to the dead letters", (kind, over, why) => {
    const message = refused(executing(), control(kind, { task_id: LOCAL, ...over }));
    expect(message).toMatch(/^E_STATE/);
    expect(message).toContain(why);
  });
});

describe("cancel", () => {
  it("of one subtask leaves the others, and skips what depends on it", () => {
    const station = executing();
    station.deliver(control("cancel", { task_id: LOCAL, subtask_id: "a", text: "not needed" }));
    expect(station.statuses).toEqual({ a: "cancelled", b: "skipped", c: "dispatched" });
    expect(station.sent.at(-1)).toMatchObject({
      control: "cancel",
      to: "reader",
      subtask_id: "a",
      attempt: 1,
    });
    station.deliver(replyTo(station.taskOf("c"), { results: "C" }));
    expect(station.asks[0]?.question.results).toMatchObject({
      a: { status: "cancelled" },
      b: { status: "skipped" },
    });
  });

  it("H24: that comes before its TASK leaves a cancelled task; the TASK is answered, not done", () => {
    const station = new Station();
    const cancel = control("cancel", ofBoss);
    station.deliver(cancel);
    const task = fromBoss();
    station.deliver(task, task, cancel);
    expect(station.asks).toEqual([]);
    expect(station.task()).toMatchObject({
      task_id: LOCAL,
      status: "cancelled",
      reply_to: { message: task.id },
    });
    expect(station.leaving.filter(({ type }) => type === "reply")).toHaveLength(3);
    expect(new Set(station.leaving.map(({ id }) => id)).size).toBe(1);
    expect(station.disposalOf(task).map(({ to }) => to)).toEqual(["archive", "again"]);
    expect(station.disposalOf(cancel).map(({ to }) => to)).toEqual(["archive", "again"]);
  });

  it("H24: of attempt 1 after the TASK of attempt 2 touches attempt 1 only", () => {
    const station = considering({}, { attempt: 2 });
    station.deliver(control("cancel", ofBoss));
    expect(station.task("root.part_2").status).toBe("pending");
    expect(station.task(LOCAL).status).toBe("cancelled");
  });

  it("H24: of a TASK that is still pending withdraws it, and cancels all the same", () => {
    const station = executing(plan({ a: "reader" }));
    station.deliver(control("cancel", { task_id: LOCAL }));
    expect(station.withdrawn).toHaveLength(1);
    expect(station.sent.some(({ type }) => type === "control")).toBe(true);
  });

  it("H24: of unknown work whose plain name another sender has, is kept under the name the TASK will get", () => {
    const station = considering();
    const other = { ...ofBoss, from: "writer" };
    station.deliver(control("cancel", other));
    expect(station.task(LOCAL)).toMatchObject({ from: "boss", status: "pending" });
    station.deliver(fromBoss(other));
    expect(station.asks).toHaveLength(1);
    expect([...station.tasks.values()].find(({ from }) => from === "writer")?.status).toBe("cancelled");
  });

  it("H11: attempt 2 ends the brain of attempt 1, which stands in a folder of its own", () => {
    const station = considering();
    const question = station.asks[0]?.question.question;
    station.deliver(fromBoss({ attempt: 2 }));
    expect(station.stopped).toEqual([question]);
    expect(station.task(LOCAL).status).toBe("cancelled");
    expect(station.asks.map(({ task }) => task)).toEqual(["root.part_2"]);
    expect(station.reply).toMatchObject({ attempt: 1, status: "cancelled" });
  });

  it("H11: attempt 1 that comes after attempt 2 is not begun", () => {
    const station = considering({}, { attempt: 2 });
    station.deliver(fromBoss());
    expect(station.asks.map(({ task }) => task)).toEqual(["root.part_2"]);
    expect(station.reply).toMatchObject({ attempt: 1, status: "cancelled" });
  });
});

describe("pause", () => {
  const pause = () => control("pause", { task_id: LOCAL });
  const goOn = () => control("resume", { task_id: LOCAL });

  it("sends nothing new; what is under way is taken; resume goes on", () => {
    const station = executing();
    station.deliver(pause());
    const sent = station.sent.length;
    station.deliver(replyTo(station.taskOf("a"), { results: "A" }));
    expect(station.statuses).toEqual({ a: "done", b: "pending", c: "dispatched" });
    expect(station.sent).toHaveLength(sent);
    station.deliver(goOn());
    expect(station.statuses.b).toBe("dispatched");
  });

  it("holds the failure policy: a person may still mend what failed", () => {
    const station = executingForHuman();
    station.deliver(control("pause"), replyTo(station.taskOf("a"), { error: "E_BRAIN: no" }));
    expect(station.statuses).toEqual({ a: "failed", b: "pending", c: "dispatched" });
    station.deliver(control("retry", { subtask_id: "a" }), control("resume"));
    expect(station.subtask("a")).toMatchObject({ status: "dispatched", attempt: 2 });
  });

  it("asks nothing new: the question is put when the task goes on, as asked for the first time", () => {
    const station = executing(plan({ a: "reader" }));
    station.deliver(pause(), replyTo(station.taskOf("a"), { results: "A" }));
    station.deliver(control("cancel", { task_id: LOCAL, subtask_id: "a" }));
    expect(station.asks).toEqual([]);
    station.deliver(goOn());
    station.tick();
    expect(station.asks).toMatchObject([{ question: { kind: "synthesise", asked: 1 } }]);
  });

  it("holds a refused plan and a restart", () => {
    const station = considering();
    station.deliver(pause());
    station.answer(plan({ a: "nobody" }));
    expect(station.asks).toEqual([]);
    station.restart();
    station.pass(MINUTE);
    expect(station.asks).toEqual([]);
    station.deliver(goOn());
    station.tick();
    expect(station.asks).toMatchObject([
      { question: { asked: 1, problem: expect.stringContaining("E_UNKNOWN_AGENT") } },
    ]);
  });

  it("holds time-outs of subtasks and pauses of questions, not the deadline of the task", () => {
    const station = executing(plan({ a: { timeout: "1m" }, own: "self" }), {}, { deadline_in: 60 * MINUTE });
    station.answer({ error: "E_BRAIN: busy", passing: true });
    station.deliver(pause());
    station.pass(30 * MINUTE);
    station.step(LOCAL, { type: "timer" });
    expect(station.statuses).toEqual({ a: "dispatched", own: "dispatched" });
    expect(station.asks).toEqual([]);
    station.pass(30 * MINUTE);
    expect(station.reply.body.error).toMatch(/^E_TIMEOUT/);
  });

  it("a question that was put before the restart is asked again after the pause", () => {
    const station = considering();
    station.deliver(pause());
    station.restart();
    expect(station.asks).toEqual([]);
    station.deliver(goOn());
    station.tick();
    expect(station.asks).toMatchObject([{ question: { asked: 2 } }]);
  });

  it("of the giver counts too", () => {
    const station = considering();
    station.deliver(control("pause", ofBoss));
    expect(station.task().paused).toBe(true);
  });
});

describe("retry", () => {
  it("H10: of a subtask is a new attempt, with its dependants where they had begun; a reply of before is late", () => {
    const station = executing();
    const first = station.taskOf("a");
    station.deliver(replyTo(first, { results: "Old" }));
    const second = station.taskOf("b");
    station.deliver(control("retry", { task_id: LOCAL, subtask_id: "a" }));
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending", c: "dispatched" });
    expect(station.sent.filter(({ type }) => type === "control")).toMatchObject([
      { subtask_id: "b", attempt: 1 },
    ]);
    station.deliver(replyTo(second, { results: "Of the old" }));
    expect(station.statuses.b).toBe("pending");
    expect(station.taskOf("a").attempt).toBe(2);
    expect(station.taskOf("a").id).not.toBe(first.id);
    station.deliver(replyTo(station.taskOf("a"), { results: "New" }));
    expect(station.taskOf("b")).toMatchObject({
      attempt: 2,
      body: { context: expect.stringContaining("New") },
    });
    expect(station.taskOf("b").body.context).not.toContain("Old");
  });

  it("while the synthesis is asked ends that question", () => {
    const station = finishAll(executing());
    const question = station.asks[0]?.question.question;
    station.deliver(control("retry", { task_id: LOCAL, subtask_id: "c" }));
    expect(station.stopped).toEqual([question]);
    expect(station.statuses).toEqual({ a: "done", b: "done", c: "dispatched" });
    finishAll(station);
    expect(station.asks).toHaveLength(1);
  });

  it("while the synthesis waits for a person's answer takes that back", () => {
    const station = finishAll(executing());
    station.answer({ ask: "In which language?" });
    station.deliver(control("retry", { task_id: LOCAL, subtask_id: "c" }));
    expect(station.task()).toMatchObject({ status: "executing" });
    expect(station.task().waiting).toBeUndefined();
  });

  it("of a person's failed task does again what was not done, and replies anew", () => {
    const station = executingForHuman();
    station.deliver(
      replyTo(station.taskOf("a"), { results: "A" }),
      replyTo(station.taskOf("c"), { error: "no" }),
    );
    const [first] = station.replies;
    station.deliver(control("retry"));
    expect(station.statuses).toEqual({ a: "done", b: "dispatched", c: "dispatched" });
    finishAll(station);
    station.answer({ results: "All" });
    expect(station.replies.map(({ status }) => status)).toEqual(["failed", "done"]);
    expect(station.replies[1]?.id).not.toBe(first?.id);
    expect(station.task().text.partial).toBe("");
  });

  it("of one subtask of a person's failed task brings back what was cancelled with it", () => {
    const station = executingForHuman();
    station.deliver(replyTo(station.taskOf("c"), { error: "no" }));
    expect(station.statuses).toEqual({ a: "cancelled", b: "cancelled", c: "failed" });
    station.deliver(control("retry", { subtask_id: "c" }));
    expect(station.statuses).toEqual({ a: "dispatched", b: "pending", c: "dispatched" });
  });

  it("of a direct task asks its brain anew", () => {
    const station = new Station();
    station.deliver(taskFrom("human"));
    station.answer({ error: "E_BRAIN: no" });
    station.deliver(control("retry"));
    expect(station.task()).toMatchObject({ status: "pending", mode: "undecided" });
    station.answer({ results: "R" });
    expect(station.replies.map(({ status }) => status)).toEqual(["failed", "done"]);
  });

  it("of an agent's finished task is to be asked of that agent", () => {
    const station = executing(PLAN);
    station.deliver(replyTo(station.taskOf("c"), { error: "no" }));
    expect(refused(station, control("retry", { task_id: LOCAL }))).toMatch(/retry root\/part at boss/);
  });

  it("of a task that is done names a subtask", () => {
    const station = new Station();
    station.deliver(taskFrom("human"));
    station.answer({ results: "R" });
    expect(refused(station, control("retry"))).toContain("name the subtask");
  });
});

describe("an outcome message", () => {
  const named = (station: Station) => ({
    task_id: LOCAL,
    question: station.asks[0]?.question.question ?? "",
  });

  it("of an agent must name its question", () => {
    const station = considering();
    const outcome = outcomeFrom("lead", "results", "R", { task_id: LOCAL });
    station.deliver(outcome);
    expect(station.disposalOf(outcome)).toMatchObject([{ to: "dead", code: "E_NOT_OPEN" }]);
    expect(station.task().status).toBe("pending");
  });

  it("of another agent counts for nothing", () => {
    const station = considering();
    const outcome = outcomeFrom("reader", "results", "R", named(station));
    station.deliver(outcome);
    expect(station.disposalOf(outcome)).toMatchObject([{ to: "dead", code: "E_NOT_YOURS" }]);
  });

  it("that cannot be read goes to the dead letters", () => {
    const station = considering();
    const outcome = outcomeFrom("lead", "plan", "{not a plan", named(station));
    station.deliver(outcome);
    expect(station.disposalOf(outcome)).toMatchObject([{ to: "dead" }]);
    expect(station.asks).toHaveLength(1);
  });

  it("H26: of two that name the same question one is taken", () => {
    const station = considering();
    const [ask] = station.asks;
    station.restart();
    const outcome = outcomeFrom("lead", "results", "By command line", named(station));
    station.deliver(outcome);
    if (ask !== undefined) station.answerAsk(ask, { results: "By the process" });
    expect(station.reply.body.results).toBe("By command line");
    expect(station.calls.map(({ taken }) => taken)).toEqual([false]);
  });

  it("H26: a question that was answered by a question of its own takes nothing more", () => {
    const station = considering();
    const [ask] = station.asks;
    station.answer({ ask: "Which?" });
    if (ask !== undefined) station.answerAsk(ask, { results: "Late" });
    expect(station.task().waiting?.for).toBe("answer");
    expect(station.calls.map(({ taken }) => taken)).toEqual([true, false]);
  });

  it.each(["lead", "human"])("H27: of %s for a question of before is late", (from) => {
    const station = considering();
    const before = named(station);
    station.answer(PLAN);
    finishAll(station);
    const outcome = outcomeFrom(from, "results", "To the first question", before);
    station.deliver(outcome);
    expect(station.disposalOf(outcome)).toMatchObject([
      { to: "archive", note: expect.stringMatching(/^late/) },
    ]);
    expect(station.task().status).toBe("aggregating");
  });

  it("of a person stands for whatever is open, and ends the brain that is asked", () => {
    const station = considering();
    const { question } = named(station);
    station.deliver(outcomeFrom("human", "results", "By hand", { task_id: LOCAL }));
    expect(station.stopped).toEqual([question]);
    expect(station.reply.body.results).toBe("By hand");
  });

  it("of a person may be a plan while a question waits for an answer", () => {
    const station = considering();
    station.answer({ ask: "How?" });
    station.deliver(
      outcomeFrom("human", "plan", '{"subtasks": {"a": {"agent": "reader"}}}', { task_id: LOCAL }),
    );
    expect(station.statuses).toEqual({ a: "dispatched" });
  });

  it("of a person ends a task that executes, and a subtask that nobody has yet", () => {
    const station = executing();
    station.deliver(outcomeFrom("human", "error", "no use", { task_id: LOCAL, subtask_id: "b" }));
    expect(station.reply.body.error).toMatch(/^E_SUBTASK: b \(writer\) failed: no use/);
    const other = executing();
    other.deliver(outcomeFrom("human", "results", "Enough", { task_id: LOCAL }));
    expect(other.reply).toMatchObject({ status: "done", body: { results: "Enough" } });
    expect(other.statuses).toEqual({ a: "cancelled", b: "cancelled", c: "cancelled" });
  });

  it("of a person that comes twice is taken once", () => {
    const station = considering();
    const outcome = outcomeFrom("human", "plan", '{"subtasks": {"a": {"agent": "nobody"}}}', {
      task_id: LOCAL,
    });
    station.deliver(outcome);
    station.deliver(outcome);
    expect(station.task().status).toBe("planning");
    expect(station.disposalOf(outcome).map(({ to }) => to)).toEqual(["archive", "again"]);
  });

  it("adds to what the task used", () => {
    const station = considering();
    station.answer({ ask: "Which?", used: { tokens: 10 } });
    station.deliver(outcomeFrom("human", "results", "R", { task_id: LOCAL, used: { tokens: 5, tasks: 7 } }));
    expect(station.reply.used).toMatchObject({ tokens: 15, tasks: 1 });
  });
});
