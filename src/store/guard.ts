import type { ClawflowError } from "../protocol/errors.ts";
import { diskError } from "./disk-error.ts";

/**
 * The first failure of the disk is the last thing that happened: every later call throws it again. A sync that failed must not be tried
 * again on the same file, because the system may report success for data that is gone.
 */
export class Guard {
  readonly #reasonOf: (error: ClawflowError) => ClawflowError;
  #broken: ClawflowError | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  /** `reasonOf`: asked once, at the first failure, for what is to be thrown from then on; what it throws itself is passed over. */
  constructor(reasonOf: (error: ClawflowError) => ClawflowError = (error) => error) {
    this.#reasonOf = reasonOf;
  }

  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  check(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }

  end(reason: ClawflowError): void {
    this.#broken ??= reason;
  }

  /** `doing`: what could not be done, for the error. */
  now(doing: string, action: () => void): void {
    this.check();
    try {
      action();
    } catch (error) {
      throw this.#fail(error, doing);
    }
  }

  async run<T>(doing: string, action: () => Promise<T>): Promise<T> {
    this.check();
    try {
      return await action();
    } catch (error) {
      throw this.#fail(error, doing);
    }
  }

  /** When all that was put in turn before is done. */
  inTurn<T>(doing: string, action: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(() => this.run(doing, action));
    this.#tail = turn.catch(() => {});
    return turn;
  }

  #fail(error: unknown, doing: string): ClawflowError {
    if (this.#broken !== undefined) return this.#broken;
    const failure = diskError(error, doing);
    this.#broken = failure;
    try {
      this.#broken = this.#reasonOf(failure);
    } catch {
      // The disk has failed: nothing can be said on it any more.
    }
    return this.#broken;
  }
}
