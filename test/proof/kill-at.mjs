// A process that is started with `node --import <this file> …` kills itself with SIGKILL at the point that CLAWFLOW_KILL_AT names:
//
//   <before|half|after> <operation> <path> [<nth>] [since <path> [then <path>]…]
//
// operation   open (a new file), write, read, link, rename, unlink, fsync; several with `|` between them. `half` is for write alone:
//             the first half of the bytes is written.
// path        a regular expression without spaces; of a link and a rename it is the new name.
// nth         the how manieth time that this is done; default 1.
// since       counted from when something was done to a path that matches, and after that to the next.
//
// CLAWFLOW_KILL_WITH: another signal. After SIGSTOP it goes on from there when it is told to.
//
// For example `half write /journal$ 3` or `after link inbox/reply- since inbox/task-hello`. It stands in front of the functions of node:fs
// that the disk of the store is made of, so the program that is killed is the one that everybody runs, and pays for nothing.
import fs from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const WHEN = ["before", "half", "after"];
/** Milliseconds within which a process that stops itself stands still. */
const STOPPING = 50;
const OPERATIONS = ["open", "write", "read", "link", "rename", "unlink", "fsync"];

const point = parsePoint(process.env.CLAWFLOW_KILL_AT ?? "");
const signal = process.env.CLAWFLOW_KILL_WITH ?? "SIGKILL";
// Programs that this one starts are not meant.
delete process.env.CLAWFLOW_KILL_AT;
delete process.env.CLAWFLOW_KILL_WITH;
const paths = new Map();
/** Files that were read already since they were opened: one that is read in pieces is read once. */
const begun = new Set();
let passed = 0;
patch();

function parsePoint(text) {
  const [at, ...rest] = text.split(" since ");
  const [when, operations, path, nth = "1", ...more] = at.split(" ");
  const wrong = operations?.split("|").find((one) => !OPERATIONS.includes(one));
  if (!WHEN.includes(when) || wrong !== undefined || !path || !/^[1-9]\d*$/.test(nth) || more.length > 0) {
    throw new Error(`CLAWFLOW_KILL_AT names no point: ${JSON.stringify(text)}`);
  }
  const since = rest.flatMap((one) => one.split(" then ")).map((one) => new RegExp(one));
  return { when, operations: operations.split("|"), path: new RegExp(path), nth: Number(nth), since };
}

function isHere(operation, path) {
  if (point.since[0]?.test(path)) point.since.shift();
  if (point.since.length > 0 || !point.operations.includes(operation) || !point.path.test(path)) return false;
  return ++passed === point.nth;
}

function around(operation, path, action, half = action) {
  const here = isHere(operation, String(path));
  if (here && point.when === "before") die();
  const result = here && point.when === "half" ? half() : action();
  if (here && point.when !== "before") die();
  return result;
}

/** A signal may come a moment after it was sent. */
function die() {
  process.kill(process.pid, signal);
  if (signal !== "SIGSTOP") for (;;);
  for (const until = Date.now() + STOPPING; Date.now() < until; );
}

function syncing(sync) {
  return (file, callback) => {
    const here = isHere("fsync", paths.get(file) ?? "");
    if (here && point.when === "before") die();
    sync(file, (error) => {
      if (here && point.when !== "before") die();
      callback(error);
    });
  };
}

function patch() {
  const { openSync, closeSync, writeSync, readSync, readFileSync, linkSync, renameSync, unlinkSync } = fs;
  const { open } = promises;
  Object.assign(fs, {
    openSync(path, flags, ...rest) {
      const isNew = typeof flags === "string" ? flags !== "r" : (flags & fs.constants.O_CREAT) !== 0;
      const file = around(isNew ? "open" : "look", path, () => openSync(path, flags, ...rest));
      paths.set(file, String(path));
      return file;
    },
    closeSync(file) {
      paths.delete(file);
      begun.delete(file);
      closeSync(file);
    },
    writeSync(file, bytes, offset, length, ...rest) {
      const write = (size) => writeSync(file, bytes, offset, size, ...rest);
      return around(
        "write",
        paths.get(file) ?? "",
        () => write(length),
        () => write(length >> 1),
      );
    },
    readSync(file, ...rest) {
      const read = () => readSync(file, ...rest);
      if (begun.has(file) || !paths.has(file)) return read();
      begun.add(file);
      return around("read", paths.get(file), read);
    },
    readFileSync(file, ...rest) {
      const read = () => readFileSync(file, ...rest);
      return begun.has(file) ? read() : around("read", paths.get(file) ?? file, read);
    },
    linkSync: (from, to) => around("link", to, () => linkSync(from, to)),
    renameSync(from, to) {
      around("rename", to, () => renameSync(from, to));
      for (const [file, path] of paths) if (path === from) paths.set(file, to);
    },
    unlinkSync: (path) => around("unlink", path, () => unlinkSync(path)),
    fsync: syncing(fs.fsync),
    fdatasync: syncing(fs.fdatasync),
  });
  promises.open = async (path, ...rest) => {
    const handle = await open(path, ...rest);
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      const here = isHere("fsync", String(path));
      if (here && point.when === "before") die();
      await sync();
      if (here && point.when !== "before") die();
    };
    return handle;
  };
  syncBuiltinESMExports();
}
