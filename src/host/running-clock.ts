import type { Clock } from "./clock.ts";

/** A gap longer than this between two looks at the clock means that the process did not run: a laptop that slept, a SIGSTOP. */
const LONGEST_GAP = 10_000;

/**
 * Milliseconds that the host has run since it began: time in which it could not have done anything does not count, so
 * nothing is "timed out" by a weekend. It must be looked at more often than every ten seconds.
 */
export class RunningClock {
  readonly #clock: Clock;
  #running = 0;
  #seen: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#seen = clock.monotonic();
  }

  now(): number {
    const monotonic = this.#clock.monotonic();
    this.#running += Math.min(Math.max(0, monotonic - this.#seen), LONGEST_GAP);
    this.#seen = monotonic;
    return Math.round(this.#running);
  }
}
