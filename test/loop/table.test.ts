import { describe, expect, it } from "vitest";
import { type Phase, phaseOf } from "../../src/loop/phase.ts";
import { nothing, TABLE } from "../../src/loop/table.ts";
import type { LoopEvent } from "../../src/loop/types.ts";
import type { TaskMessage } from "../../src/protocol/message.ts";
import { scriptHash } from "../../src/protocol/script-hash.ts";
import type { Asking } from "../../src/protocol/task.ts";
import { LAYOUT, save, saveOf } from "./editing.ts";
import { control, outcomeFrom, PLAN_TEXT, progressOf, replyTo, taskFrom } from "./letters.ts";
import { fromBoss, SCENES } from "./scenes.ts";
import { Station } from "./station.ts";

type Cell = `${Phase} × ${LoopEvent["type"]}`;

const LOCAL = "root.part";
const aReply = (over = {}) => replyTo(taskOfA(), over);
const taskOfA = (): TaskMessage => fromBoss({ task_id: LOCAL, subtask_id: "a", from: "lead", to: "reader" });
const ofBoss = { from: "boss", task_id: "root", subtask_id: "part" };
const asked = (station: Station) => station.asks[0]?.question.question ?? "none";
const timer = { type: "timer" } as const;
const resume = { type: "resume" } as const;
const superseded = { type: "superseded", attempt: 2 } as const;

function expectIgnored(station: Station, id: string, note: RegExp): void {
  expect(station.disposalOf({ id })).toEqual([
    { message: id, to: "archive", note: expect.stringMatching(note) },
  ]);
}

function expectProgress(station: Station, note: RegExp): void {
  const task = station.task();
  const before = { status: task.status, subtasks: station.statuses };
  const repeat = { ...fromBoss(), id: task.reply_to.message };
  station.deliver(repeat);
  expect(station.sent.at(-1)).toMatchObject({ type: "progress", to: "boss", in_reply_to: repeat.id });
  expect(station.sent.at(-1)).toMatchObject({ note: expect.stringMatching(note) });
  expect(station.disposalOf(repeat).at(-1)).toMatchObject({ to: "again" });
  expect({ status: station.task().status, subtasks: station.statuses }).toEqual(before);
}

function expectLateReply(station: Station, note: RegExp): void {
  const reply = aReply({ results: "late" });
  const { status } = station.task();
  station.deliver(reply);
  expectIgnored(station, reply.id, note);
  expect(station.task().status).toBe(status);
}

function expectCancelled(station: Station): void {
  station.deliver(control("cancel", ofBoss));
  expect(station.task().status).toBe("cancelled");
  expect(station.reply).toMatchObject({
    status: "cancelled",
    to: "boss",
    task_id: "root",
    subtask_id: "part",
  });
}

function expectSuperseded(station: Station): void {
  station.step(LOCAL, superseded);
  expect(station.task()).toMatchObject({ status: "cancelled", error: expect.stringContaining("attempt 2") });
}

function expectProgressArchived(station: Station): void {
  const progress = progressOf(taskOfA());
  const before = station.task();
  station.deliver(progress);
  expect(station.disposalOf(progress)).toEqual([{ message: progress.id, to: "archive" }]);
  expect(station.task().status).toBe(before.status);
}

function expectTimedOut(scene: Phase): void {
  const station = SCENES[scene]();
  const timed = { ...station.task(), deadline: station.now.running + 5 };
  station.tasks.set(LOCAL, timed);
  station.step(LOCAL, timer);
  expect(phaseOf(station.task())).toBe(scene);
  station.pass(5);
  expect(station.task()).toMatchObject({ status: "failed", error: expect.stringMatching(/^E_TIMEOUT/) });
}

function expectAskedAgain(station: Station): void {
  const question = asked(station);
  station.asks.length = 0;
  station.step(LOCAL, resume);
  expect(station.asks).toHaveLength(1);
  expect(station.asks[0]?.question).toMatchObject({ question, asked: 2 });
}

