/** A number from 0 up to 1, as `Math.random` gives. */
export type Random = () => number;

/** The same seed gives the same numbers on every machine (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to `max`, both included. */
export function upTo(random: Random, max: number): number {
  return Math.floor(random() * (max + 1));
}

/** A number made of a seed and words: independent streams of one seed. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const letter of JSON.stringify(parts)) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}

/** A stream of its own for a purpose. */
export function randomFor(...parts: readonly (string | number)[]): Random {
  return seededRandom(seedOf(...parts));
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[upTo(random, items.length - 1)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
