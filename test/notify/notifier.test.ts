import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { Notifier, type NotifierPorts } from "../../src/notify/notifier.ts";
import { readRules } from "../../src/notify/rules.ts";
import { DeadEnd } from "../../src/notify/types.ts";
import type { Notice, Notification, NotifyRule } from "../../src/protocol/notify.ts";
import { FakeClock } from "../fake-clock.ts";
import { MemoryLog, notice, ports } from "./fakes.ts";

const MORNING = new Date(2026, 10, 21, 10, 0).getTime();
const NIGHT = new Date(2026, 10, 21, 23, 0).getTime();

const command = (name: string) => ({ command: [name], timeout: "10s" });
const RULES: NotifyRule[] = [
  { on: ["needs-you", "failed"], to: command("a") },
  { on: ["failed", "finished"], to: command("a") },
  { on: ["finished"], to: command("b") },
];
const done = (id: string) =>
  notice(id, { kind: "finished", status: "done", since: "2027-01-01T00:00:00.000Z" });
const failed = (id: string) => ({ ...done(id), kind: "failed" as const, status: "failed" as const });

interface Sent extends Notification {
  to: string;
  at: number;
}

function rig({ epoch = MORNING, rules = RULES, log = new MemoryLog() } = {}) {
  const clock = new FakeClock(epoch);
  const sent: Sent[] = [];
  const visible: Notice[] = [];
  const problems: string[] = [];
  let answer: NotifierPorts["deliver"] = async () => {};
  const made = (on: MemoryLog) =>
    ports(
      clock,
      on,
      () => [...visible],
      async (target, notification, signal) => {
        const to = typeof target === "object" && "command" in target ? (target.command[0] ?? "") : "other";
        sent.push({ ...notification, to, at: clock.monotonic() });
        await answer(target, notification, signal);
      },
      problems,
    );
  const start = (on = log) => {
    const notifier = new Notifier(made(on), readRules(rules));
    notifier.start();
    return notifier;
  };
  return {
    clock,
    log,
    sent,
    visible,
    problems,
    start,
    answer: (next: NotifierPorts["deliver"]) => {
      answer = next;
    },
  };
}

const ids = (message: Notification | undefined) => message?.events.map(({ id }) => id);

