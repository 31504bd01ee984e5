import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { type BrainFunction, defineBrain, functionBrain } from "../../src/brain/function-brain.ts";
import { ClawflowError } from "../../src/protocol/errors.ts";
import type { Outcome } from "../../src/protocol/outcome.ts";
import { aContext, aQuestion } from "./helpers.ts";

async function outcomeOf(fn: BrainFunction): Promise<Outcome> {
  return (await functionBrain(fn).ask(aQuestion(), aContext())).outcome;
}

/** The outcome of a function that returns what its type forbids. */
const outcomeOfValue = (value: unknown) => outcomeOf(() => value as string);

test("a string is results", async () => {
  const brain = functionBrain(
    defineBrain(({ task }) => `did ${task.title}`),
    "worker",
  );
  const { outcome, call } = await brain.ask(aQuestion(), aContext());
  expect(outcome).toEqual({ results: "did Audit" });
  expect(call).toEqual({ duration: expect.any(Number), command: "worker" });
});

test("the four forms pass, with their defaults filled in", async () => {
  expect(await outcomeOf(async () => ({ results: "r", used: { tokens: 1 }, files: ["a"] }))).toEqual({
    results: "r",
    used: { tokens: 1 },
    files: ["a"],
  });
  expect(await outcomeOfValue({ subtasks: { a: { agent: "w" } } })).toEqual({
    subtasks: { a: { agent: "w", description: "", depends_on: [] } },
  });
  expect(await outcomeOfValue({ ask: "which?" })).toEqual({ ask: "which?" });
  expect(await outcomeOfValue({ error: "no", partial: "half" })).toEqual({ error: "no", partial: "half" });
});

test("time is told by the clock given", async () => {
  let time = 0;
  const brain = functionBrain(
    () => {
      time += 1234;
      return "";
    },
    "",
    () => time,
  );
  expect((await brain.ask(aQuestion(), aContext())).call).toEqual({ duration: 1234 });
});

test("what it throws is the error; a rate limit passes; an error of ours keeps its code", async () => {
  const thrower = (thrown: unknown) => () => {
    throw thrown;
  };
  expect(await outcomeOf(thrower(new Error("boom")))).toEqual({ error: "E_BRAIN: boom" });
  expect(await outcomeOf(() => Promise.reject("text"))).toEqual({ error: "E_BRAIN: text" });
  expect(await outcomeOf(thrower(new Error("Rate limit, try again later")))).toMatchObject({ passing: true });
  expect(await outcomeOf(thrower(new ClawflowError("E_UNSUPPORTED", "not this")))).toEqual({
    error: "E_UNSUPPORTED: not this",
  });
  expect(await outcomeOf(thrower(undefined))).toEqual({ error: "E_BRAIN: undefined" });
  expect(await outcomeOf(thrower(Object.create(null)))).toEqual({
    error: "E_BRAIN: an error that cannot be read",
  });
  const hostile = new Error("x");
  Object.defineProperty(hostile, "message", { get: thrower(new Error("trap")) });
  expect(await outcomeOf(thrower(hostile))).toEqual({ error: "E_BRAIN: an error that cannot be read" });
});

test.each([
  "HTTP 503: no capacity",
  "LLM request timed out.",
  "LLM request failed: network connection error.",
  "LLM request failed: network connection was interrupted.",
  "LLM request failed: connection refused by the provider endpoint.",
  "LLM request failed: DNS lookup for the provider endpoint failed.",
])("a service that cannot be reached passes: %s", async (text) => {
  expect(await outcomeOf(() => Promise.reject(new Error(text)))).toMatchObject({ passing: true });
});

test.each(["the test failed: connection refused at port 3000", "line 503 is wrong"])(
  "what a program says of its own work does not: %s",
  async (text) => {
    expect(await outcomeOf(() => Promise.reject(new Error(text)))).toEqual({ error: `E_BRAIN: ${text}` });
  },
);

const cyclic: Record<string, unknown> = { results: "x" };
cyclic.self = cyclic;
const deep = () => {
  let value: unknown = "x";
  for (let level = 0; level < 200_000; level++) value = [value];
  return { results: value };
};

