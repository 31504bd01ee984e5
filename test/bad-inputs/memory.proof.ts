import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../cli/cli.ts";
import { recordProof } from "../proof/record-proof.ts";

const PROGRAM = fileURLToPath(new URL("parse-memory.mjs", import.meta.url));
const MOST = 50 * 1024 * 1024;
const MESSAGE = 4 * 1024 * 1024;

// Young objects are collected early: what is measured is what is needed, not what nobody had to free yet.
const run = async (...words: string[]) =>
  JSON.parse(
    (await execa(process.execPath, ["--expose-gc", "--max-semi-space-size=2", PROGRAM, ...words])).stdout,
  );

const counts = { messages: 0, above: 0, most: 0 };
let kinds: string[];
beforeAll(async () => {
  await ensureBuilt();
  kinds = await run();
}, 120_000);

test("a message of 4 MiB costs less than 50 MiB of memory, whatever it is made of", async () => {
  expect(kinds.length).toBeGreaterThan(10);
  const dear: string[] = [];
  for (const kind of kinds) {
    const { bytes, resident, result } = await run(kind);
    expect(bytes).toBeGreaterThan(MESSAGE - 100);
    counts.messages += 1;
    counts.most = Math.max(counts.most, resident);
    if (resident < MOST) continue;
    counts.above += 1;
    dear.push(`${kind} (${result}): ${Math.round(resident / 2 ** 20)} MiB`);
  }
  expect(dear).toEqual([]);
}, 120_000);

afterAll(() => {
  const { messages, above, most } = counts;
  const seen = { "above 50 MiB": above, "most MiB": Math.round(most / 2 ** 20) };
  recordProof({
    fault: "codec",
    what: "memory that reading a message of 4 MiB costs",
    cases: messages,
    counts: seen,
  });
});
