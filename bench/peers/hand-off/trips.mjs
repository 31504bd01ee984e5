/** How long a round trip takes counts from here on: programs are slower before. */
const WARM = 1000;

/** What writers of one process found: each round trip from the moment before its message is written to the moment when its answer is handled. */
export class Trips {
  #begun = performance.now();
  #end;
  #most;
  #all = [];
  /** Tries that failed and were repeated, or never came to an end. */
  failed = 0;

  /** @param seconds after which no new trip begins; nor after `most` of them */
  constructor({ seconds, most }) {
    this.#end = this.#begun + seconds * 1000;
    this.#most = most;
  }

  get isOver() {
    return performance.now() >= this.#end || this.#all.length >= this.#most;
  }

  get count() {
    return this.#all.length;
  }

  add(from, to) {
    this.#all.push({ from, to });
  }

  /** @returns milliseconds of each trip, and trips a second */
  result() {
    const warm = this.#all.filter(({ from }) => from - this.#begun >= WARM);
    const counted = warm.length > 0 ? warm : this.#all;
    const first = Math.min(...counted.map(({ from }) => from));
    const last = Math.max(...counted.map(({ to }) => to));
    return {
      times: counted.map(({ from, to }) => to - from),
      perSecond: counted.length === 0 ? 0 : (counted.length * 1000) / (last - first),
      failed: this.failed,
    };
  }
}

/** `writers` loops, each with one message under way, until the trips are over. `roundTrip(id)` resolves when the answer is handled. */
export async function inLoops(writers, trips, roundTrip) {
  const run = Math.random().toString(36).slice(2, 8);
  const loop = async (_, writer) => {
    for (let number = 0; !trips.isOver; number++) {
      const from = performance.now();
      await roundTrip(`m-${run}-${writer}-${number}`);
      trips.add(from, performance.now());
    }
  };
  await Promise.all(Array.from({ length: writers }, loop));
}

/** Promises of answers by their message's id. */
export class Answers {
  #waiting = new Map();

  to(id) {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  came(id) {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}
