import { recordProof } from "../../proof/record-proof.ts";
import { makeScenario } from "../scenario.ts";
import { simulate } from "../simulation.ts";
import { formatStory } from "../story.ts";
import { addTally, type Tally } from "../tally.ts";
import type { Failure } from "./messages.ts";
import { parseOptions, type RunOptions } from "./options.ts";
import { Worker } from "./pool.ts";

/** Real time that is spent on the shortest history of the first failure. */
const SHRINKING = 120_000;
const CHUNK = 10;
const MOST_FAILURES = 5;
const SAY_EVERY = 30_000;

const options = parseOptions(process.argv.slice(2));
process.exitCode =
  options.replay === undefined ? await runAll(options) : await replay(options.replay, options.steps);

/** One again, told as a story. */
async function replay(seed: number, steps: number): Promise<number> {
  const scenario = makeScenario(seed, steps);
  const outcome = await simulate(scenario);
  console.log(formatStory(scenario, outcome));
  return outcome.faults.length === 0 ? 0 : 1;
}

async function runAll({ seeds, from, steps, workers }: RunOptions): Promise<number> {
  const began = performance.now();
  const sum: Tally & { seeds: number } = { seeds: 0 };
  const failures: Failure[] = [];
  const rate = () => sum.seeds / ((performance.now() - began) / 1000);
  const saying = setInterval(
    () => console.log(`${sum.seeds} of ${seeds} seeds, ${rate().toFixed(1)} a second`),
    SAY_EVERY,
  );
  const chunks = chunksOf(from, seeds);
  const lane = async () => {
    const worker = new Worker();
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
      const shrinking = failures.length === 0 ? SHRINKING : 0;
      const { tally, failure } = await worker.run({ seeds: chunk, steps, shrinking });
      addTally(sum, tally);
      if (failure === undefined) continue;
      failures.push(failure);
      console.error(failure.report || `seed ${failure.seed} fails: ${failure.fault}`);
      // What came behind it in its chunk is still to be run.
      const rest = chunk.slice(chunk.indexOf(failure.seed) + 1);
      if (failures.length >= MOST_FAILURES) chunks.length = 0;
      else if (rest.length > 0) chunks.push(rest);
    }
    worker.end();
  };
  await Promise.all(Array.from({ length: workers }, lane));
  clearInterval(saying);
  const took = (performance.now() - began) / 1000;
  console.log(
    `${sum.seeds} seeds from ${from} in ${took.toFixed(1)} s, ${rate().toFixed(1)} a second: ${failures.length === 0 ? "all is well" : `${failures.length} failed`}`,
  );
  tell(sum, failures);
  return failures.length === 0 ? 0 : 1;
}

function chunksOf(from: number, count: number): number[][] {
  const chunks: number[][] = [];
  for (let at = 0; at < count; at += CHUNK)
    chunks.push(Array.from({ length: Math.min(CHUNK, count - at) }, (_, index) => from + at + index));
  return chunks;
}

/** Of a history that fails the first fault alone is known, so one is counted for each. */
function tell(sum: Tally, failures: readonly Failure[]): void {
  const { seeds = 0, ...counts } = sum;
  const bad = (pattern: RegExp) => failures.filter(({ fault }) => pattern.test(fault)).length;
  const lost = bad(/lost|is gone|nowhere|never came|not durable/);
  const twice = bad(/twice|has two|copies|again/);
  const unreadable = bad(/no whole message|in part/);
  const stuck = bad(/does not end|nothing is left to wait|goes on and on|names no wait/);
  const wrong = failures.length - lost - twice - unreadable - stuck;
  recordProof({
    fault: "F4",
    what: "whole teams on a simulated machine, every invariant after every event",
    cases: seeds,
    counts: { ...counts, lost, twice, unreadable, stuck, wrong },
  });
}
