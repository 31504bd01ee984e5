import { beforeAll, describe, expect, test } from "vitest";
import { startEngine } from "../../src/script/engine.ts";
import { runScript } from "../../src/script/run-script.ts";
import type { StartSandbox } from "../../src/script/sandbox-types.ts";
import { sandboxInWorker } from "../../src/script/start-sandbox.ts";
import { builtWorker } from "./built-worker.ts";
import { type Attempt, ESCAPES } from "./escape-corpus.ts";

const LONG = JSON.stringify(`${"a".repeat(40)}b`);
let startSandbox: StartSandbox;

beforeAll(async () => {
  startSandbox = sandboxInWorker(await builtWorker());
});

const SLOW = { computeMs: 200 };
const ENOUGH = { computeMs: 60_000 };
const SMALL = { computeMs: 60_000, memoryBytes: 24 * 1024 * 1024 };

/** As a host runs it; what cannot harm the thread of the test runs there, which is quicker. */
function attempt({ program, heavy, bomb, reason }: Attempt) {
  const endless = reason?.source.includes("computing") === true;
  return runScript({
    program,
    args: { a: 1 },
    seed: "s",
    now: 0,
    limits: bomb ? SMALL : endless ? SLOW : ENOUGH,
    startSandbox: heavy ? startSandbox : startEngine,
    call: async ({ prompt }) => ({ status: "done", text: prompt === "long" ? LONG : prompt }),
  });
}

describe("a corpus of attempts to escape", () => {
  test("is large enough", () => {
    expect(ESCAPES.length).toBeGreaterThanOrEqual(40);
  });

  test.each(ESCAPES)("$what", async (one) => {
    const outcome = await attempt(one);
    if (one.reason === undefined) expect(outcome).toMatchObject({ status: "done", result: one.result });
    else
      expect(outcome).toMatchObject({
        status: "failed",
        error: { message: expect.stringMatching(one.reason) },
      });
    expect(outcome.status === "failed" ? outcome.error.code : "").not.toBe("E_INTERNAL");
  });

  test("nothing of the host is changed", () => {
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
