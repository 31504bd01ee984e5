import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runScript, type ScriptRun } from "../../src/script/run-script.ts";
import type { StartSandbox } from "../../src/script/sandbox-types.ts";
import { sandboxInWorker } from "../../src/script/start-sandbox.ts";
import { builtWorker } from "./built-worker.ts";
import { echo, held } from "./run.ts";

let startSandbox: StartSandbox;
beforeAll(async () => {
  startSandbox = sandboxInWorker(await builtWorker());
});

function run(program: string, more: Partial<ScriptRun> = {}) {
  const call: ScriptRun["call"] = async (request, signal) => echo(request, signal);
  return runScript({ program, seed: "s", now: 0, call, startSandbox, ...more });
}

describe("in a thread of its own", () => {
  test("a script runs to its end", async () => {
    const program = `const files = args.files;
      phase("Read");
      const found = await pipeline(files, (file) => agent("read " + file), (text) => text.toLowerCase());
      log(found.length, "files");
      return {found, at: new Date().toISOString(), local: new Date(2020, 0, 1).getTime() === Date.UTC(2020, 0, 1)}`;
    const lines: string[] = [];
    const outcome = await run(program, {
      args: { files: ["a", "b"] },
      onLog: ({ text }) => lines.push(text),
    });
    expect(outcome).toEqual({
      status: "done",
      result: { found: ["read a", "read b"], at: "1970-01-01T00:00:00.000Z", local: true },
      errors: [],
      divergences: [],
      unanswered: [],
      calls: { recorded: 0, live: 2 },
      used: {},
    });
    expect(lines).toEqual(["2 files"]);
  });

  test("a thousand calls", async () => {
    const program =
      "return (await pipeline(Array.from({length: 1000}, (_, i) => i), (i) => agent('q' + i))).length";
    expect(await run(program)).toMatchObject({ status: "done", result: 1000, calls: { live: 1000 } });
  });

  test("what it cannot see to be endless is ended by the host, which answers all the while", async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);
    // A regular expression of the thread itself, which nothing inside interrupts.
    const program = "return await agent('x', {schema: {pattern: '^(a+)+$'}})";
    const call: ScriptRun["call"] = async () => ({
      status: "done",
      text: JSON.stringify(`${"a".repeat(60)}b`),
    });
    const outcome = await run(program, { call, limits: { computeMs: 50 } });
    clearInterval(timer);
    expect(outcome).toMatchObject({ status: "failed", error: { code: "E_TIMEOUT" } });
    expect(ticks).toBeGreaterThan(3);
  });
});

test("a later thread is given the engine as the first compiled it", async () => {
  await run("return 1");
  const folder = mkdtempSync(join(tmpdir(), "clawflow-script-"));
  const file = join(folder, "says.mjs");
  const ended = `{ status: "done", result: JSON.stringify(workerData.code instanceof WebAssembly.Module) }`;
  writeFileSync(
    file,
    `import { parentPort, workerData } from "node:worker_threads";
     parentPort.on("message", () => parentPort.postMessage({ kind: "turn", turn: { events: [], ended: ${ended} } }));
     parentPort.postMessage({ kind: "ready" });`,
  );
  expect(await run("return 1", { startSandbox: sandboxInWorker(pathToFileURL(file)) })).toMatchObject({
    result: true,
  });
  rmSync(folder, { recursive: true });
});