/** It is noted as asked again when it has its turn, and not before. */
function expectTurn(station: Station, stands: () => Asking | undefined): void {
  const question = asked(station);
  station.asks.length = 0;
  const before = stands();
  station.step(LOCAL, resume);
  expect(station.asks.splice(0)).toMatchObject([{ question: { question, asked: 2 }, resumed: true }]);
  expect(stands()).toEqual(before);
  station.step(LOCAL, { type: "again", question: "q-other" });
  expect(station.asks).toEqual([]);
  station.step(LOCAL, { type: "again", question });
  expect(station.asks).toMatchObject([{ question: { question, asked: 2 } }]);
  expect(station.asks[0]?.resumed).toBeUndefined();
  expect(stands()).toMatchObject({ question, asked: 2 });
}

function expectNoted(station: Station): void {
  station.step(LOCAL, { type: "started", question: asked(station), pid: 7, started: "then" });
  expect(station.task().asking).toMatchObject({ pid: 7, started: "then" });
}

/** One approved script at work, which has called nothing yet, and a call that it may make. */
function runningScript() {
  const program = "return 1;";
  const script = { now: 0, seed: "s" };
  const approved = { ...script, approved: scriptHash(program, script, undefined) };
  const station = new Station();
  station.deliver(taskFrom("human", { task_id: LOCAL, instructions: program, script: approved }));
  const call = { path: "agent#0", options: "o", hash: "h" };
  const calls = { one: { agent: "reader", description: "read", depends_on: [], call } };
  return { station, question: station.task().asking?.question ?? "none", calls };
}

function expectLateAnswer(station: Station): void {
  const { status } = station.task();
  const answer = { outcome: { results: "late", used: { tokens: 5 } }, call: { duration: 1 } };
  station.step(LOCAL, { type: "answer", question: "q-old", answer, attachments: [] });
  expect(station.calls.at(-1)).toMatchObject({ question: "q-old", taken: false });
  expect(station.task().used.tokens).toBe(5);
  expect(station.task().status).toBe(status);
}