describe("what is told", () => {
  const events = fc.array(
    fc.record({ at: fc.nat(12_000), kind: fc.constantFrom(notice, done, failed), passes: fc.boolean() }),
    { maxLength: 12 },
  );

  property.prop([events], { numRuns: 40 })(
    "is told once a place, within 2 s, one message at a time",
    async (all) => {
      const { clock, sent, visible, start, answer } = rig();
      let under = 0;
      answer(
        () =>
          new Promise((resolve) => {
            expect(++under).toBeLessThanOrEqual(2);
            clock.after(50, () => {
              under--;
              resolve();
            });
          }),
      );
      const notifier = start();
      await clock.advance(0);
      const sorted = all.map((event, index) => ({ ...event, index })).sort((a, b) => a.at - b.at);
      for (const { at, kind, index } of sorted) {
        await clock.advance(Math.max(0, at - clock.monotonic()));
        visible.push(kind(`t${index}`));
        notifier.wake();
      }
      await clock.advance(5_000);
      for (const { at, kind, index } of sorted) {
        for (const place of ["a", "b"]) {
          const told = sent.filter(
            ({ to, events }) => to === place && events.some(({ task }) => task === `t${index}`),
          );
          expect(told.length).toBe(place === "a" ? 1 : kind === notice ? 0 : 1);
          // The message before it may be under way for 50 ms.
          for (const one of told) expect(one.at - at).toBeLessThanOrEqual(2_050);
        }
      }
      await Promise.all([notifier.stop(), clock.advance(10_000)]);
    },
  );

  property.prop(
    [events, fc.array(fc.nat(15_000), { maxLength: 3 }), fc.array(fc.boolean(), { maxLength: 8 })],
    {
      numRuns: 40,
    },
  )(
    "is told although places fail and hosts are killed, and a repeat has the id that it had",
    async (all, kills, fails) => {
      const { clock, log, sent, visible, start, answer } = rig();
      const arrived: Sent[] = [];
      let tries = 0;
      answer(async () => {
        const message = sent.at(-1) as Sent;
        await new Promise<void>((resolve) => clock.after(30, resolve));
        if (fails[tries++] === true) throw new Error("no");
        arrived.push(message);
      });
      let current = log;
      let notifier = start();
      const steps = [
        ...all.map((event, index) => ({ ...event, index })),
        ...kills.map((at) => ({ at, kind: undefined, index: -1 })),
      ].sort((a, b) => a.at - b.at);
      for (const { at, kind, index } of steps) {
        await clock.advance(Math.max(0, at - clock.monotonic()));
        if (kind !== undefined) {
          visible.push(kind(`t${index}`));
          notifier.wake();
          continue;
        }
        // Killed: what it wrote is there, and half a line of what it was writing.
        clock.clear();
        current = new MemoryLog(`${current.text}{"do":"told","pl`);
        notifier = start(current);
      }
      // As long as the pauses after eight failures of one place.
      await clock.advance(300_000);
      for (const [index, { kind }] of all.entries()) {
        for (const place of kind === notice ? ["a"] : ["a", "b"]) {
          const told = arrived.filter(
            ({ to, events }) => to === place && events.some(({ task }) => task === `t${index}`),
          );
          expect(told.length, `t${index} at ${place}`).toBe(1);
          const tried = sent.filter(
            ({ to, events }) => to === place && events.some(({ task }) => task === `t${index}`),
          );
          expect(new Set(tried.map(({ id }) => id)).size).toBe(1);
        }
      }
    },
  );

  test("several within 2 s are one message, those that matter first first", async () => {
    const { clock, sent, visible, start } = rig();
    const notifier = start();
    await clock.advance(1_000);
    for (const event of [done("t1"), notice("t2"), failed("t3")]) {
      visible.push(event);
      notifier.wake();
      await clock.advance(400);
    }
    await clock.advance(3_000);
    const [first, ...others] = sent.filter(({ to }) => to === "a");
    expect(others).toEqual([]);
    expect(ids(first)).toEqual(["e-t2", "e-t3", "e-t1"]);
    expect(first?.headline).toBe("t2 waits for an answer (Task t2), and 2 more");
  });

  test("what had ended before the rule was there is no news; what needs a person still is", async () => {
    const { clock, sent, visible, start } = rig();
    visible.push({ ...done("old"), since: "2020-01-01T00:00:00.000Z" }, notice("open"));
    start();
    await clock.advance(5_000);
    expect(sent.map(ids)).toEqual([["e-open"]]);
  });

  test("more than a message has room for is counted in it", async () => {
    const { clock, sent, visible, start } = rig();
    for (let index = 0; index < 70; index++) visible.push(notice(`t${index}`));
    start();
    await clock.advance(5_000);
    expect(sent.map(({ events, more }) => [events.length, more])).toEqual([[50, 20]]);
  });

  test("what has no time of its own is told again when it comes again", async () => {
    const { clock, sent, visible, start } = rig();
    const paused = { ...notice("t1"), id: "e-now-1", problem: "paused" as const };
    visible.push(paused);
    start();
    await clock.advance(5_000);
    visible.length = 0;
    await clock.advance(200_000);
    visible.push(paused);
    await clock.advance(10_000);
    expect(sent.length).toBe(2);
  });
});

describe("quiet hours", () => {
  const rules: NotifyRule[] = [
    { on: ["needs-you", "finished"], to: command("a"), quiet: "22:00-07:00" },
    { on: ["failed"], to: command("a") },
  ];

  test("hold back what comes, which is told in one message when they are over; a rule without them passes", async () => {
    const { clock, sent, visible, start } = rig({ epoch: NIGHT, rules });
    const notifier = start();
    await clock.advance(1_000);
    visible.push(notice("t1"), failed("t2"));
    notifier.wake();
    await clock.advance(3_600_000);
    visible.push(done("t3"));
    await clock.advance(6 * 3_600_000);
    expect(sent.map(ids)).toEqual([["e-t2"]]);
    // It was answered meanwhile.
    visible.shift();
    await clock.advance(2 * 3_600_000);
    expect(sent.slice(1).map((message) => [ids(message), message.after_quiet])).toEqual([
      [["e-t3", "e-t1"], true],
    ]);
    expect(sent[1]?.events[1]?.over).toBe(true);
    expect(new Date(NIGHT + (sent[1]?.at ?? 0)).getHours()).toBe(7);
  });

  test("hold over a restart", async () => {
    const first = rig({ epoch: NIGHT, rules });
    first.visible.push(notice("t1"));
    const notifier = first.start();
    await first.clock.advance(5_000);
    await Promise.all([notifier.stop(), first.clock.advance(10_000)]);
    const next = rig({ epoch: NIGHT + 3_600_000, rules, log: new MemoryLog(first.log.text) });
    next.visible.push(notice("t1"));
    next.start();
    await next.clock.advance(3_600_000);
    expect([first.sent.length, next.sent.length]).toEqual([0, 0]);
    await next.clock.advance(7 * 3_600_000);
    expect(next.sent.map(ids)).toEqual([["e-t1"]]);
  });
});

