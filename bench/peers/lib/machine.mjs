import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";

/** What a measurement ran on, in one line. */
export function machineText() {
  const processors = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
  return `${processors}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`;
}

/** Processor time of all programs since the machine began, in hundredths of a second, and what a shared machine gave to others meanwhile. */
export function processorTimes() {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [user, nice, system, , , interrupts, softInterrupts, stolen] = line.split(/ +/).slice(1).map(Number);
  return { used: user + nice + system + interrupts + softInterrupts, stolen };
}

/** Of the processor time that programs wanted since then, how much they did not get: 0 to 1. */
export function stolenShare(since) {
  const now = processorTimes();
  const stolen = now.stolen - since.stolen;
  const wanted = now.used - since.used + stolen;
  return wanted === 0 ? 0 : stolen / wanted;
}

/** The same in words, where it is worth any: figures of such a run say little. */
export function stolenText(since) {
  const percent = Math.round(stolenShare(since) * 100);
  return percent < 5 ? "" : `; ${percent} % of the processor time that was wanted went to other machines`;
}
