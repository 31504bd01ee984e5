import { beforeAll, expect, test } from "vitest";
import { runScript } from "../../src/script/run-script.ts";
import type { StartSandbox } from "../../src/script/sandbox-types.ts";
import { sandboxInWorker } from "../../src/script/start-sandbox.ts";
import { builtWorker } from "./built-worker.ts";

let startSandbox: StartSandbox;
beforeAll(async () => {
  startSandbox = sandboxInWorker(await builtWorker());
});

/** The bad scripts that everyone tries: what is said, and how many calls were made before. */
test.each<[string, string, RegExp, number]>([
  ["process.exit", "await agent('x'); process.exit(1)", /line 1, column 19: process is not allowed/, 0],
  [
    "require of a process",
    "require('child_process').exec('id')",
    /line 1, column 1: require is not allowed/,
    0,
  ],
  [
    "an import of a URL",
    "await import('https://example.com/x.mjs')",
    /line 1, column 7: an import is not/,
    0,
  ],
  ["the environment", "return process.env.HOME", /process is not allowed/, 0],
  ["eval", "return eval('1 + 1')", /eval is not allowed/, 0],
  ["with", "with (args) { return x }", /'with' in strict mode/, 0],
  ["code of text", "return (() => {}).constructor('return 1')()", /code cannot be made of text/, 0],
  ["an endless loop", "await agent('x'); for (;;);", /computing/, 1],
  ["a promise that never settles", "await agent('x'); await new Promise(() => {})", /never happens/, 1],
  ["10,000 agents", "return await parallel(Array(10000).fill(() => agent('x')))", /at most 4096 items/, 0],
  [
    "10,000 agents, one after another",
    "for (let i = 0; i < 10000; i++) await agent('x')",
    /1000 times/,
    1000,
  ],
  [
    "prototype pollution",
    "'use strict'; Object.prototype.then = (f) => f(1); await {}",
    /read-only|not extensible/,
    0,
  ],
  [
    "a result that is a circle",
    "const a = {}; a.a = a; return a",
    /^.{0,120} cannot be written.*levels, or itself/,
    0,
  ],
  ["a deep program", `return ${"(".repeat(20_000)}1${")".repeat(20_000)}`, /too deeply/, 0],
])("%s", async (name, program, reason, calls) => {
  const outcome = await runScript({
    program,
    seed: "s",
    now: 0,
    limits: name === "an endless loop" ? { computeMs: 500 } : {},
    startSandbox,
    call: async () => ({ status: "done", text: "x" }),
  });
  expect(outcome).toMatchObject({
    status: "failed",
    error: { message: expect.stringMatching(reason) },
    calls: { live: calls },
  });
});

test("catching the abort: a script that catches everything ends all the same", async () => {
  const stop = new AbortController();
  const outcome = await runScript({
    program: "for (;;) { try { await agent('x') } catch {} finally { continue } }",
    seed: "s",
    now: 0,
    startSandbox,
    signal: stop.signal,
    call: async ({ path }) => {
      if (path === "agent#20") stop.abort();
      return { status: "done", text: "x" };
    },
  });
  expect(outcome.status).toBe("cancelled");
});
