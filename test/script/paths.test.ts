import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { CallResult } from "../../src/script/types.ts";
import { quickOrFull } from "../suite-size.ts";
import { held, run } from "./run.ts";

/** Programs of every construct in which answers can overtake each other. */
const { statement } = fc.letrec<{ statement: string; block: string; value: string }>((tie) => ({
  block: fc.array(tie("statement"), { minLength: 1, maxLength: 3 }).map((lines) => lines.join(" ")),
  value: fc.constantFrom("await ask()", "Math.random()", "await ask() + await ask()"),
  statement: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    tie("value").map((value) => `seen.push(${value});`),
    fc
      .array(tie("block"), { minLength: 1, maxLength: 3 })
      .map((all) => `await parallel([${all.map((block) => `async () => { ${block} }`).join(", ")}]);`),
    fc
      .tuple(tie("block"), tie("block"))
      .map(([a, b]) => `await pipeline([1, 2], async () => { ${a} }, async () => { ${b} });`),
    fc
      .array(tie("block"), { minLength: 1, maxLength: 3 })
      .map((all) => `await Promise.all([${all.map((block) => `(async () => { ${block} })()`).join(", ")}]);`),
    tie("block").map(
      (block) => `await Promise.all([1, 2].map((x) => ask().then(async () => { ${block} })));`,
    ),
    tie("block").map(
      (block) => `{ const later = (async () => { ${block} })(); seen.push(await ask()); await later; }`,
    ),
    tie("block").map((block) => `try { await fail(); } catch { ${block} }`),
    tie("block").map((block) => `await { then(good) { (async () => { ${block} })().then(good); } };`),
  ),
}));
const program = fc
  .array(statement as fc.Arbitrary<string>, { minLength: 1, maxLength: 3 })
  .map(
    (lines) =>
      `const seen = []; const ask = () => agent("q"); const fail = () => agent("fail"); ${lines.join(" ")} return seen.sort();`,
  );

/** Answers one of those that wait, by chance, and notes where each was asked and what it was told. */
async function inOrder(text: string, choose: (count: number) => number) {
  const { ask, waiting } = held();
  const paths: string[] = [];
  let ended = false;
  const outcome = run(text, (request, signal) => {
    paths.push(request.path);
    return ask(request, signal);
  }).finally(() => {
    ended = true;
  });
  while (!ended) {
    await new Promise((resolve) => setImmediate(resolve));
    const one = waiting.splice(choose(waiting.length), 1)[0];
    if (one === undefined) continue;
    const { path, prompt } = one.request;
    const result: CallResult =
      prompt === "fail"
        ? { status: "failed", code: "E_BRAIN", reason: "no" }
        : { status: "done", text: path };
    one.answer(result);
  }
  const { errors, ...rest } = await outcome;
  return { paths: paths.sort(), outcome: rest, errors: errors.map(({ path }) => path).sort() };
}

// What is answered is the path, and random numbers belong to a flow: so the result shows every path that changed.
test.prop([program, fc.infiniteStream(fc.nat({ max: 1000 }))], { numRuns: quickOrFull(12, 400) })(
  "whatever order answers come in, calls have the same paths and the script the same result",
  async (text, stream) => {
    const first = await inOrder(text, () => 0);
    expect(first.outcome.status, JSON.stringify(first.outcome)).toBe("done");
    expect(new Set(first.paths).size).toBe(first.paths.length);
    const last = await inOrder(text, (count) => Math.max(0, count - 1));
    const any = await inOrder(text, (count) => (count === 0 ? 0 : (stream.next().value as number) % count));
    expect(last).toEqual(first);
    expect(any).toEqual(first);
  },
);
