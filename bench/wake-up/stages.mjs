// Loaded before anything else of a receiver: notes when the calls of the system are made that divide a wake-up. One message at a time.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Of each message in the order of their coming, milliseconds of the monotonic clock. */
const stages = [];
const INBOX_FILE = /\/mailbox\/inbox\/[^/]+\.md$/;
const seen = new Set();
const now = () => Number(process.hrtime.bigint()) / 1e6;
const { lstatSync, writeSync, fdatasync } = fs;

/** The first look at a file of the inbox is what the hint of the system comes to. */
fs.lstatSync = (path, options) => {
  const found = lstatSync(path, options);
  if (found !== undefined && INBOX_FILE.test(path) && !seen.has(path)) {
    seen.add(path);
    stages.push({ told: now() });
  }
  return found;
};

/** The record of the journal is the first that is written after that. */
fs.writeSync = (...given) => {
  const last = stages.at(-1);
  if (last !== undefined) last.decided ??= now();
  return writeSync(...given);
};

fs.fdatasync = (file, done) =>
  fdatasync(file, (error) => {
    const last = stages.at(-1);
    if (last?.decided !== undefined) last.durable ??= now();
    done(error);
  });
syncBuiltinESMExports();
globalThis.wakeUpStages = stages;
