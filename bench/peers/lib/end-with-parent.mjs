/** A shell that is ended does not end what it started: who outlives its parent learns of it here. */
export function endWithParent(end = () => process.exit(1)) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 1_000).unref();
}
