import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/host/clock.ts";

const STEP = 1_000;

interface Timer {
  at: number;
  callback: () => void;
}

/** A clock that stands still until the test lets time pass: how fast the machine is decides nothing. */
export class SteppedClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  wall(): number {
    return Date.now();
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    if (ms <= 0) {
      const soon = setImmediate(callback);
      return () => clearImmediate(soon);
    }
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** As on a machine that slept: time has gone, and nothing was done in it. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Time passes in steps of a second, in each of which everything that is due is done. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP) {
      this.#now += Math.min(STEP, left);
      for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
        if (timer.at <= this.#now && this.#timers.delete(timer)) timer.callback();
      }
      for (let n = 0; n < 10; n++) await turn();
    }
  }
}
