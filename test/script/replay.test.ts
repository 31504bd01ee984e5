import { describe, expect, test } from "vitest";
import { follows, hasPassed } from "../../src/script/call-path.ts";
import { createReplay, type RecordedCall } from "../../src/script/replay.ts";
import type { CallResult } from "../../src/script/types.ts";
import { type Ask, echo, run } from "./run.ts";

/** Keeps what was asked and answered as a host does; its clock counts what happens. */
function recorder(ask: Ask = echo) {
  const calls: RecordedCall[] = [];
  let clock = 0;
  const keep: Ask = async (request, signal) => {
    const { path, round, prompt, optionHash } = request;
    const call: RecordedCall = { path, round, prompt, optionHash, status: "open", began: clock++ };
    calls.push(call);
    const result: CallResult = await ask(request, signal);
    const { used } = result;
    Object.assign(
      call,
      result.status === "done"
        ? { status: "done", text: result.text }
        : { status: "failed", code: result.code, reason: result.reason },
    );
    Object.assign(call, { ended: clock++ }, used === undefined ? {} : { used });
    return result;
  };
  return { calls, keep };
}

const asked: string[] = [];
const live: Ask = (request, signal) => {
  asked.push(request.prompt);
  return echo(request, signal);
};

async function again(
  program: string,
  calls: RecordedCall[],
  more: { failed?: "keep" | "again"; sameProgram?: boolean } = {},
) {
  asked.length = 0;
  const recorded = { calls, failed: more.failed ?? "keep", sameProgram: more.sameProgram ?? true };
  const outcome = await run(program, live, { recorded });
  return { outcome, asked: [...asked] };
}

test.each([
  ["agent#1", "agent#0", true],
  ["agent#0", "agent#1", false],
  ["agent#0", "agent#0", false],
  ["agent#2", "parallel#1[0]/agent#0", true],
  ["parallel#1[1]/agent#0", "parallel#1[0]/agent#0", false],
  ["parallel#1[1]/agent#3", "agent#0", true],
  ["pipeline#0[3].stage1/agent#0", "pipeline#0[3].stage0/agent#4", true],
  ["pipeline#0[2].stage1/agent#0", "pipeline#0[3].stage0/agent#0", false],
  ["pipeline#0[10].stage0/agent#1", "pipeline#0[10].stage0/agent#0", true],
  ["async#10/agent#0", "async#9/agent#0", true],
])("%s follows %s: %s", (later, earlier, expected) => {
  expect(follows(later, earlier)).toBe(expected);
});

describe("a run again", () => {
  const program = `const a = await agent("a");
    const many = await pipeline([1, 2, 3], (x) => agent("one " + x), (y, x) => agent("two " + y + x));
    const both = await parallel([() => agent("fail b"), async () => { await agent("c"); return agent("d") }]);
    return [a, many, both, await agent("end " + many.length)]`;

  test("of a finished script asks nobody", async () => {
    const { calls, keep } = recorder();
    const first = await run(program, keep);
    const { outcome, asked } = await again(program, calls);
    expect(asked).toEqual([]);
    expect(outcome).toMatchObject({ status: "done", divergences: [], calls: { recorded: 11, live: 0 } });
    expect({ ...outcome, calls: 0 }).toEqual({ ...first, calls: 0 });
  });

  test("asks what was not finished, and nothing else twice", async () => {
    const { calls, keep } = recorder();
    const first = await run(program, keep);
    // As a crash leaves it: everything that was asked before some moment, answers only if they came before it.
    for (let moment = 0; moment < 2 * calls.length; moment++) {
      const left = calls
        .filter(({ began }) => (began ?? 0) < moment)
        .map((call) =>
          (call.ended ?? 0) < moment ? call : { ...call, status: "open" as const, ended: undefined as never },
        );
      const done = left.filter(({ status }) => status !== "open").length;
      const { outcome, asked } = await again(program, left);
      expect(asked.length, `${moment}`).toBe(calls.length - done);
      expect({ ...outcome, calls: 0, errors: 0 }, `${moment}`).toEqual({ ...first, calls: 0, errors: 0 });
    }
  });

  test("asks what failed, if it is to, and what follows from that", async () => {
    const { calls, keep } = recorder();
    await run(program, keep);
    const { asked, outcome } = await again(program, calls, { failed: "again" });
    expect(asked).toEqual(["fail b", "end 3"]);
    expect(outcome.divergences).toEqual([]);
  });

  test("of an edited script uses what is unchanged", async () => {
    const { calls, keep } = recorder();
    await run(program, keep);
    const edited = program.replace('"one " + x', '(x === 2 ? "uno " : "one ") + x');
    const { asked, outcome } = await again(edited, calls, { sameProgram: false });
    // The other items, and what was asked beside, stay; the changed item, its next stage, and what comes after the barrier are asked.
    expect(asked).toEqual(["uno 2", "two UNO 22", "fail b", "c", "d", "end 3"]);
    expect(outcome.divergences).toEqual([]);
  });

  test("with other options is another call; another label is not", async () => {
    const { calls, keep } = recorder();
    await run('await agent("a", {agent: "x", label: "one"}); await agent("b")', keep);
    const relabelled = await again('await agent("a", {agent: "x", label: "two"}); await agent("b")', calls);
    expect(relabelled.asked).toEqual([]);
    const other = await again('await agent("a", {agent: "y", label: "one"}); await agent("b")', calls, {
      sameProgram: false,
    });
    expect(other.asked).toEqual(["a", "b"]);
  });

  test("gives the answers in the order in which they came, so that a race ends as before", async () => {
    const race =
      'const w = await Promise.race([agent("slow"), agent("quick")]); return [w, await agent("won " + w)]';
    const { calls, keep } = recorder(async (request, signal) => {
      // Quick answers at once; slow when the race is decided, which is when the next is asked.
      if (request.prompt === "slow") await decided;
      if (request.prompt.startsWith("won")) decide();
      return echo(request, signal);
    });
    let decide = () => {};
    const decided = new Promise<void>((resolve) => {
      decide = resolve;
    });
    const first = await run(race, keep);
    expect(first).toMatchObject({ result: ["QUICK", "WON QUICK"] });
    const { outcome, asked } = await again(race, calls);
    expect(outcome).toMatchObject({ result: ["QUICK", "WON QUICK"], divergences: [] });
    expect(asked).toEqual([]);
  });

  test("answers that did not fit the schema are replayed too", async () => {
    const program = 'return await agent("x", {schema: {type: "integer"}})';
    const { calls, keep } = recorder(({ round }) => ({ status: "done", text: round === 1 ? "one" : "1" }));
    await run(program, keep);
    const { outcome, asked } = await again(program, calls);
    expect(outcome).toMatchObject({ status: "done", result: 1, calls: { recorded: 2, live: 0 } });
    expect(asked).toEqual([]);
  });

  test("that no answer of a call fits is said when they came, before the script hears of it, and again of recorded ones", async () => {
    const program = `
await agent("x", {schema: {type: "integer"}}).catch(() => null);
return await agent("y", {schema: {type: "integer"}});`;
    const said: unknown[] = [];
    const onUnfit = (call: unknown) => void said.push(call);
    const { calls, keep } = recorder(({ prompt }) => {
      if (prompt === "y") said.push("y");
      return { status: "done", text: prompt === "x" ? "one" : "1" };
    });
    await run(program, keep, { onUnfit });
    const unfit = {
      path: "agent#0",
      round: 3,
      code: "E_BRAIN_OUTPUT",
      reason: expect.stringMatching(/JSON/),
    };
    expect(said).toEqual([unfit, "y"]);
    said.length = 0;
    const recorded = { calls, failed: "keep", sameProgram: true } as const;
    const ask = () => {
      throw new Error("nobody is asked");
    };
    expect(await run(program, ask, { recorded, onUnfit })).toMatchObject({ result: 1 });
    expect(said).toEqual([unfit]);
  });
});