/** One test of each cell that does something. */
const CELLS: Partial<Record<Cell, [what: string, test: () => void]>> = {
  "absent × task": [
    "creates the task and asks its brain to consider it",
    () => {
      const station = SCENES.considering();
      expect(station.task()).toMatchObject({ task_id: LOCAL, status: "pending", from: "boss" });
      expect(station.asks).toHaveLength(1);
      expect(station.asks[0]?.question).toMatchObject({ kind: "consider", asked: 1 });
    },
  ],
  "absent × replies": [
    "archives them as unknown",
    () => {
      const station = SCENES.absent();
      const reply = aReply();
      station.deliver(reply);
      expectIgnored(station, reply.id, /^unknown/);
    },
  ],
  "absent × control": [
    "a cancel leaves a cancelled task, anything else goes to the dead letters",
    () => {
      const station = SCENES.absent();
      station.deliver(control("cancel", ofBoss));
      expect(station.task(LOCAL)).toMatchObject({ status: "cancelled", from: "boss" });
      const pause = control("pause", { task_id: "nothing" });
      station.deliver(pause);
      expect(station.disposalOf(pause)).toMatchObject([{ to: "dead", code: "E_NOT_FOUND" }]);
    },
  ],
  "absent × outcome": [
    "goes to the dead letters",
    () => {
      const station = SCENES.absent();
      const outcome = outcomeFrom("human", "results", "R");
      station.deliver(outcome);
      expect(station.disposalOf(outcome)).toMatchObject([{ to: "dead", code: "E_NOT_FOUND" }]);
    },
  ],
  "absent × progress": [
    "is archived as unknown",
    () => {
      const station = SCENES.absent();
      const progress = progressOf(taskOfA());
      station.deliver(progress);
      expectIgnored(station, progress.id, /^unknown/);
    },
  ],
  "considering × task": ["tells where it stands", () => expectProgress(SCENES.considering(), /^working$/)],
  "considering × replies": ["archives them", () => expectLateReply(SCENES.considering(), /^unknown/)],
  "considering × control": [
    "is taken: a cancel stops the brain and answers",
    () => {
      const station = SCENES.considering();
      const question = asked(station);
      expectCancelled(station);
      expect(station.stopped).toEqual([question]);
    },
  ],
  "considering × edit": [
    "a subtask that a person adds makes it coordinating: the question is closed",
    () => {
      const station = SCENES.considering();
      const question = asked(station);
      saveOf(station, "a", { agent: "reader", description: "Look" });
      expect(station.stopped).toEqual([question]);
      expect(station.task()).toMatchObject({ mode: "coordinating", status: "executing", layout: LAYOUT });
      expect(station.statuses).toEqual({ a: "dispatched" });
    },
  ],
  "considering × outcome": [
    "of its own brain, naming the question, decides",
    () => {
      const station = SCENES.considering();
      const question = asked(station);
      station.deliver(outcomeFrom("lead", "plan", PLAN_TEXT, { task_id: LOCAL, question }));
      expect(station.statuses).toEqual({ a: "dispatched" });
    },
  ],
  "considering × progress": ["is archived", () => expectProgressArchived(SCENES.considering())],
  "considering × answer": [
    "results end the task, a plan splits it",
    () => {
      const station = SCENES.considering();
      station.answer({ results: "R" });
      expect(station.reply).toMatchObject({ status: "done", body: { results: "R" } });
      expect(SCENES.executing().statuses).toEqual({ a: "dispatched", b: "pending", c: "dispatched" });
    },
  ],
  "considering × started": [
    "notes the process and that work has begun",
    () => {
      const station = SCENES.considering();
      expectNoted(station);
      expect(station.task().status).toBe("in-progress");
    },
  ],
  "considering × superseded": ["cancels it", () => expectSuperseded(SCENES.considering())],
  "considering × timer": ["fails it at its deadline", () => expectTimedOut("considering")],
  "considering × resume": [
    "asks again; at once what is known to have been begun, and its process is forgotten",
    () => {
      expectAskedAgain(SCENES.considering());
      const station = SCENES.considering();
      expectNoted(station);
      expectAskedAgain(station);
      expect(station.asks[0]?.resumed).toBeUndefined();
      expect(station.task().asking).toMatchObject({ asked: 2 });
      expect(station.task().asking?.pid).toBeUndefined();
    },
  ],
  "considering × again": [
    "puts the question, and notes it",
    () => {
      const station = SCENES.considering();
      expectTurn(station, () => station.task().asking);
    },
  ],
  "waiting × task": [
    "tells what is waited for",
    () => expectProgress(SCENES.waiting(), /waiting for an answer/),
  ],
  "waiting × replies": ["archives them", () => expectLateReply(SCENES.waiting(), /^unknown/)],
  "waiting × control": [
    "an answer puts the question anew with it",
    () => {
      const station = SCENES.waiting();
      station.deliver(control("answer", { task_id: LOCAL, text: "src" }));
      expect(station.task().waiting).toBeUndefined();
      expect(station.asks[0]?.question.task.context).toBe("Question: Which folder?\nAnswer of human: src");
    },
  ],
  "waiting × edit": [
    "an answer in task.md is the answer",
    () => {
      const station = SCENES.waiting();
      save(station, { answer: "src" });
      expect(station.task().waiting).toBeUndefined();
      expect(station.asks[0]?.question.task.context).toBe("Question: Which folder?\nAnswer of human: src");
    },
  ],
  "waiting × outcome": [
    "of a person ends the wait",
    () => {
      const station = SCENES.waiting();
      station.deliver(outcomeFrom("human", "results", "By hand", { task_id: LOCAL }));
      expect(station.reply).toMatchObject({ status: "done", body: { results: "By hand" } });
    },
  ],
  "waiting × progress": ["is archived", () => expectProgressArchived(SCENES.waiting())],
  "waiting × answer": ["is late", () => expectLateAnswer(SCENES.waiting())],
  "waiting × again": [
    "of a question that is answered is passed over",
    () => {
      const station = SCENES.waiting();
      const before = station.task();
      station.step(LOCAL, { type: "again", question: "q-old" });
      expect(station.task()).toEqual(before);
      expect(station.asks).toEqual([]);
    },
  ],
  "waiting × started": [
    "of a question that is answered is passed over",
    () => {
      const station = SCENES.waiting();
      const before = station.task();
      station.step(LOCAL, { type: "started", question: "q-old", pid: 7, started: "then" });
      expect(station.task()).toEqual(before);
    },
  ],
  "waiting × superseded": ["cancels it", () => expectSuperseded(SCENES.waiting())],
  "waiting × timer": ["fails it at its deadline", () => expectTimedOut("waiting")],
  "executing × task": ["tells how much is done", () => expectProgress(SCENES.executing(), /0 of 3/)],
  "executing × replies": [
    "stores the result and dispatches what became ready",
    () => {
      const station = SCENES.executing();
      station.deliver(replyTo(station.taskOf("a"), { results: "12 files" }));
      expect(station.subtask("a")).toMatchObject({ status: "done", results: "12 files" });
      expect(station.taskOf("b").body.context).toContain("12 files");
    },
  ],
  "executing × control": [
    "a cancel goes down to all who work on it",
    () => {
      const station = SCENES.executing();
      expectCancelled(station);
      const down = station.sent.filter((message) => message.type === "control");
      expect(down.map(({ subtask_id }) => subtask_id)).toEqual(["a", "c"]);
      expect(station.statuses).toEqual({ a: "cancelled", b: "cancelled", c: "cancelled" });
    },
  ],
  "executing × edit": [
    "other work for one that is dispatched takes it back and sends it anew",
    () => {
      const station = SCENES.executing();
      saveOf(station, "a", { description: "Look again" });
      expect(station.subtask("a")).toMatchObject({ status: "dispatched", attempt: 2 });
      expect(station.taskOf("a").body.instructions).toBe("Look again");
    },
  ],
  "executing × outcome": [
    "of a person for a subtask is its result",
    () => {
      const station = SCENES.executing();
      station.deliver(outcomeFrom("human", "results", "By hand", { task_id: LOCAL, subtask_id: "a" }));
      expect(station.statuses).toEqual({ a: "done", b: "dispatched", c: "dispatched" });
      expect(station.taskOf("b").body.context).toContain("By hand");
    },
  ],
  "executing × progress": [
    "is a sign of life",
    () => {
      const station = SCENES.executing();
      station.pass(60_000);
      station.deliver(progressOf(station.taskOf("a")));
      expect(station.subtask("a").heard).toBe(station.now.running);
      expect(station.subtask("c").heard).toBe(1_000);
    },
  ],
  "executing × calls": [
    "of a script makes each a subtask, once",
    () => {
      const { station, question, calls } = runningScript();
      station.step(LOCAL, { type: "calls", question: "another", calls });
      expect(station.statuses).toEqual({});
      station.step(LOCAL, { type: "calls", question, calls });
      station.step(LOCAL, { type: "calls", question, calls });
      expect(station.statuses).toEqual({ one: "dispatched" });
      expect(station.sent.filter(({ type }) => type === "task")).toHaveLength(1);
    },
  ],
  "executing × unfit": [
    "marks a call whose answers are of no use to the script, once, for the question that runs it",
    () => {
      const { station, question, calls } = runningScript();
      const unfit = { type: "unfit", question, subtask: "one", why: "E_BRAIN_OUTPUT: no number" } as const;
      station.step(LOCAL, { type: "calls", question, calls });
      station.step(LOCAL, unfit);
      expect(station.subtask("one").call?.unfit).toBeUndefined();
      station.deliver(replyTo(station.taskOf("one"), { results: "seven" }));
      station.step(LOCAL, { ...unfit, question: "another" });
      station.step(LOCAL, { ...unfit, subtask: "two" });
      expect(station.subtask("one").call?.unfit).toBeUndefined();
      station.step(LOCAL, unfit);
      expect(station.subtask("one")).toMatchObject({
        status: "done",
        call: { path: "agent#0", unfit: unfit.why },
      });
      expect(station.step(LOCAL, unfit).change).toBeUndefined();
    },
  ],
  "executing × answer": ["to a question long closed is late", () => expectLateAnswer(SCENES.executing())],
  "executing × started": [
    "notes the process of a subtask of its own",
    () => {
      const station = SCENES.considering();
      station.answer({ subtasks: { own: { agent: "self", description: "", depends_on: [] } } });
      station.step(LOCAL, { type: "started", question: asked(station), pid: 7, started: "then" });
      expect(station.subtask("own").asking).toMatchObject({ pid: 7, started: "then" });
    },
  ],
  "executing × accepted": [
    "counts the time of the attempt from now",
    () => {
      const station = SCENES.executing();
      const { id: message } = station.taskOf("a");
      station.pass(60_000);
      const before = station.subtask("c").due;
      station.step(LOCAL, { type: "accepted", message });
      expect(station.subtask("a").due).toBe(station.now.running + 30 * 60_000);
      expect(station.subtask("c").due).toBe(before);
    },
  ],
  "executing × undelivered": [
    "fails the subtask with the reason; it is cancelled where it may be there, and not where its receiver refused it",
    () => {
      const cancels = (code: "E_UNDELIVERED" | "E_NOT_YOURS") => {
        const station = SCENES.executing();
        const { id: message } = station.taskOf("a");
        station.step(LOCAL, { type: "undelivered", message, code, text: "nobody took it" });
        expect(station.subtask("a")).toMatchObject({ status: "failed", error: `${code}: nobody took it` });
        return station.sent.filter((sent) => sent.type === "control" && sent.subtask_id === "a").length;
      };
      expect([cancels("E_UNDELIVERED"), cancels("E_NOT_YOURS")]).toEqual([1, 0]);
    },
  ],
  "executing × superseded": ["cancels it", () => expectSuperseded(SCENES.executing())],
  "executing × timer": ["fails it at its deadline", () => expectTimedOut("executing")],
  "executing × again": [
    "puts that of a subtask of its own, and notes it",
    () => {
      const station = SCENES.considering();
      station.answer({ subtasks: { own: { agent: "self", description: "", depends_on: [] } } });
      expectTurn(station, () => station.task().subtasks.get("own")?.asking);
    },
  ],
  "executing × resume": [
    "asks again what was asked of its own brain, and sends nothing twice",
    () => {
      const station = SCENES.considering();
      station.answer({
        subtasks: {
          own: { agent: "self", description: "", depends_on: [] },
          a: { agent: "reader", description: "", depends_on: [] },
        },
      });
      expectAskedAgain(station);
      expect(station.tasksOf("a")).toHaveLength(1);
    },
  ],
  "aggregating × task": ["tells where it stands", () => expectProgress(SCENES.aggregating(), /^working$/)],
  "aggregating × replies": [
    "archives them as late or repeated",
    () => {
      const station = SCENES.aggregating();
      expectLateReply(station, /^late/);
      const repeat = { ...aReply(), id: station.subtask("a").reply ?? "" };
      station.deliver(repeat);
      expect(station.disposalOf(repeat).at(-1)).toEqual({ message: repeat.id, to: "again" });
    },
  ],
  "aggregating × control": ["a cancel ends it", () => expectCancelled(SCENES.aggregating())],
  "aggregating × edit": [
    "a result written anew asks for the synthesis anew",
    () => {
      const station = SCENES.aggregating();
      const question = asked(station);
      saveOf(station, "a", { results: "By hand" });
      expect(station.stopped).toEqual([question]);
      expect(station.asks[0]?.question.results).toMatchObject({ a: { status: "done", results: "By hand" } });
    },
  ],
  "aggregating × outcome": [
    "of its own brain is the synthesis",
    () => {
      const station = SCENES.aggregating();
      const question = asked(station);
      station.deliver(outcomeFrom("lead", "results", "All in all", { task_id: LOCAL, question }));
      expect(station.reply).toMatchObject({ status: "done", body: { results: "All in all" } });
    },
  ],
  "aggregating × progress": ["is archived", () => expectProgressArchived(SCENES.aggregating())],
  "aggregating × answer": [
    "is the answer of the task",
    () => {
      const station = SCENES.aggregating();
      expect(station.asks[0]?.question.results).toMatchObject({
        a: { status: "done", results: "Result of a" },
      });
      station.answer({ results: "All in all" });
      expect(station.reply).toMatchObject({ status: "done", body: { results: "All in all" } });
      expect(station.records.at(-1)).toMatchObject({ type: "outcome", body: { text: "All in all" } });
    },
  ],
  "aggregating × started": ["notes the process", () => expectNoted(SCENES.aggregating())],
  "aggregating × superseded": ["cancels it", () => expectSuperseded(SCENES.aggregating())],
  "aggregating × timer": ["fails it at its deadline", () => expectTimedOut("aggregating")],
  "aggregating × again": [
    "puts the question, and notes it",
    () => {
      const station = SCENES.aggregating();
      expectTurn(station, () => station.task().asking);
    },
  ],
  "aggregating × resume": ["asks again", () => expectAskedAgain(SCENES.aggregating())],
  "final × task": [
    "gives the stored reply again",
    () => {
      const station = SCENES.final();
      const repeat = { ...fromBoss(), id: station.task().reply_to.message };
      station.deliver(repeat);
      expect(station.leaving.filter(({ id }) => id === station.reply.id)).toHaveLength(2);
      expect(station.disposalOf(repeat).at(-1)).toMatchObject({ to: "again" });
    },
  ],
  "final × replies": ["archives them", () => expectLateReply(SCENES.final(), /^unknown/)],
  "final × control": [
    "a cancel changes nothing: of reply and cancel the one handled first wins",
    () => {
      const station = SCENES.final();
      station.deliver(control("cancel", ofBoss));
      expect(station.task().status).toBe("done");
      expect(station.replies).toHaveLength(1);
    },
  ],
  "final × edit": [
    "notes are taken, the reply stays",
    () => {
      const station = SCENES.final();
      save(station, { notes: "Seen" });
      expect(station.task()).toMatchObject({ status: "done", text: { notes: "Seen", output: "Done" } });
      expect(station.replies).toHaveLength(1);
    },
  ],
  "final × outcome": [
    "is late",
    () => {
      const station = SCENES.final();
      const outcome = outcomeFrom("human", "results", "Another", { task_id: LOCAL });
      station.deliver(outcome);
      expectIgnored(station, outcome.id, /^late/);
    },
  ],
  "final × progress": ["is archived", () => expectProgressArchived(SCENES.final())],
  "final × answer": ["leaves its record and what it used", () => expectLateAnswer(SCENES.final())],
};

