import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../src/host/clock.ts";

export interface FakeClockOptions {
  /** How many turns of the event loop what is not waiting for time may need. */
  turns?: number;
  /** What is to come after no time comes by itself, and not with `advance` alone. */
  soon?: boolean;
}

/** A clock that stands still but while `advance` runs: how fast the machine is decides nothing. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];
  readonly #epoch: number;
  readonly #turns: number;
  readonly #soon: boolean;

  constructor(epoch: number, { turns = 2, soon = false }: FakeClockOptions = {}) {
    this.#epoch = epoch;
    this.#turns = turns;
    this.#soon = soon;
  }

  monotonic = (): number => this.#now;
  wall = (): number => this.#epoch + this.#now;
  after = (ms: number, callback: () => void): (() => void) => {
    if (this.#soon && ms <= 0) {
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    }
    const timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Everybody who waits is gone. */
  clear(): void {
    this.#timers = [];
  }

  /** As on a machine that slept: time has gone, and nothing was done in it. */
  jump(ms: number): void {
    this.#now += ms;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle(this.#turns);
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle(this.#turns);
    }
    this.#now = end;
  }
}

/** Everything that does not wait for time has happened. */
export async function settle(turns = 2): Promise<void> {
  for (let n = 0; n < turns; n++) await turn();
}