describe("a script that is unchanged and does something else", () => {
  const record = (path: string, prompt: string, optionHash: string): RecordedCall => ({
    path,
    round: 1,
    prompt,
    optionHash,
    status: "done",
    text: "x",
  });

  test("is told of, by place", async () => {
    const { calls, keep } = recorder();
    await run('await agent("a"); await agent("b"); return await parallel([() => agent("c")])', keep);
    const other = await again(
      'await agent("a"); await agent("bb"); return await parallel([() => agent("c")])',
      calls,
    );
    expect(other.outcome.divergences).toEqual([
      { path: "agent#1", what: 'its prompt was "b" and is now "bb"' },
    ]);
    const fewer = await again('await agent("a"); return 1', calls);
    expect(fewer.outcome.divergences.map(({ path }) => path)).toEqual(["agent#1", "parallel#2[0]/agent#0"]);
    expect(fewer.outcome.divergences[0]?.what).toContain("not now");
  });

  test("also when it asks what it did not ask", () => {
    const replay = createReplay({ calls: [record("agent#2", "c", "h")], failed: "keep", sameProgram: true });
    const found = replay.look({ path: "agent#1", round: 1, prompt: "new", optionHash: "h" });
    expect(found).toEqual({ kind: "live", why: "new" });
    expect(replay.look({ path: "agent#2", round: 1, prompt: "c", optionHash: "h" })).toEqual({
      kind: "live",
      why: "follows",
      after: "agent#1",
    });
    expect(replay.divergences(true)).toEqual([
      { path: "agent#1", what: "it is asked now, and was not before" },
    ]);
  });

  test("but not where another flow was quicker", () => {
    const calls = [record("async#2/agent#0", "c", "h"), record("agent#3", "d", "h")];
    const replay = createReplay({ calls, failed: "keep", sameProgram: true });
    for (const path of ["async#1/agent#0", "parallel#0[1]/agent#1"])
      replay.look({ path, round: 1, prompt: "late", optionHash: "h" });
    expect(replay.divergences(false)).toEqual([]);
  });

  test.each([
    ["agent#2", "agent#1", true],
    ["agent#1", "agent#2", false],
    ["parallel#2[0]/agent#0", "agent#1", true],
    ["agent#2", "parallel#1[0]/agent#0", false],
    ["parallel#1[0]/agent#1", "parallel#1[0]/agent#0", true],
    ["parallel#1[1]/agent#1", "parallel#1[0]/agent#0", false],
    ["pipeline#0[3].stage1/agent#0", "pipeline#0[3].stage0/agent#4", true],
    ["pipeline#0[2].stage1/agent#0", "pipeline#0[3].stage0/agent#0", false],
    ["pipeline#0[3].stage10/agent#0", "pipeline#0[3].stage1/agent#0", true],
  ])("who is at %s has passed %s: %s", (later, earlier, expected) => {
    expect(hasPassed(later, earlier)).toBe(expected);
  });

  test("what was on its way when another failed is not asked again", () => {
    const calls = [
      { ...record("agent#0", "a", "h"), status: "failed" as const, began: 0, ended: 5 },
      { ...record("agent#1", "b", "h"), began: 1, ended: 2 },
      { ...record("agent#2", "c", "h"), began: 6, ended: 7 },
    ];
    const replay = createReplay({ calls, failed: "again", sameProgram: true });
    const kinds = calls.map((call) => replay.look(call).kind);
    expect(kinds).toEqual(["live", "recorded", "live"]);
  });
});
