/** Between two events, milliseconds: ten a second at most. */
const PAUSE = 100;
/** Files that change together are one event. */
const GATHER = 10;
/** Without any change times go on: once in so long everybody looks again. */
const TIME_PASSES = 15_000;

export type Listener = (agents: readonly string[]) => void;

/** Tells listeners of changes, many moments in one. */
export class Changes {
  readonly #listeners = new Set<Listener>();
  readonly #passing: NodeJS.Timeout;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #told = 0;
  #version = 0;

  constructor() {
    this.#passing = setInterval(() => this.#tell([]), TIME_PASSES).unref();
  }

  /** Another number whenever something changed, at once. */
  get version(): number {
    return this.#version;
  }

  note(agents: Iterable<string>): void {
    this.#version++;
    for (const agent of agents) this.#waiting.add(agent);
    const wait = Math.max(GATHER, this.#told + PAUSE - performance.now());
    this.#timer ??= setTimeout(() => this.#flush(), wait);
  }

  /** @returns what ends it */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stop(): void {
    clearInterval(this.#passing);
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    this.#told = performance.now();
    const agents = [...this.#waiting].sort();
    this.#waiting.clear();
    this.#tell(agents);
  }

  #tell(agents: readonly string[]): void {
    for (const listener of [...this.#listeners]) listener(agents);
  }
}
