import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { runTask, startHost, tempRoot } from "./team.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const MIB = 1024 * 1024;

test("a host keeps nothing of what is finished", async () => {
  const large = (n: number) => `${n}:`.padEnd(256 * 1024, "x");
  let count = 0;
  const lead: BrainFunction = ({ kind, results }) =>
    kind === "synthesise"
      ? `${Object.values(results ?? {}).reduce((sum, result) => sum + result.results.length, 0)}`
      : { subtasks: { one: { agent: "w", description: large(count++), depends_on: [] } } };
  const host = await startHost({
    root: tempRoot(),
    agents: { lead: { brain: lead, peers: ["w"] }, w: { brain: () => large(count) } },
  });
  const rounds = async (most: number) => {
    for (let n = 0; n < most; n++)
      expect((await runTask(host, "lead", large(n))).text.output).toBe(`${256 * 1024}`);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await rounds(10);
  const after = await rounds(60);
  // 60 rounds of 256 KiB in each of instructions, description and results are 45 MiB.
  expect((after - before) / MIB).toBeLessThan(10);
});
