import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { step } from "../../src/loop/step.ts";
import type { Subtask } from "../../src/protocol/task.ts";
import { plan, replyTo } from "./letters.ts";
import { executing } from "./scenes.ts";
import type { Station } from "./station.ts";

/** A map that counts how often a subtask is looked at. */
class CountingMap extends Map<string, Subtask> {
  visits = 0;

  override get(id: string): Subtask | undefined {
    this.visits++;
    return super.get(id);
  }

  override *[Symbol.iterator](): MapIterator<[string, Subtask]> {
    for (const entry of super.entries()) {
      this.visits++;
      yield entry;
    }
  }
}

function fan(size: number, chain = false): Station {
  const ids = Array.from({ length: size }, (_, index) => `n${index}`);
  const nodes = ids.map(
    (id, index) => [id, chain && index > 0 ? ["reader", `n${index - 1}`] : "reader"] as const,
  );
  return executing(plan(Object.fromEntries(nodes) as Parameters<typeof plan>[0]), {
    limits: { subtasks: 1_000 },
  });
}

describe.each([
  ["a fan-out", false],
  ["a chain", true],
])("H38: a step with one reply in %s", (_, chain) => {
  it("looks at each subtask a few times at most, and sends one TASK", () => {
    const size = 1_000;
    const station = fan(size, chain);
    const task = station.task();
    const subtasks = new CountingMap(task.subtasks);
    const reply = replyTo(station.taskOf("n0"), { results: "R" });
    const began = performance.now();
    const { send, change } = step(
      station.self,
      { ...task, subtasks },
      { type: "replies", messages: [reply] },
      station.now,
    );
    console.info(`${size} subtasks: ${(performance.now() - began).toFixed(2)} ms, ${subtasks.visits} visits`);
    expect(send).toHaveLength(1);
    expect(Object.keys(change?.subtasks ?? {})).toEqual(["n0", chain ? "n1" : "n8"]);
    expect(subtasks.visits).toBeLessThan(4 * size);
  });

  it("writes as much with 1,000 subtasks as with 10", () => {
    const written = [10, 1_000].map((size) => {
      const station = fan(size, chain);
      const [plan] = station.deliver(replyTo(station.taskOf("n0"), { id: "m-r", results: "R" }));
      return JSON.stringify([plan?.change, plan?.send]).length;
    });
    expect(Math.abs((written[1] ?? 0) - (written[0] ?? 0))).toBeLessThan(50);
  });
});
