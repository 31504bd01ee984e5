import { describe, expect, test } from "vitest";
import type { CallRequest } from "../../src/script/types.ts";
import { type Ask, echo, errorOf, held, resultOf, run } from "./run.ts";

describe("agent", () => {
  test("each option reaches the host; absent ones are absent", async () => {
    const requests: CallRequest[] = [];
    const ask: Ask = (request) => {
      requests.push(request);
      return { status: "done", text: "{}" };
    };
    await run(
      `await agent("a");
       await agent("b", {agent: "reader", schema: {type: "object"}, label: "L", phase: "P", timeout: "5m", attempts: 2, model: "m"});
       await agent("c", {timeout: 1.5, label: undefined})`,
      ask,
    );
    const [first, second, third] = requests;
    expect(Object.keys(first ?? {}).sort()).toEqual(["optionHash", "path", "prompt", "round"]);
    expect(second).toMatchObject({
      prompt: "b",
      agent: "reader",
      schema: { type: "object" },
      label: "L",
      phase: "P",
      timeout: 300_000,
      attempts: 2,
      model: "m",
    });
    expect(third).toMatchObject({ timeout: 1500 });
    expect(third).not.toHaveProperty("label");
  });

  test("alone it throws, and says who and why", async () => {
    const program = `try { await agent("fail 1", {label: "one"}) } catch (e) {
      return [e.name, e.code, e.path, e.label, e.reason, e instanceof Error] }`;
    expect(await resultOf(program)).toEqual([
      "AgentError",
      "E_BRAIN",
      "agent#0",
      "one",
      "one: cannot fail 1",
      true,
    ]);
    const outcome = await run(`await agent("fail 2")`);
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "E_SCRIPT", line: 1, message: expect.stringContaining("cannot fail 2") },
      errors: [{ path: "agent#0", code: "E_BRAIN", reason: "cannot fail 2" }],
    });
  });

  test.each([
    ["agent()", "agent() prompt", "a text"],
    ["agent('  ')", "agent() prompt", "a text"],
    ["agent(agent('x'))", "a promise", "await it first"],
    ["agent('x', 'reader')", "agent() options", "an object"],
    ["agent('x', {agents: 'reader'})", "agent() option agents", "agent, or another of"],
    ["agent('x', {timeout: 'soon'})", "agent() option timeout", "30s"],
    ["agent('x', {attempts: 0})", "agent() option attempts", "from 1 to 100"],
    ["agent('x', {agent: 'redaer'})", "redaer", "Is reader meant"],
    ["agent('x', {schema: 'object'})", "schema", "JSON Schema"],
    ["agent('x', {schema: {type: 'strin'}})", "schema.type", "string"],
    ["agent('x', {schema: {enum: []}})", "schema.enum", "no choice"],
    ["agent('x', {schema: {minimum: 3, maximum: 1}})", "schema.minimum", "expected at most 1"],
    ["agent('x', {label: () => 1})", "agent() options.label", "a function"],
    ["parallel(agent('x'), agent('y'))", "parallel() item 0", "() =>"],
    ["parallel([1])", "parallel() item 0", "parallel([() => agent"],
    ["pipeline('abc', (x) => x)", "pipeline() takes a list", "pipeline(files"],
    ["pipeline([1])", "no stages", "pipeline(files"],
    ["pipeline([1], agent('x'))", "stage 0", "() =>"],
    ["phase(5)", "phase() takes a name", "phase('Verify')"],
    ["budget.spent('dollars')", "tokens, usd, tasks or seconds", "budget.remaining('usd')"],
    ["workflow(5)", "workflow() name", "workflow("],
    ["workflow('x', {f() {}})", "workflow() args.f", "a function"],
  ])("a wrong call says what, what was expected, and where: %s", async (call, what, expected) => {
    const program = `const a = 1;\n  await ${call}`;
    const outcome = await run(program, echo, { agents: ["reader", "writer"] });
    const error = outcome.status === "failed" ? outcome.error : undefined;
    expect(error?.message).toContain(what);
    expect(error?.message).toContain(expected);
    // With an example of what is right, in terms of what was called.
    expect(error?.message).toMatch(new RegExp(`Example: ${call.split(/[.(]/)[0]}|as in `));
    expect(error?.line).toBe(2);
    expect(error?.column).toBeGreaterThan(1);
    // Nobody was asked by the wrong call itself.
    expect(outcome.calls.live).toBeLessThanOrEqual(2);
  });

  test("a wrong call is not swallowed by parallel or pipeline", async () => {
    const wrong = "agent('x', {labl: 1})";
    expect((await errorOf(`return await parallel([async () => ${wrong}])`)).message).toContain("labl");
    expect((await errorOf(`return await pipeline([1], () => ${wrong})`)).message).toContain("labl");
  });
});

