/** What one run of a script may use. All can be set, the first three only downwards from the defaults. */
export interface ScriptLimits {
  /** `agent()` calls under way at once. */
  concurrency: number;
  /** `agent()` calls in all. */
  calls: number;
  /** Items of one `parallel` or `pipeline`. */
  items: number;
  /** Milliseconds of computing without giving up control, which an `await` of an answer does. */
  computeMs: number;
  /** Bytes of the sandbox's memory, the engine's own about 3 MiB included. */
  memoryBytes: number;
}

export const SCRIPT_LIMITS: ScriptLimits = {
  concurrency: 16,
  calls: 1000,
  items: 4096,
  computeMs: 5000,
  memoryBytes: 64 * 1024 * 1024,
};

/** What passes between a script and its host, in characters of JSON or text. */
export const LARGEST = {
  program: 256 * 1024,
  args: 1024 * 1024,
  prompt: 1024 * 1024,
  schema: 64 * 1024,
  answer: 4 * 1024 * 1024,
  result: 4 * 1024 * 1024,
  /** One `log` line; what is longer is cut. */
  line: 16 * 1024,
  /** A label or the name of a phase or script. */
  name: 200,
  /** The path of a call. */
  path: 32 * 1024,
} as const;

/** Lines of `log` in one run; what comes after them is counted only. */
export const MOST_LINES = 10_000;

/** Names of failures that a run keeps; more are counted only. */
export const MOST_FAILURES = 2_000;

/** The smallest that the engine starts in. */
export const LEAST_MEMORY = 16 * 1024 * 1024;

export function scriptLimits(wanted: Partial<ScriptLimits> = {}): ScriptLimits {
  const most = SCRIPT_LIMITS;
  return {
    concurrency: between(wanted.concurrency, 1, most.concurrency, most.concurrency),
    calls: between(wanted.calls, 0, most.calls, most.calls),
    items: between(wanted.items, 0, most.items, most.items),
    computeMs: between(wanted.computeMs, 10, 600_000, most.computeMs),
    memoryBytes: between(wanted.memoryBytes, LEAST_MEMORY, 2 ** 31, most.memoryBytes),
  };
}

function between(value: number | undefined, least: number, most: number, usual: number): number {
  if (value === undefined || Number.isNaN(value)) return usual;
  return Math.min(most, Math.max(least, Math.floor(value)));
}
