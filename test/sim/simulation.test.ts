import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { makeScenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { type Outcome, simulate } from "./simulation.ts";
import { formatStory } from "./story.ts";

/** Everything that a run shows, but for tokens that only have to be unlike each other. */
function hashOf({ history, files, steps, took }: Outcome): string {
  const hash = createHash("sha256").update(JSON.stringify({ history, steps, took }));
  for (const [path, bytes] of files) {
    if (/\/mailbox\/tmp\/|\/\.clawflow\/(owner|[^/]*\/?host[^/]*)$/.test(path)) continue;
    hash.update(path).update(bytes);
  }
  return hash.digest("hex");
}

/** In the last two there are scripts. */
test.each([1, 5, 12, 25, 44, 59, 316])("a seed has one history, to the byte (seed %i)", async (seed) => {
  const first = await simulate(makeScenario(seed));
  const second = await simulate(makeScenario(seed));
  expect(second.history).toEqual(first.history);
  expect(hashOf(second)).toBe(hashOf(first));
});

test("seeds differ", async () => {
  const hashes = new Set<string>();
  for (const seed of [1, 2, 3, 4]) hashes.add(hashOf(await simulate(makeScenario(seed))));
  expect(hashes.size).toBe(4);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "undisturbed, every job ends as its script says (seed %i)",
  async (seed) => {
    const network = { lost: 0, unanswered: 0, repeated: 0, silent: 0, delay: 0, hints: 1 };
    const { faults } = await simulate({ ...makeScenario(seed), network, disturbances: [], tight: false });
    expect(faults).toEqual([]);
  },
);

test("a history can be read", async () => {
  const scenario = makeScenario(3);
  const story = formatStory(scenario, await simulate(scenario));
  expect(story).toMatch(/\d\.\d{3} s {2}\w+ +takes j1 from human/);
  expect(story).toContain("all is well");
});

test("what a failure does not need is left out", async () => {
  const scenario = makeScenario(7);
  const power = { at: 100, kind: "power" as const, host: 0, calls: 5, down: 0 };
  const disturbed = { ...scenario, disturbances: [...scenario.disturbances, power] };
  const smallest = await shrink(disturbed, async ({ disturbances }) => disturbances.includes(power), 10_000);
  expect(smallest.disturbances).toEqual([power]);
  expect(smallest.shape.depth).toBe(1);
});
