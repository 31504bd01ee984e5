import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFinal } from "../../src/loop/phase.ts";
import type { Task } from "../../src/protocol/task.ts";
import { editMessage, save } from "./editing.ts";
import { control, plan, replyTo, taskFrom } from "./letters.ts";
import { type EditMaker, editMaker } from "./random-edits.ts";
import { fromBoss } from "./scenes.ts";
import { Station } from "./station.ts";

type Happening =
  | { what: "edit" | "stale edit" | "edit by message"; make: EditMaker }
  | { what: "reply" | "late reply"; n: number; fails: boolean }
  | { what: "answer"; n: number; with: "results" | "plan" | "ask" | "error" | "passing" }
  | { what: "time"; ms: number }
  | { what: "restart" }
  | { what: "control"; control: "pause" | "resume" | "retry" | "approve" };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom("edit" as const, "edit", "stale edit", "edit by message"),
      make: editMaker,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constantFrom("reply" as const, "reply", "late reply"),
      n: fc.nat(),
      fails: fc.constantFrom(false, false, true),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant("answer" as const),
      n: fc.nat(),
      with: fc.constantFrom("results" as const, "plan", "plan", "ask", "error", "passing"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("time" as const), ms: fc.constantFrom(100, 2_000, 700_000) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("restart" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("control" as const),
      control: fc.constantFrom("pause" as const, "resume", "retry", "approve"),
    }),
  },
);

const start = fc.record({
  from: fc.constantFrom("human", "boss"),
  approval: fc.constantFrom("never" as const, "never", "always"),
  on_failure: fc.constantFrom("fail-fast" as const, "continue"),
  budget: fc.constantFrom({ tokens: 2_000, tasks: 8 }, { tokens: 100_000, tasks: 100 }),
});

/** Nothing of these is ever a person's to change. */
function owned({ task_id, from, reply_to, body_hash, trace, created_at, clawflow }: Task) {
  return { task_id, from, reply_to, body_hash, trace, created_at, clawflow };
}

function begin({ from, budget, ...policy }: typeof start extends fc.Arbitrary<infer T> ? T : never): Station {
  const station = new Station();
  station.deliver(from === "human" ? taskFrom("human", { budget, policy }) : fromBoss({ budget, policy }));
  return station;
}

function happen(station: Station, event: Happening, before: Task): void {
  const { task_id } = station.task();
  switch (event.what) {
    case "edit":
      save(station, event.make(station.task()));
      return;
    case "stale edit":
      save(station, event.make(before), before);
      return;
    case "edit by message":
      station.deliver(editMessage(event.make(station.task()), { task_id }));
      return;
    case "reply":
    case "late reply":
      reply(station, event);
      return;
    case "answer":
      answer(station, event);
      return;
    case "time":
      station.pass(event.ms);
      return;
    case "restart":
      station.restart();
      return;
    case "control":
      station.deliver(control(event.control, { task_id }));
      return;
    default:
      event satisfies never;
  }
}

function reply(station: Station, { what, n, fails }: Happening & { what: "reply" | "late reply" }): void {
  const sent = station.sent.filter((message) => message.type === "task");
  const open = sent.filter(({ subtask_id = "", attempt }) => {
    const subtask = station.task().subtasks.get(subtask_id);
    return subtask?.status === "dispatched" && subtask.attempt === attempt;
  });
  const to = what === "reply" ? open : sent;
  const message = to[n % Math.max(1, to.length)];
  if (message?.type === "task")
    station.deliver(replyTo(message, fails ? { error: "E_BRAIN: no" } : { results: `Result ${n}` }));
}

function answer(station: Station, { n, with: kind }: Happening & { what: "answer" }): void {
  const ask = station.asks[n % Math.max(1, station.asks.length)];
  if (ask === undefined) return;
  const outcome = {
    results: { results: `Answer ${n}` },
    plan: plan({ a: "reader", b: ["writer", "a"], c: "self" }),
    ask: { ask: "Which?" },
    error: { error: "E_BRAIN: no" },
    passing: { error: "E_BRAIN: busy", passing: true },
  }[kind];
  station.answerAsk(ask, outcome);
}

/** Whoever is asked answers, whoever has work does it, a person approves: it ends. */
function comeToRest(station: Station): void {
  for (let turn = 0; turn < 500; turn++) {
    const task = station.task();
    if (isFinal(task)) return;
    const { task_id } = task;
    station.deliver(control("resume", { task_id }));
    for (const [id, { paused }] of station.task().subtasks)
      if (paused === true) station.deliver(control("resume", { task_id, subtask_id: id }));
    station.deliver(control("approve", { task_id }));
    station.deliver(control("answer", { task_id, text: "That" }));
    for (const [id, { waiting }] of station.task().subtasks)
      if (waiting !== undefined)
        station.deliver(control("answer", { task_id, subtask_id: id, text: "That" }));
    for (const ask of [...station.asks]) station.answerAsk(ask, { results: "R" });
    reply(station, { what: "reply", n: turn, fails: false });
    station.pass(1_000);
  }
}

describe("edits of every kind, between replies, answers, time and restarts", () => {
  property.prop([start, fc.array(happening, { minLength: 1, maxLength: 40 })], { numRuns: 300 })(
    "leave a task that can go on, with all that the runtime owns, and attempts that only grow",
    (how, happenings) => {
      const station = begin(how);
      const first = owned(station.task());
      let stale = station.task();
      for (const [n, event] of happenings.entries()) {
        const before = station.task();
        happen(station, event, stale);
        const after = station.task();
        expect(owned(after)).toEqual(first);
        expect(after.number).toBeGreaterThanOrEqual(before.number);
        expect(after.calls).toBeGreaterThanOrEqual(before.calls);
        if (n % 5 === 0) stale = before;
      }
      const attempts = station.sent
        .filter((message) => message.type === "task")
        .map(({ subtask_id, attempt }) => `${subtask_id} ${attempt}`);
      expect(new Set(attempts).size, "an attempt was sent twice").toBe(attempts.length);
      const ids = [...station.sent, ...station.records].map(({ id }) => id);
      expect(new Set(ids).size, "an id was used twice").toBe(ids.length);
      comeToRest(station);
      expect(isFinal(station.task()), `it is ${station.task().status}`).toBe(true);
    },
  );

  it("the edits that are made are mostly legal, and do all kinds of things", () => {
    let taken = 0;
    let refused = 0;
    const statuses = new Set<string>();
    const runs = fc.sample(fc.tuple(start, fc.array(happening, { minLength: 20, maxLength: 40 })), {
      seed: 7,
      numRuns: 150,
    });
    for (const [how, happenings] of runs) {
      const station = begin(how);
      for (const event of happenings) {
        if (event.what !== "edit") {
          happen(station, event, station.task());
          continue;
        }
        if (save(station, event.make(station.task())).refused === undefined) taken++;
        else refused++;
        statuses.add(station.task().status);
      }
    }
    expect(taken).toBeGreaterThan(refused / 2);
    expect(refused).toBeGreaterThan(0);
    expect([...statuses]).toEqual(
      expect.arrayContaining(["executing", "aggregating", "done", "failed", "cancelled"]),
    );
  });
});
