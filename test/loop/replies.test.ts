import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { ReplyMessage } from "../../src/protocol/message.ts";
import { formatMessage, parseMessage } from "../../src/protocol/message-codec.ts";
import { control, plan, progressOf, replyTo } from "./letters.ts";
import { considering, executing, fromBoss, PLAN } from "./scenes.ts";
import type { Station } from "./station.ts";

const thrice = plan({ a: { max_attempts: 3 }, b: { agent: "writer", timeout: "24h" } });

function noteOf(station: Station, message: ReplyMessage): string | undefined {
  const disposal = station.disposalOf(message).at(-1);
  return disposal?.to === "archive" ? disposal.note : disposal?.to;
}

/** As a peer of version 1 would have written it. */
function inVersion1(message: ReplyMessage): ReplyMessage {
  return parseMessage(Buffer.from(formatMessage({ ...message, version: 1 })), { to: "lead" }) as ReplyMessage;
}

describe("a reply", () => {
  it("that was taken and comes again is a repeat, also after the next attempt went out", () => {
    const station = executing(thrice);
    const first = replyTo(station.taskOf("a"), { error: "E_BRAIN: no" });
    station.deliver(first);
    station.deliver(first);
    expect(noteOf(station, first)).toBe("again");
    station.pass(1_000);
    station.deliver(first);
    expect(noteOf(station, first)).toBe("again");
    expect(station.subtask("a")).toMatchObject({ status: "dispatched", attempt: 2, used: { tasks: 1 } });
  });

  it.each([
    ["late", (reply: ReplyMessage) => ({ ...reply, attempt: 2 })],
    ["foreign", (reply: ReplyMessage) => ({ ...reply, from: "writer" })],
    ["unknown", (reply: ReplyMessage) => ({ ...reply, subtask_id: "zero" })],
  ])("that is %s is archived with that note and changes nothing", (note, change) => {
    const station = executing();
    const before = station.task();
    const reply = change(replyTo(station.taskOf("a"), { results: "R" }));
    station.deliver(reply);
    expect(noteOf(station, reply)).toMatch(new RegExp(`^${note}`));
    expect(station.task()).toEqual(before);
  });

  it("for an attempt that was given up is late", () => {
    const station = executing(thrice);
    const first = station.taskOf("a");
    station.pass(30 * 60_000);
    station.pass(1_000);
    const reply = replyTo(first, { results: "Too late" });
    station.deliver(reply);
    expect(noteOf(station, reply)).toMatch(/^late: attempt 1/);
    expect(station.subtask("a")).toMatchObject({ status: "dispatched", attempt: 2 });
    expect(station.subtask("a").results).toBeUndefined();
  });

  it("of two for one attempt takes effect once, the same whichever is found first", () => {
    const results = [[0, 1] as const, [1, 0] as const].map((order) => {
      const station = executing();
      const two = [
        replyTo(station.taskOf("a"), { id: "m-1", results: "One" }),
        replyTo(station.taskOf("a"), { id: "m-2", results: "Two" }),
      ];
      station.deliver(...order.map((index) => two[index] as ReplyMessage));
      return station.subtask("a").results;
    });
    expect(results).toEqual(["One", "One"]);
  });

  property.prop([
    fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    fc.array(fc.constantFrom("ok", "no"), { minLength: 4, maxLength: 4 }),
    fc.boolean(),
  ])("H25: a batch gives the same change in any order", (order, verdicts, tolerant) => {
    const wide = plan(
      { a: "reader", b: "reader", c: "reader", d: "reader", e: ["writer", "a"], f: ["writer", "b", "c"] },
      { on_failure: tolerant ? "continue" : "fail-fast", max_attempts: 2 },
    );
    const run = (indices: readonly number[]) => {
      const station = executing(wide, {}, { id: "m-task" });
      const replies = ["a", "b", "c", "d"].map((id, index) =>
        replyTo(station.taskOf(id), {
          id: `m-${id}`,
          ...(verdicts[index] === "ok" ? { results: `R ${id}` } : { error: "E_LIMIT: no" }),
        }),
      );
      const [{ disposals, ...plan }] = station.deliver(
        ...indices.map((index) => replies[index] as ReplyMessage),
      ) as [ReturnType<Station["step"]>];
      return plan;
    };
    expect(run(order)).toEqual(run([0, 1, 2, 3]));
  });

  it("H25: a cancel between two replies decides before either", () => {
    const station = executing();
    const a = replyTo(station.taskOf("a"), { error: "E_BRAIN: no" });
    const c = replyTo(station.taskOf("c"), { results: "C" });
    station.deliver(control("cancel", { task_id: "root.part" }), a, c);
    expect(station.reply.status).toBe("cancelled");
    expect(noteOf(station, a)).toMatch(/^late/);
  });
});

