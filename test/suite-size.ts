/** A slow suite in its quick form, or in its full one (`CLAWFLOW_FULL=1`). */
export function quickOrFull<T>(quick: T, full: T): T {
  return process.env.CLAWFLOW_FULL === "1" ? full : quick;
}

/** The seeds that a simulation runs: one that is to be replayed, or as many as were asked for, from 1 or where it was said. */
export function seeds(quick: number, full: number): number[] {
  const { CLAWFLOW_REPLAY, CLAWFLOW_SEEDS, CLAWFLOW_FROM = "1" } = process.env;
  if (CLAWFLOW_REPLAY !== undefined) return [Number(CLAWFLOW_REPLAY)];
  const count = CLAWFLOW_SEEDS === undefined ? quickOrFull(quick, full) : Number(CLAWFLOW_SEEDS);
  return Array.from({ length: count }, (_, index) => index + Number(CLAWFLOW_FROM));
}
