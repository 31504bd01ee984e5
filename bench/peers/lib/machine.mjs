import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { cpus, release, tmpdir, totalmem, type } from "node:os";
import { basename } from "node:path";

/** Where files are measured. */
export const MEASURED = process.env.CLAWFLOW_BENCH_DIR ?? tmpdir();

const JOURNALS = "/proc/fs/jbd2";

/** What a measurement ran on, in one line. */
export function machineText() {
  const processors = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${processors}, ${memory}, ${type()} ${release()}, ${fileSystemText()}, Node ${process.version}`;
}

/** What ext4 without a journal takes to make a file depends on how many were deleted lately: it is told apart. */
function fileSystemText() {
  const found = execFileSync("df", ["--output=fstype,source", MEASURED], { encoding: "utf8" });
  const [kind, device] = found.trim().split("\n")[1].split(/ +/);
  if (kind !== "ext4" || !existsSync(JOURNALS) || !existsSync(device)) return kind;
  const name = basename(realpathSync(device));
  const journal = readdirSync(JOURNALS).some((one) => one.startsWith(`${name}-`));
  return journal ? kind : `${kind} without a journal`;
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
