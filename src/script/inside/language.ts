/** What is done to the language before a script begins. */
export interface Language {
  /** Leaves what a script may use, with the clock and the chance of the run. */
  prepare(): void;
  /** Nothing of it can be changed any more; `ours` are frozen along with it. */
  close(ours: readonly unknown[]): void;
  /** Random numbers from 0 to 1 that a text determines. */
  numbers(text: string): () => number;
}

/**
 * Runs inside the sandbox, as `installPrimitives` does: its text is taken.
 *
 * @param refused makes the error for code that is made of text
 * @param random gives the next random number of where the script is
 */
export function makeLanguage(
  setup: { now: number; keep: readonly string[] },
  refused: (what: string, example: string) => Error,
  random: () => number,
): Language {
  const language = globalThis;
  const { construct, ownKeys, getPrototypeOf } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor, freeze, keys } = Object;
  const RealDate = Date;
  const objectPrototype = Object.prototype;
  const keep = new Set(setup.keep);
  return { prepare, close: freezeLanguage, numbers };

  function prepare(): void {
    closeDynamicCode();
    fixClockAndChance();
    leaveOnly(keep);
    allowOverrides();
  }

  /** Code that is made of text would not be followed through its flows. */
  function closeDynamicCode(): void {
    const refuse = function makeCode() {
      throw refused("code cannot be made of text", "(x) => x + 1");
    };
    const kinds = [() => {}, async () => {}, function* () {}, async function* () {}];
    for (const kind of kinds) {
      const prototype = getPrototypeOf(kind) as object;
      defineProperty(prototype, "constructor", { value: refuse, writable: false, configurable: false });
    }
  }

  function fixClockAndChance(): void {
    const { now } = setup;
    function FixedDate(this: unknown, ...given: unknown[]) {
      if (new.target === undefined) return new RealDate(now).toString();
      return construct(RealDate, given.length === 0 ? [now] : given, new.target);
    }
    const statics = {
      now: () => now,
      parse: RealDate.parse,
      UTC: RealDate.UTC,
      prototype: RealDate.prototype,
    };
    for (const key of keys(statics)) {
      defineProperty(FixedDate, key, { value: statics[key as keyof typeof statics], enumerable: false });
    }
    defineProperty(FixedDate, "name", { value: "Date" });
    defineProperty(FixedDate, "length", { value: 7 });
    defineProperty(RealDate.prototype, "constructor", {
      value: FixedDate,
      writable: true,
      configurable: true,
    });
    defineProperty(language, "Date", { value: FixedDate, writable: true, configurable: true });
    // Each flow has numbers of its own, so that none depend on which of two flows was quicker.
    defineProperty(Math, "random", { value: random, writable: true, configurable: true });
  }

  /** sfc32, its state from the text by four multiplicative hashes: good enough for samples, not for secrets. */
  function numbers(text: string): () => number {
    const state = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667];
    for (let at = 0; at < text.length; at++) {
      for (let word = 0; word < 4; word++) {
        state[word] = Math.imul(
          (state[word] as number) ^ text.charCodeAt(at),
          0x85ebca6b + 2 * word + word * 0x1000,
        );
        state[word] = ((state[word] as number) << 13) | ((state[word] as number) >>> 19);
      }
    }
    let [a, b, c, d] = state as [number, number, number, number];
    const next = () => {
      const sum = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + sum;
      c |= 0;
      return (sum >>> 0) / 4294967296;
    };
    for (let turn = 0; turn < 12; turn++) next();
    return next;
  }

  function leaveOnly(names: Set<string>): void {
    for (const key of ownKeys(language)) {
      if (typeof key === "string" && names.has(key)) continue;
      delete (language as unknown as Record<PropertyKey, unknown>)[key];
    }
  }

  /** With the language frozen `this.name = "Mine"` in a class of errors would fail: what stands on the prototype is not writable. */
  function allowOverrides(): void {
    const all = language as unknown as Record<string, { prototype?: object } | undefined>;
    const errors = [...keep].filter((name) => name.endsWith("Error")).map((name) => all[name]?.prototype);
    for (const target of [objectPrototype, ...errors]) {
      if (target === undefined) continue;
      for (const key of ownKeys(target)) {
        const found = getOwnPropertyDescriptor(target, key);
        if (found === undefined || !("value" in found) || !found.configurable) continue;
        const { value } = found;
        defineProperty(target, key, {
          get: () => value,
          set(this: object, next: unknown) {
            if (this === target) throw new TypeError(`${String(key)} of the language cannot be changed`);
            defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true });
          },
          configurable: false,
        });
      }
    }
  }

  function freezeLanguage(ours: readonly unknown[]): void {
    const hidden = [
      getPrototypeOf(async () => {}),
      getPrototypeOf(function* () {}),
      getPrototypeOf(async function* () {}),
      getPrototypeOf([][Symbol.iterator]()),
      getPrototypeOf(new Map()[Symbol.iterator]()),
      getPrototypeOf(new Set()[Symbol.iterator]()),
      getPrototypeOf(""[Symbol.iterator]()),
      getPrototypeOf("".matchAll(/x/g)),
      getPrototypeOf(Uint8Array),
      getPrototypeOf(Uint8Array.prototype),
      ...ours,
    ];
    const all: unknown[] = [language, ...hidden];
    for (const key of ownKeys(language)) {
      const value = getOwnPropertyDescriptor(language, key)?.value;
      all.push(value, (value as { prototype?: unknown } | undefined)?.prototype);
    }
    // What holds the methods, not every method: what a script hangs on one of these nobody looks at.
    for (const value of all) {
      if ((typeof value === "object" && value !== null) || typeof value === "function") {
        freeze(value);
        freeze(getPrototypeOf(value));
      }
    }
  }
}