describe("schema", () => {
  const program = `return await agent("x", {schema: {type: "object", properties: {n: {type: "integer"}}, required: ["n"]}})`;

  test("valid first: one call", async () => {
    const outcome = await run(program, () => ({ status: "done", text: '{"n": 1}' }));
    expect(outcome).toMatchObject({ status: "done", result: { n: 1 }, calls: { live: 1 } });
  });

  test("invalid, then valid in a fence: two calls, the second names the fault", async () => {
    const requests: CallRequest[] = [];
    const ask: Ask = (request) => {
      requests.push(request);
      const text = requests.length === 1 ? '{"n": "one"}' : 'Here it is:\n```json\n{"n": 2}\n```\nDone.';
      return { status: "done", text };
    };
    expect(await resultOf(program, ask)).toEqual({ n: 2 });
    expect(requests.map(({ round }) => round)).toEqual([1, 2]);
    expect(requests[1]).toMatchObject({ path: "agent#0", prompt: "x", fault: { answer: '{"n": "one"}' } });
    expect(requests[1]?.fault?.problem).toContain("n:");
  });

  test("after three it is a failure whose reason is told", async () => {
    const outcome = await run(
      `const r = await parallel([async () => { ${program} }]); return [r, r.errors[0].reason]`,
      () => ({
        status: "done",
        text: "sorry",
      }),
    );
    expect(outcome).toMatchObject({
      status: "done",
      calls: { live: 3 },
      errors: [{ code: "E_BRAIN_OUTPUT" }],
    });
    expect(JSON.stringify(outcome)).toContain("not valid JSON");
  });
});

describe("parallel and pipeline", () => {
  test("order is kept, failures are null, reasons stay", async () => {
    const program = `const r = await parallel([() => agent("a"), () => agent("fail", {label: "L"}), () => { throw new TypeError("odd") }, () => undefined, () => 5]);
      return {r, errors: r.errors}`;
    const outcome = await run(program);
    expect(outcome).toMatchObject({
      status: "done",
      result: {
        r: ["A", null, null, null, 5],
        errors: [
          { index: 1, label: "L", path: "parallel#0[1]/agent#0" },
          { index: 2, reason: "odd" },
        ],
      },
      errors: [
        { path: "parallel#0[2]", reason: "TypeError: odd", line: 1 },
        { path: "parallel#0[1]/agent#0", reason: "cannot fail", label: "L" },
      ],
    });
  });

  test("varargs, nothing, and items one after another", async () => {
    expect(await resultOf("return await parallel(() => 1, async () => 2)")).toEqual([1, 2]);
    expect(await resultOf("return [await parallel([]), await pipeline([], (x) => x)]")).toEqual([[], []]);
  });

  test("stages get the previous value, the item and its index; one that throws drops its item alone", async () => {
    const program = `let late = 0;
      const r = await pipeline(["a", "b", "c"],
        (previous, item, index) => previous + item + index,
        async (previous, item) => { if (item === "b") throw new Error("no b"); return previous },
        (previous, item) => { late++; return agent(previous + item) });
      return [r, late, r.errors]`;
    expect(await resultOf(program)).toEqual([
      ["AA0A", null, "CC2C"],
      2,
      [{ index: 1, stage: 1, reason: "no b", path: "pipeline#0[1].stage1" }],
    ]);
  });

  test("no barrier: a quick item is in stage 2 before a slow one leaves stage 1", async () => {
    const { ask, until, take, waiting } = held();
    const done = resultOf(
      `return await pipeline(["slow", "quick"], (x) => agent(x), (x) => agent(x + " 2"))`,
      ask,
    );
    await until(2);
    take(1).answer({ status: "done", text: "quick" });
    await until(2);
    expect(waiting.map(({ request }) => request.prompt)).toEqual(["slow", "quick 2"]);
    take(0).answer({ status: "done", text: "slow" });
    await until(2);
    take(1).answer({ status: "done", text: "2" });
    take(0).answer({ status: "done", text: "1" });
    expect(await done).toEqual(["2", "1"]);
  });

  test("phases keep to their flow of control", async () => {
    const phases: Record<string, string | undefined> = {};
    const ask: Ask = (request) => {
      phases[request.prompt] = request.phase;
      return echo(request, new AbortController().signal);
    };
    const program = `phase("top");
      await pipeline(["a", "b"], async (x) => { phase("one " + x); await agent(x + 1); return agent(x + 2) }, (_, x) => agent(x + 3));
      await agent("end"); await agent("own", {phase: "mine"})`;
    const seen: string[] = [];
    await run(program, ask, { onPhase: ({ name, path }) => seen.push(`${path}: ${name}`) });
    expect(phases).toEqual({
      a1: "one a",
      a2: "one a",
      a3: "top",
      b1: "one b",
      b2: "one b",
      b3: "top",
      end: "top",
      own: "mine",
    });
    expect(seen).toEqual([": top", "pipeline#0[0].stage0: one a", "pipeline#0[1].stage0: one b"]);
  });
});

