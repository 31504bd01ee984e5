import { fork } from "node:child_process";
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { makeWorkspace } from "../../dist/store/make-workspace.js";
import { nodeDisk } from "../../dist/store/node-disk.js";
import { taskFile } from "../peers/lib/clawflow.mjs";
import { freshRoot } from "../team.mjs";

const RECEIVER = join(import.meta.dirname, "receiver.mjs");
const STAGES = join(import.meta.dirname, "stages.mjs");
/** Milliseconds after which a file that was not handled is lost. */
const PATIENCE = 30_000;

/** Files that come before those that count, the milliseconds between them, and those after the last: a program is slow at first, and quick only after many. */
export const FEW = { files: 20, every: 20, rest: 20 };
export const MANY = { files: 1_000, every: 8, rest: 2_000 };
/** Milliseconds between two messages that come rarely. */
export const rarely = () => 60 + Math.random() * 60;

/**
 * Puts messages into the inbox of a receiver in another process, one at a time.
 *
 * @param way one of the receiver's
 * @param load `count` messages after those of `warmUp`, `every()` milliseconds apart
 * @param look `stages`: note the calls that divide a wake-up; `begin`: called with the receiver's pid before the first one that counts;
 *   `end`: after the last was handled
 * @returns of each that counts, in milliseconds since it was visible: `handled`, missing where it was lost, and with `stages` these
 */
export async function wake(way, { count, every, warmUp }, { stages = false, begin, end } = {}) {
  const root = freshRoot();
  const workspace = join(root, "worker");
  await makeWorkspace(nodeDisk(), workspace);
  for (const folder of ["archive", "staged"]) mkdirSync(join(root, folder));
  const receiver = fork(RECEIVER, [way, root], { execArgv: stages ? ["--import", STAGES] : [] });
  try {
    await once(receiver);
    const total = warmUp.files + count;
    const sent = [];
    for (const [index, { id, staged, target }] of stage(root, workspace, total).entries()) {
      if (index === warmUp.files) await begin?.(receiver.pid);
      sent.push({ id, at: Number(process.hrtime.bigint()) / 1e6 });
      linkSync(staged, target);
      if (index < warmUp.files) await pause(index < warmUp.files - 1 ? warmUp.every : warmUp.rest);
      // A burst is made in one go.
      else if (every() > 0) await pause(every());
    }
    const told = await allHandled(receiver, total);
    await end?.();
    const since = (at, times) =>
      Object.fromEntries(Object.entries(times ?? {}).map(([name, time]) => [name, time - at]));
    return sent
      .map(({ id, at }, index) => ({
        ...since(at, told.stages?.[index]),
        ...(told.handled[id] === undefined ? {} : { handled: told.handled[id] - at }),
      }))
      .slice(warmUp.files);
  } finally {
    receiver.kill("SIGKILL");
  }
}

/** Messages that only have to be linked into the inbox. */
function stage(root, workspace, count) {
  return Array.from({ length: count }, (_, index) => {
    const id = `wake-${index}`;
    const { name, text } = taskFile("worker", id, "Say that you are awake.");
    const staged = join(root, "staged", id);
    writeFileSync(staged, text);
    return { id, staged, target: join(workspace, "mailbox", "inbox", name) };
  });
}

async function allHandled(receiver, total) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    receiver.send("tell");
    const told = await once(receiver);
    if (Object.keys(told.handled).length >= total || performance.now() > end) return told;
    await pause(100);
  }
}

function once(receiver) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`the receiver ended (${code})`));
    receiver.once("exit", ended);
    receiver.once("message", (told) => {
      receiver.off("exit", ended);
      resolve(told);
    });
  });
}
