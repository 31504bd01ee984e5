/** A slow suite in its quick form, or in its full one (`CLAWFLOW_FULL=1`). */
export function quickOrFull<T>(quick: T, full: T): T {
  return process.env.CLAWFLOW_FULL === "1" ? full : quick;
}