test.each([
  ["undefined", undefined],
  ["null", null],
  ["a number", 1],
  ["a function", () => "x"],
  ["a symbol", Symbol("x")],
  ["an array", ["results"]],
  ["an empty object", {}],
  ["a wrong type", { results: 1 }],
  ["an unknown key", { results: "x", more: 1 }],
  ["two forms", { results: "x", error: "y" }],
  ["an empty error", { error: "" }],
  ["a plan of nothing", { subtasks: "all" }],
  ["a big integer", { results: "x", used: { tokens: 1n } }],
  ["not a number", { results: "x", used: { tokens: Number.NaN } }],
  ["a cycle", cyclic],
  ["a depth that ends the stack", deep()],
  [
    "a getter that throws",
    {
      get results(): string {
        throw new Error("trap");
      },
    },
  ],
  [
    "a proxy that throws",
    new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("trap");
        },
      },
    ),
  ],
  [
    "a toJSON that throws",
    {
      toJSON() {
        throw new Error("trap");
      },
    },
  ],
  ["a prototype in a plan", JSON.parse('{"subtasks": {"__proto__": {"agent": "w"}}}')],
])("%s is an error that says so", async (_, value) => {
  const outcome = await outcomeOfValue(value);
  expect(outcome).toEqual({ error: expect.stringMatching(/^E_BRAIN_OUTPUT: /) });
  expect(Object.hasOwn(Object.prototype, "agent")).toBe(false);
});

test("what is wrong with an answer is named", async () => {
  expect(await outcomeOfValue({ subtasks: { a: { agent: 3 } } })).toEqual({
    error: expect.stringMatching(/^E_BRAIN_OUTPUT: subtasks\.a\.agent/),
  });
});

test("an answer that is too long is refused", async () => {
  const long = "x".repeat(17 * 1024 * 1024);
  expect(await outcomeOf(() => long)).toEqual({ error: expect.stringMatching(/^E_BRAIN_OUTPUT: /) });
  expect(await outcomeOf(() => ({ results: long }))).toEqual({
    error: expect.stringMatching(/^E_BRAIN_OUTPUT: /),
  });
});

test.prop([fc.string({ unit: "binary" }), fc.boolean()])(
  "a text comes back as it would from a file",
  async (text, inObject) => {
    const results = `${text}\\ud800\ud83d\\\ude00\\`;
    const outcome = await outcomeOf(() => (inObject ? { results } : results));
    expect(outcome).toEqual({
      results: Buffer.from(results, "utf8").toString("utf8").replaceAll("\0", "\ufffd"),
    });
  },
);

test("nothing that it keeps or returns reaches the host", async () => {
  const question = aQuestion();
  const before = structuredClone(question);
  const value = { results: "x", files: ["a"] };
  const brain = functionBrain((given) => {
    given.task.title = "changed";
    return value;
  });
  const { outcome } = await brain.ask(question, aContext());
  value.files.push("b");
  expect(question).toEqual(before);
  expect(outcome).toEqual({ results: "x", files: ["a"] });
});

test("a function that never answers is left at its deadline, and is told so", async () => {
  const controller = new AbortController();
  let told = false;
  const answer = functionBrain((_, { signal }) => {
    signal.addEventListener("abort", () => {
      told = true;
    });
    return new Promise(() => {});
  }).ask(aQuestion(), aContext(controller.signal));
  controller.abort(new Error("deadline"));
  await expect(answer).rejects.toThrow("deadline");
  expect(told).toBe(true);
});

test("a function that fails after its deadline harms nothing", async () => {
  const controller = new AbortController();
  let fail = (_: Error): void => {};
  const answer = functionBrain(
    () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
  ).ask(aQuestion(), aContext(controller.signal));
  controller.abort(new Error("deadline"));
  await expect(answer).rejects.toThrow("deadline");
  fail(new Error("late"));
  await new Promise((resolve) => setImmediate(resolve));
});
