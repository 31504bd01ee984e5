import type { Tally } from "../tally.ts";

export interface ToWorker {
  seeds: number[];
  steps: number;
  /** Milliseconds that may be spent on a smaller history of a failure. */
  shrinking: number;
}

/** What became of the seeds, up to the first that failed. */
export interface FromWorker {
  tally: Tally;
  failure?: Failure;
}

export interface Failure {
  seed: number;
  fault: string;
  report: string;
}
