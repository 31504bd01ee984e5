import { expect, test } from "vitest";
import { seeds } from "../suite-size.ts";
import { makeScenario, type Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulation.ts";
import { formatStory } from "./story.ts";

/** Real time that is spent on a smaller history of a failure. */
const SHRINKING = 120_000;
const replays = process.env.CLAWFLOW_REPLAY !== undefined;

test.each(seeds(200, 10_000))("seed %i", async (seed) => {
  const scenario = makeScenario(seed);
  const outcome = await simulate(scenario);
  if (replays) console.log(formatStory(scenario, outcome));
  else if (outcome.faults.length > 0) expect.fail(await report(scenario, outcome.faults));
  expect(outcome.faults).toEqual([]);
});

async function report(scenario: Scenario, faults: readonly string[]): Promise<string> {
  const fails = async (smaller: Scenario) => (await simulate(smaller)).faults.length > 0;
  const smallest = await shrink(scenario, fails, SHRINKING);
  return [
    `seed ${scenario.seed} fails: ${faults[0]}`,
    `Its whole history: npm run sim -- --replay ${scenario.seed}`,
    "The smallest that fails:",
    formatStory(smallest, await simulate(smallest)),
  ].join("\n");
}