describe("limits and budget", () => {
  test("16 at a time, settable down", async () => {
    for (const [given, expected] of [
      [undefined, 16],
      [3, 3],
      [99, 16],
    ] as const) {
      let now = 0;
      let peak = 0;
      const ask: Ask = async () => {
        now += 1;
        peak = Math.max(peak, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return { status: "done", text: "x" };
      };
      const limits = given === undefined ? {} : { concurrency: given };
      const outcome = await run(
        "return (await parallel(Array.from({length: 200}, (_, i) => () => agent('p' + i)))).length",
        ask,
        { limits },
      );
      expect(outcome).toMatchObject({ status: "done", result: 200 });
      expect(peak).toBe(expected);
    }
  });

  test("the call after the last is refused, in parallel too", async () => {
    const program = "return await parallel([1, 2, 3, 4].map((x) => () => agent('p' + x)))";
    expect(await errorOf(program, echo, { limits: { calls: 3 } })).toMatchObject({
      code: "E_LIMIT",
      message: expect.stringContaining("3 times"),
      line: 1,
    });
    expect(await errorOf("for (;;) await agent('x')")).toMatchObject({
      message: expect.stringContaining("1000"),
    });
  });

  test("4,096 items", async () => {
    expect(await resultOf("return (await parallel(Array(4096).fill(() => 1))).length")).toBe(4096);
    for (const call of ["parallel(Array(4097).fill(() => 1))", "pipeline(Array(4097).fill(1), (x) => x)"])
      expect((await errorOf(`await ${call}`)).message).toContain("at most 4096 items, found 4097");
  });

  test("the budget counts what is used, and stops the next call, in parallel too", async () => {
    const ask: Ask = () => ({ status: "done", text: "x", used: { tokens: 40, usd: 0.5 } });
    const budget = { total: { tokens: 100 } };
    const program = `const seen = [[budget.total, budget.spent(), budget.remaining()]];
      while (budget.remaining() > 0) { await agent("x"); seen.push([budget.spent(), budget.remaining(), budget.spent("usd")]) }
      try { await agent("more") } catch (e) { seen.push(e.name, e.code) }
      return seen`;
    const outcome = await run(program, ask, { budget });
    expect(outcome).toMatchObject({
      result: [[100, 0, 100], [40, 60, 0.5], [80, 20, 1], [120, 0, 1.5], "BudgetError", "E_BUDGET"],
      used: { tokens: 120, usd: 1.5 },
      calls: { live: 3 },
    });
    const swallowed =
      "await agent('a'); await agent('b'); await agent('c'); return await pipeline([1], () => agent('x'))";
    expect(await errorOf(swallowed, ask, { budget })).toMatchObject({ code: "E_BUDGET" });
    expect(await resultOf("return [budget.total, budget.remaining() === Infinity]", ask)).toEqual([
      null,
      true,
    ]);
  });

  test("what the host refuses is no null either", async () => {
    const ask: Ask = () => ({ status: "refused", code: "E_BUDGET", reason: "the task has no more" });
    expect(await errorOf("return await parallel([() => agent('x')])", ask)).toMatchObject({
      code: "E_BUDGET",
    });
  });
});

describe("workflow", () => {
  const saved: Record<string, string> = {
    inner: "phase('in'); return [args, await agent('inner ' + args.n)]",
    nested: "return await workflow('inner')",
    broken: "return 1 +",
  };
  const loadWorkflow = async (name: string) => saved[name];

  test("runs a saved script with args of its own, in the same run", async () => {
    const paths: string[] = [];
    const ask: Ask = ({ path }) => {
      paths.push(path);
      return { status: "done", text: "x" };
    };
    const program = "return [await workflow('inner', {n: 1}), args]";
    expect(await resultOf(program, ask, { loadWorkflow, args: "own" })).toEqual([[{ n: 1 }, "x"], "own"]);
    expect(paths).toEqual(["workflow#0/agent#0"]);
  });

  test("one level only; unknown and broken ones are named", async () => {
    expect((await errorOf("await workflow('nested')", echo, { loadWorkflow })).message).toContain(
      "another script called",
    );
    expect((await errorOf("await workflow('gone')", echo, { loadWorkflow })).message).toContain(
      "no saved script",
    );
    expect((await errorOf("await workflow('broken')", echo, { loadWorkflow })).message).toContain(
      "line 1, column 11",
    );
  });
});

describe("clock, chance, args, log", () => {
  test("are those of the run", async () => {
    const program = `const numbers = await parallel([async () => { await agent("slow"); return Math.random() }, async () => Math.random()]);
      return [Date.now(), new Date().toISOString(), typeof Date(), new Date(0).getTime(), Math.random(), numbers]`;
    const one = await resultOf(program);
    expect(one).toEqual(await resultOf(program));
    expect(one).toMatchObject([
      Date.UTC(2026, 0, 2, 3, 4, 5),
      "2026-01-02T03:04:05.000Z",
      "string",
      0,
      expect.any(Number),
      [expect.any(Number), expect.any(Number)],
    ]);
    expect(await resultOf(program, echo, { seed: "other" })).not.toEqual(one);
  });

  test("random numbers are spread", async () => {
    const program =
      "const n = Array.from({length: 4000}, () => Math.random()); return [n.reduce((a, b) => a + b) / 4000, Math.min(...n) >= 0, Math.max(...n) < 1, new Set(n).size]";
    const [mean, ...rest] = (await resultOf(program)) as [number, ...unknown[]];
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
    expect(rest).toEqual([true, true, 4000]);
  });

  test("args come as they are given; log takes anything", async () => {
    const lines: string[] = [];
    const more = { args: { a: [1, null] }, onLog: ({ text }: { text: string }) => lines.push(text) };
    expect(
      await resultOf("log('one', args, undefined, 5n, () => 1); log(Symbol('x')); return args", echo, more),
    ).toEqual({ a: [1, null] });
    expect(await resultOf("return args === undefined")).toBe(true);
    expect(lines).toEqual(['one {"a":[1,null]} nothing 5n a function', "a symbol"]);
  });

  test("log is cut and counted", async () => {
    const lines: string[] = [];
    await run("log('x'.repeat(1e6)); for (let i = 0; i < 20000; i++) log(i)", echo, {
      onLog: ({ text }) => lines.push(text),
    });
    expect(lines[0]?.length).toBe(16_385);
    expect(lines.length).toBe(10_000);
    expect(lines.at(-1)).toContain("left out");
  });
});

describe("how a script ends", () => {
  test.each([
    ["return {a: [1, {b: undefined}], d: new Date(0)}", { a: [1, {}], d: "1970-01-01T00:00:00.000Z" }],
    ["return", undefined],
    ["", undefined],
    ["return [undefined]", [null]],
  ])("%s gives a result", async (program, expected) => {
    expect(await resultOf(program)).toEqual(expected);
  });

  test.each([
    ["return {a: {f() {}}}", "the result.a.f cannot be written as JSON; found a function"],
    ["const a = []; a.push(a); return a", "levels, or itself"],
    ["return 5n", "a bigint"],
    ["return NaN", "NaN"],
    ["return [agent('x')]", "the result[0] cannot be written as JSON; found a promise"],
    ["return new Map()", "a Map or Set"],
    ["return JSON.parse('{\"__proto__\": 1}')", "a key named __proto__"],
    ["throw 'text'", "a text was thrown that is no Error"],
    ["throw null", "null was thrown that is no Error"],
    ["throw {a: 1}", 'an object was thrown that is no Error: {"a":1}'],
    ["throw new RangeError('far')", "RangeError: far"],
    ["await new Promise(() => {})", "never happens"],
    ["await Promise.reject(new Error('no'))", "no"],
    ["null.x", "TypeError"],
    ["return 'x'.repeat(5e6)", "longer than"],
  ])("%s ends it with a reason", async (program, reason) => {
    expect((await errorOf(program)).message).toContain(reason);
  });

  test("too much computing ends it, whoever catches what", async () => {
    const limits = { computeMs: 100 };
    for (const program of [
      "const a = await agent('x'); for (;;) a.slice(1)",
      "const f = async () => { for (;;) String(1) }; try { await f() } catch {} return 'goes on'",
    ])
      expect(await errorOf(program, echo, { limits })).toMatchObject({ code: "E_TIMEOUT" });
  });

  test("calls that nobody waits for are named", async () => {
    const { ask } = held();
    const outcome = await run("agent('forgotten'); return 1", ask);
    expect(outcome).toMatchObject({ status: "done", result: 1, unanswered: ["agent#0"], calls: { live: 0 } });
    let answered = 0;
    const once: Ask = () => (answered++ === 0 ? { status: "done", text: "x" } : new Promise(() => {}));
    const second = await run("const p = agent('a'); agent('b'); await p; return 1", once);
    expect(second).toMatchObject({ status: "done", unanswered: ["agent#1"], calls: { live: 2 } });
  });
});
