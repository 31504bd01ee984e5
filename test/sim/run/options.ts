import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

export interface RunOptions {
  seeds: number;
  from: number;
  /** The most disturbances of a history. */
  steps: number;
  workers: number;
  replay: number | undefined;
}

/** What the quick form runs, and the full one. */
export const QUICK_SEEDS = 2_000;
export const FULL_SEEDS = 50_000;
export const USUAL_STEPS = 7;

/** Ends the process where they make no sense. */
export function parseOptions(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      full: { type: "boolean", default: process.env.CLAWFLOW_FULL === "1" },
      seeds: { type: "string" },
      from: { type: "string", default: "1" },
      steps: { type: "string", default: String(USUAL_STEPS) },
      workers: { type: "string", default: String(availableParallelism()) },
      replay: { type: "string" },
    },
  });
  const { full, seeds = String(full ? FULL_SEEDS : QUICK_SEEDS), from, steps, workers, replay } = values;
  return {
    seeds: wholeNumber("--seeds", seeds),
    from: wholeNumber("--from", from),
    steps: wholeNumber("--steps", steps),
    workers: wholeNumber("--workers", workers),
    replay: replay === undefined ? undefined : wholeNumber("--replay", replay),
  };
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  console.error(`${option} needs a whole number, not ${text}`);
  process.exit(2);
}