describe("ended from outside", () => {
  test("while it waits: the calls are told", async () => {
    const stop = new AbortController();
    const { ask, until, waiting } = held();
    const signals: AbortSignal[] = [];
    const call: ScriptRun["call"] = async (request, signal) => {
      signals.push(signal);
      return ask(request, signal);
    };
    const done = run("return await parallel([() => agent('a'), () => agent('b')])", {
      call,
      signal: stop.signal,
    });
    await until(2);
    stop.abort();
    expect(await done).toMatchObject({
      status: "cancelled",
      unanswered: ["parallel#0[0]/agent#0", "parallel#0[1]/agent#0"],
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(waiting.length).toBe(2);
  });

  test("while it computes", async () => {
    const stop = new AbortController();
    const outcome = run("log('begun'); await agent('x'); for (;;);", {
      signal: stop.signal,
      limits: { computeMs: 60_000 },
      call: async () => {
        setImmediate(() => setImmediate(() => stop.abort()));
        return { status: "done", text: "x" };
      },
    });
    expect(await outcome).toMatchObject({ status: "cancelled" });
  });

  test("before it begins", async () => {
    expect(await run("return 1", { signal: AbortSignal.abort() })).toMatchObject({
      status: "cancelled",
      calls: { live: 0 },
    });
  });
});

describe("what a host gets wrong", () => {
  test("a call that rejects is a failure of that call", async () => {
    const call: ScriptRun["call"] = async () => {
      throw new Error("our bug");
    };
    const outcome = await run("return await parallel([() => agent('x')])", { call });
    expect(outcome).toMatchObject({ status: "done", result: [null], errors: [{ code: "E_INTERNAL" }] });
  });

  test("a script that is refused spawns nothing", async () => {
    expect(await run("await agent('x'); require('fs')")).toMatchObject({
      status: "failed",
      error: { code: "E_SCRIPT", message: expect.stringContaining("line 1, column 19") },
      calls: { live: 0 },
    });
    const long = await run("return 1", { args: "x".repeat(2e6) });
    expect(long).toMatchObject({ status: "failed", error: { code: "E_TOO_LARGE" } });
  });
});

describe("a sandbox that cannot be believed", () => {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-script-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const call = { kind: "call", id: 1, path: "agent#0", round: 1, prompt: "x" };
  test.each<[string, unknown]>([
    ["no turn", "hello"],
    ["an unknown event", { events: [{ kind: "read", file: "/etc/passwd" }] }],
    ["a call with more than it may", { events: [{ ...call, cwd: "/" }] }],
    ["a prompt that is too long", { events: [{ ...call, prompt: "x".repeat(2_000_000) }] }],
    ["a round that is none", { events: [{ ...call, round: 4 }] }],
    ["an unknown code", { events: [], ended: { status: "failed", error: { code: "E_MINE", message: "" } } }],
    ["a result that is no text", { events: [], ended: { status: "done", result: { a: 1 } } }],
    [
      "unfit answers of a call that was not made",
      { events: [{ kind: "unfit", path: "agent#0", round: 3, code: "E_BRAIN_OUTPUT", reason: "" }] },
    ],
    ["two calls of one path", { events: [call, { ...call, id: 2 }] }],
    [
      "more calls than allowed",
      { events: Array.from({ length: 1001 }, (_, id) => ({ ...call, id, path: `agent#${id}` })) },
    ],
  ])("%s", async (name, turn) => {
    const file = join(folder, `${name.replaceAll(" ", "-")}.mjs`);
    writeFileSync(
      file,
      `import { parentPort } from "node:worker_threads";
       parentPort.on("message", () => parentPort.postMessage({ kind: "turn", turn: ${JSON.stringify(turn)} }));
       parentPort.postMessage({ kind: "ready" });`,
    );
    const outcome = await run("return 1", { startSandbox: sandboxInWorker(pathToFileURL(file)) });
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: expect.stringMatching(/E_INTERNAL|E_LIMIT/) },
      calls: { live: 0 },
    });
  });

  test("one that ends by itself, or is not there", async () => {
    const file = join(folder, "ends.mjs");
    writeFileSync(file, "process.exit(0)");
    for (const url of [pathToFileURL(file), pathToFileURL(join(folder, "gone.mjs"))])
      expect(await run("return 1", { startSandbox: sandboxInWorker(url) })).toMatchObject({
        status: "failed",
      });
  });
});
