import { type Amounts, addAmounts } from "../../protocol/amounts.ts";

/** Milliseconds. */
export interface Durations {
  /** The middle one, or what is between the two in the middle. */
  median: number;
  /** Nine of ten took no longer. */
  p90: number;
  longest: number;
}

/** How many tasks ended how. */
export interface Endings {
  done: number;
  failed: number;
  cancelled: number;
  /** From its beginning to its end, of those that ended; absent where none did. */
  duration?: Durations;
}

/** All that is counted of an agent, or of a day. Times in milliseconds. */
export interface Tally extends Endings {
  /** How long those that ended had waited for other agents, and for people. */
  waiting: { agents: number; people: number };
  /** Questions that brains answered, and how long these took. */
  calls: number;
  thinking: number;
  used: Amounts;
}

/** Adds up; each thing is counted once. */
export class Counter {
  #ended = { done: 0, failed: 0, cancelled: 0 };
  #durations: number[] = [];
  #waiting = { agents: 0, people: 0 };
  #calls = 0;
  #thinking = 0;
  #used: Amounts = {};
  open = 0;

  end(status: "done" | "failed" | "cancelled", duration: number | undefined): void {
    this.#ended[status]++;
    if (duration !== undefined) this.#durations.push(duration);
  }

  wait(agents: number, people: number): void {
    this.#waiting.agents += agents;
    this.#waiting.people += people;
  }

  call(duration: number): void {
    this.#calls++;
    this.#thinking += duration;
  }

  use(amounts: Amounts): void {
    this.#used = addAmounts(this.#used, amounts);
  }

  endings(): Endings {
    const duration = durationsOf(this.#durations);
    return { ...this.#ended, ...(duration === undefined ? {} : { duration }) };
  }

  tally(): Tally {
    return {
      ...this.endings(),
      waiting: { agents: Math.round(this.#waiting.agents), people: Math.round(this.#waiting.people) },
      calls: this.#calls,
      thinking: Math.round(this.#thinking),
      used: this.#used,
    };
  }
}

function durationsOf(durations: readonly number[]): Durations | undefined {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? 0;
  const { length } = sorted;
  if (length === 0) return undefined;
  const middle = Math.floor(length / 2);
  return {
    median: length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    p90: at(Math.ceil(length * 0.9) - 1),
    longest: at(length - 1),
  };
}
