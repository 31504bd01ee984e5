import type { Clock } from "./clock.ts";

/** Looking costs at most one part in so many of the time, as long as the tasks that are open are not too many. */
const SHARE = 200;
/** But never more seldom than this: an edit is to have its effect within two seconds. */
const LONGEST_MS = 1_500;
/** A file that is being written is looked at again after so long. */
const SOON_MS = 100;

/**
 * When the task.md files are looked at. By their dates and not by a watcher: an open task costs one look at its file, which works on every
 * file system and for every way in which editors save, and there is no limit to how many can be watched.
 */
export class EditLooks {
  readonly #clock: Clock;
  readonly #interval: number;
  #next: number | undefined;
  #cost = 0;

  /** @param interval milliseconds between two looks while tasks are open */
  constructor(clock: Clock, interval: number) {
    this.#clock = clock;
    this.#interval = interval;
    this.#next = clock.monotonic();
  }

  isDue(): boolean {
    return this.#clock.monotonic() >= (this.#next ?? 0);
  }

  /** Runs a look and remembers what it cost. */
  measure(look: () => void): void {
    const began = this.#clock.monotonic();
    look();
    this.#cost = this.#clock.monotonic() - began;
  }

  /** After a look. `soon`: a file is not at rest yet; `later`: tasks are open. */
  plan(wanted: readonly ("soon" | "later" | undefined)[]): void {
    const regular = Math.max(this.#interval, Math.min(LONGEST_MS, this.#cost * SHARE));
    const soon = wanted.includes("soon");
    this.#next =
      this.#clock.monotonic() + (soon ? Math.min(regular, Math.max(SOON_MS, this.#cost * 10)) : regular);
    if (!soon && !wanted.includes("later")) this.#next = undefined;
  }

  /** Milliseconds until the next look. `open`: whether a task is open, of which this may not know yet. */
  wait(open: boolean): number {
    if (this.#next === undefined) {
      if (!open) return Number.POSITIVE_INFINITY;
      this.#next = this.#clock.monotonic() + this.#interval;
    }
    return Math.max(0, this.#next - this.#clock.monotonic());
  }
}