describe("a peer of version 1", () => {
  const peers = [{ id: "reader", protocol: 1 as const }, "writer"];

  it("H14: gets later attempts as another subtask; a reply of attempt 1 that is repeated then is no answer", () => {
    const station = executing(thrice, { peers });
    expect(formatMessage(station.taskOf("a"))).toMatch(/^---\ntype: task\n[\s\S]*subtask_id: a\n/);
    const first = inVersion1(replyTo(station.taskOf("a"), { error: "no" }));
    station.deliver(first);
    station.pass(1_000);
    const second = station.taskOf("a");
    expect(second).toMatchObject({ version: 1, attempt: 2 });
    expect(formatMessage(second)).toContain("subtask_id: a--2\n");
    station.deliver(first);
    expect(noteOf(station, first)).toBe("again");
    const fails = inVersion1(replyTo(second, { error: "no" }));
    expect(fails.id).not.toBe(first.id);
    station.deliver(fails);
    station.pass(2_000);
    station.deliver(inVersion1(replyTo(station.taskOf("a"), { results: "At last" })));
    expect(station.subtask("a")).toMatchObject({ status: "done", results: "At last", attempt: 3 });
  });

  it("is known by its replies, where its configuration does not say", () => {
    const station = executing(thrice);
    expect(station.taskOf("a").version).toBe(2);
    station.deliver(inVersion1(replyTo(station.taskOf("a"), { error: "no" })));
    station.pass(1_000);
    expect(station.taskOf("a").version).toBe(1);
  });

  it("whose reply came too late is known all the same", () => {
    const station = executing(thrice);
    const reply = inVersion1(replyTo(station.taskOf("a"), { error: "no" }));
    station.pass(30 * 60_000);
    station.deliver(reply);
    station.pass(1_000);
    expect(station.taskOf("a")).toMatchObject({ attempt: 2, version: 1 });
  });

  it("gets no control: its TASK is withdrawn if it can be, and its reply is late", () => {
    const station = executing(thrice, { peers });
    station.deliver(control("cancel", { task_id: "root.part" }));
    const { withdrawn, sent } = station;
    expect(withdrawn).toHaveLength(2);
    expect(sent.filter(({ type }) => type === "control").map(({ to }) => to)).toEqual(["writer"]);
  });

  it("as the sender gets its reply in version 1, and no progress", () => {
    const task = fromBoss({ version: 1, attempt: 2 });
    const station = considering({}, task);
    station.deliver({ ...task, id: station.task().reply_to.message, body: { ...fromBoss().body } });
    expect(station.sent).toEqual([]);
    station.answer({ results: "R" });
    expect(formatMessage(station.reply)).toMatch(/^---\ntype: reply\n[\s\S]*subtask_id: part--2\n/);
  });
});

describe("progress", () => {
  it.each([
    ["of another agent", { from: "writer" }],
    ["of another attempt", { attempt: 2 }],
    ["of an unknown subtask", { subtask_id: "zero" }],
  ])("%s is no sign of life", (_, over) => {
    const station = executing(PLAN);
    station.pass(5_000);
    const before = station.task();
    station.deliver({ ...progressOf(station.taskOf("a")), ...over });
    expect(station.task()).toEqual(before);
  });
});
