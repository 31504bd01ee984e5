import { expect } from "vitest";
import { recordProof } from "./record-proof.ts";

/**
 * Counts what came of the cases of one row. What must not happen is counted like the rest, so that the row says what was found and not what was
 * hoped for; the test fails behind it.
 */
export class Tally<Fault extends string> {
  readonly #counts: Record<string, number> = {};
  readonly #found: string[] = [];

  /** @param faults what must not happen: the row has a 0 for each */
  constructor(faults: readonly Fault[]) {
    for (const fault of faults) this.#counts[fault] = 0;
  }

  /** Something that must not happen did. */
  fault(fault: Fault, what: string): void {
    this.add(fault);
    this.#found.push(`${fault}: ${what}`);
  }

  /** The fault, unless it is as it should be. */
  check(fault: Fault, isRight: boolean, what: string): void {
    if (!isRight) this.fault(fault, what);
  }

  add(name: string, more = 1): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + more;
  }

  /** The largest of several measurements. */
  most(name: string, value: number): void {
    this.#counts[name] = Math.max(this.#counts[name] ?? 0, Math.round(value));
  }

  /** Waits for something; what does not come is a fault and nothing else. */
  async within<T>(fault: Fault, what: string, work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.fault(fault, `${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  record(fault: string, what: string, cases: number): void {
    recordProof({ fault, what, cases, counts: { ...this.#counts } });
    expect(this.#found).toEqual([]);
  }
}
