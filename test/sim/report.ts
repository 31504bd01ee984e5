import { USUAL_STEPS } from "./run/options.ts";
import type { Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulation.ts";
import { formatStory } from "./story.ts";

/** What a person needs of a failure: which it is, how to see it again, and the smallest history that fails as well. */
export async function reportFailure(
  scenario: Scenario,
  fault: string,
  steps: number,
  milliseconds: number,
): Promise<string> {
  const fails = async (smaller: Scenario) => (await simulate(smaller)).faults.length > 0;
  const smallest = await shrink(scenario, fails, milliseconds);
  const { disturbances } = scenario;
  return [
    `seed ${scenario.seed} fails: ${fault}`,
    `Its whole history: ${replayCommand(scenario.seed, steps)}`,
    `The shortest that fails (${smallest.disturbances.length} of ${disturbances.length} disturbances):`,
    "",
    formatStory(smallest, await simulate(smallest)),
  ].join("\n");
}

export function replayCommand(seed: number, steps: number): string {
  return `npm run sim -- --replay ${seed}${steps === USUAL_STEPS ? "" : ` --steps ${steps}`}`;
}
