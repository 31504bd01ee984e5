import { closeSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { freshFolder } from "./folders.mjs";
import { percentile } from "./statistics.mjs";

const TIMES = 300;

/**
 * What the disk takes for the two things that every figure here is made of, in microseconds: adding 2 kB to a file and syncing it; and
 * making a file of 2 kB, syncing it, linking it into a folder, and syncing that.
 */
export function calibrate() {
  const folder = freshFolder("calibrate");
  const inbox = openSync(folder, "r");
  const log = openSync(join(folder, "log"), "a");
  const bytes = Buffer.alloc(2048, "x");
  const append = () => {
    writeSync(log, bytes);
    fsyncSync(log);
  };
  const publish = (index) => {
    const staged = join(folder, `staged-${index}`);
    const file = openSync(staged, "wx");
    writeSync(file, bytes);
    fsyncSync(file);
    closeSync(file);
    linkSync(staged, join(folder, `message-${index}`));
    fsyncSync(inbox);
    unlinkSync(staged);
    renameSync(join(folder, `message-${index}`), join(folder, `archived-${index}`));
  };
  const rows = {
    "append 2 kB, fsync": timed(append),
    "write 2 kB, fsync, link, fsync the folder": timed(publish),
  };
  closeSync(log);
  closeSync(inbox);
  return rows;
}

function timed(work) {
  const times = [];
  for (let index = 0; index < TIMES; index++) {
    const begun = performance.now();
    work(index);
    times.push((performance.now() - begun) * 1000);
  }
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) };
}