describe("a place that cannot be reached", () => {
  test("is tried ten times with longer and longer pauses, then the message lies among the dead until a person wants it again", async () => {
    const { clock, log, sent, visible, problems, start, answer } = rig();
    answer(async () => {
      throw new Error("HTTP 503");
    });
    visible.push(notice("t1"));
    start();
    await clock.advance(20 * 60_000);
    expect(sent.length).toBe(10);
    expect(sent.map(({ try: n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    const pauses = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256].map((s) => s * 1000));
    expect(log.dead.map(({ error, tries }) => [error, tries])).toEqual([["HTTP 503", 10]]);
    expect(problems.length).toBe(2);
    answer(async () => {});
    log.waiting = [...log.dead];
    await clock.advance(10_000);
    expect(sent.length).toBe(11);
    expect(sent.at(-1)?.id).toBe(sent[0]?.id);
    expect(log.waiting).toEqual([]);
    await clock.advance(60_000);
    expect(sent.length).toBe(11);
  });

  test("and never can be is not tried again", async () => {
    const { clock, log, sent, visible, start, answer } = rig();
    answer(async () => {
      throw new DeadEnd("no key");
    });
    visible.push(notice("t1"));
    start();
    await clock.advance(60_000);
    expect([sent.length, log.dead.length]).toEqual([1, 1]);
  });

  test("keeps no other place from being told, and what comes meanwhile is one message", async () => {
    const { clock, sent, visible, start, answer } = rig();
    let isBroken = true;
    answer(async () => {
      if (isBroken && sent.at(-1)?.to === "a") throw new Error("no");
    });
    const notifier = start();
    await clock.advance(1_000);
    for (let index = 0; index < 5; index++) {
      visible.push(done(`t${index}`));
      notifier.wake();
      await clock.advance(2_500);
    }
    expect(sent.filter(({ to }) => to === "b").length).toBe(5);
    isBroken = false;
    await clock.advance(60_000);
    const arrived = sent.filter(({ to, at }) => to === "a" && at > 12_000).map(ids);
    expect(arrived).toEqual([["e-t0"], ["e-t1", "e-t2", "e-t3", "e-t4"]]);
  });

  test("that never answers is given up after its time, and delays the host's end by no more than 3 s", async () => {
    const { clock, log, sent, visible, start, answer } = rig();
    answer(() => new Promise(() => {}));
    visible.push(notice("t1"));
    const notifier = start();
    await clock.advance(14_000);
    expect(sent.map(({ try: n }) => n)).toEqual([1, 2]);
    const stopping = notifier.stop();
    const begun = clock.monotonic();
    let ended = 0;
    void stopping.then(() => {
      ended = clock.monotonic();
    });
    await clock.advance(10_000);
    expect(ended - begun).toBeLessThanOrEqual(3_000);
    // Cut off is not failed.
    expect(log.text.match(/"do":"failed"/g)).toHaveLength(1);
    // The next host goes on with the same message.
    const next = rig({ log: new MemoryLog(log.text) });
    next.start();
    await next.clock.advance(5_000);
    expect(next.sent.map(({ id }) => id)).toEqual([sent[0]?.id]);
  });
});

test("at the end of a host what was found last is told at once", async () => {
  const { clock, sent, visible, start } = rig();
  const notifier = start();
  await clock.advance(1_000);
  visible.push(done("t1"));
  await Promise.all([notifier.stop(), clock.advance(5_000)]);
  expect(sent.map(({ to, at }) => [to, at])).toEqual([
    ["a", 1_000],
    ["b", 1_000],
  ]);
});
