import type { Scenario } from "./scenario.ts";

const QUIET = { lost: 0, unanswered: 0, repeated: 0, silent: 0, delay: 0, hints: 1 };

/**
 * A smaller scenario that fails as well: disturbances, jobs, depth and the network's moods are left out one after the other as long as it
 * does, and as long as there is time.
 */
export async function shrink(
  scenario: Scenario,
  fails: (smaller: Scenario) => Promise<boolean>,
  milliseconds: number,
): Promise<Scenario> {
  const until = performance.now() + milliseconds;
  let smallest = scenario;
  for (let again = true; again; ) {
    again = false;
    for (const smaller of smallerThan(smallest)) {
      if (performance.now() > until) return smallest;
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      again = true;
      break;
    }
  }
  return smallest;
}

function* smallerThan(scenario: Scenario): Generator<Scenario> {
  const { disturbances, jobs, network, shape } = scenario;
  for (const index of disturbances.keys())
    yield { ...scenario, disturbances: disturbances.filter((_, other) => other !== index) };
  if (jobs.length > 1)
    for (const index of jobs.keys()) yield { ...scenario, jobs: jobs.filter((_, other) => other !== index) };
  if (shape.depth > 1) yield { ...scenario, shape: { ...shape, depth: shape.depth - 1 } };
  if (shape.width > 1) yield { ...scenario, shape: { ...shape, width: shape.width - 1 } };
  for (const key of Object.keys(QUIET) as (keyof typeof QUIET)[])
    if (network[key] !== QUIET[key]) yield { ...scenario, network: { ...network, [key]: QUIET[key] } };
  if (shape.failing) yield { ...scenario, shape: { ...shape, failing: false } };
  if (scenario.slowness > 0) yield { ...scenario, slowness: 0 };
  if (scenario.syncing > 0) yield { ...scenario, syncing: 0 };
}