describe("the loop", () => {
  for (const [cell, [what, test]] of Object.entries(CELLS)) it(`${cell}: ${what}`, test);

  it("has a test of each cell that is not nothing", () => {
    const cells = Object.entries(TABLE).flatMap(([phase, handlers]) =>
      Object.entries(handlers).flatMap(([event, handler]) =>
        handler === nothing ? [] : [`${phase} × ${event}`],
      ),
    );
    expect(Object.keys(CELLS).sort()).toEqual(cells.sort());
  });

  it.each(Object.keys(SCENES) as Phase[])(
    "%s: what is nothing changes nothing and sends nothing",
    (phase) => {
      const events: LoopEvent[] = [
        timer,
        resume,
        { type: "again", question: "q" },
        superseded,
        { type: "started", question: "q", pid: 1, started: "" },
        { type: "accepted", message: "m" },
        { type: "undelivered", message: "m", code: "E_UNDELIVERED", text: "" },
        { type: "edit", found: { edit: { title: "T" }, layout: "", seen: {}, putBack: [] } },
        {
          type: "answer",
          question: "q",
          answer: { outcome: { results: "" }, call: { duration: 1 } },
          attachments: [],
        },
      ];
      const station = SCENES[phase]();
      for (const event of events) {
        if (TABLE[phase][event.type] !== nothing) continue;
        const plan = station.step(phase === "absent" ? undefined : LOCAL, event);
        expect(plan.change).toBeUndefined();
        expect(Object.values(plan).flat()).toEqual([]);
      }
    },
  );

  it.each(Object.keys(SCENES) as Phase[])("%s: the scene stands where it says", (phase) => {
    const station = SCENES[phase]();
    expect(phaseOf(station.tasks.get(LOCAL))).toBe(phase);
  });
});
