import { reportFailure } from "../report.ts";
import { makeScenario, type Scenario } from "../scenario.ts";
import { simulate } from "../simulation.ts";
import { addTally, type Tally } from "../tally.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/*
 * A process that runs seeds as it is told. A run is compared with what its script says must come out; of every tenth seed the same script
 * is run undisturbed as well, which must come to the same.
 */

const UNDISTURBED = 10;
const QUIET = { lost: 0, unanswered: 0, repeated: 0, silent: 0, delay: 0, hints: 1 };

process.on("disconnect", () => process.exit());
process.on("message", (message: ToWorker) => {
  void run(message).then(say);
});

async function run({ seeds, steps, shrinking }: ToWorker): Promise<FromWorker> {
  const tally: Tally = {};
  for (const seed of seeds) {
    for (const scenario of scenariosOf(seed, steps)) {
      const outcome = await simulate(scenario);
      addTally(tally, outcome.tally);
      const [fault] = outcome.faults;
      if (fault === undefined) continue;
      const report = shrinking > 0 ? await reportFailure(scenario, fault, steps, shrinking) : "";
      return { tally, failure: { seed, fault, report } };
    }
    addTally(tally, { seeds: 1 });
  }
  return { tally };
}

function* scenariosOf(seed: number, steps: number): Generator<Scenario> {
  const scenario = makeScenario(seed, steps);
  yield scenario;
  if (seed % UNDISTURBED === 0) yield { ...scenario, network: QUIET, disturbances: [] };
}

function say(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}
