import { cpus, release, totalmem, type } from "node:os";

/** What a measurement ran on, in one line. */
export function machineText() {
  const processors = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
  return `${processors}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`;
}
