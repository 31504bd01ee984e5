/** The host's port on time. The simulator replaces it. */
export interface Clock {
  /** Wall time in milliseconds since 1970; for people only, order and time-outs never depend on it. */
  wall(): number;
  /** Milliseconds that only grow, from any origin, whatever is done to the wall clock. */
  monotonic(): number;
  /** Calls back once after `ms`; the function returned cancels it. Never keeps the process alive by itself. */
  after(ms: number, callback: () => void): () => void;
  /** Keeps the process alive until the function returned is called; a clock of no process has none. */
  hold?(): () => void;
}
