import { fork } from "node:child_process";
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { makeWorkspace } from "../dist/store/make-workspace.js";
import { nodeDisk } from "../dist/store/node-disk.js";
import { taskFile } from "./peers/lib/clawflow.mjs";
import { formatTable } from "./peers/lib/markdown.mjs";
import { quietly } from "./peers/lib/quiet.mjs";
import { median, percentile } from "./peers/lib/statistics.mjs";
import { freshRoot } from "./team.mjs";

const WAYS = {
  "clawflow-full": "Clawflow, full",
  "clawflow-os": "Clawflow, os",
  chokidar: "chokidar",
  "fs.watch": "fs.watch",
  polling: "polling every 100 ms",
};
const RECEIVER = join(import.meta.dirname, "wake-up", "receiver.mjs");
/** Files that come before those that count, the milliseconds between them, and those after the last: a program is slow at first, and quick only after many. */
const FEW = { files: 20, every: 20, rest: 20 };
const MANY = { files: 1_000, every: 8, rest: 2_000 };
const WARM = `idle, ${MANY.files} messages before`;
/** Milliseconds after which a file that was not handled is lost. */
const PATIENCE = 30_000;

const loads = (idle, steady, burst, { many }) => {
  const rarely = { count: idle, every: () => 60 + Math.random() * 60 };
  return {
    idle: { ...rarely, warmUp: FEW },
    ...(many ? { [WARM]: { ...rarely, warmUp: MANY } } : {}),
    "100 a second": { count: steady, every: () => 10, warmUp: FEW },
    [`a burst of ${burst}`]: { count: burst, every: () => 0, warmUp: FEW },
  };
};

/**
 * Milliseconds from a message being visible in an inbox to its handler running, in another process. For ours the handler is the brain: the
 * message was read, checked and committed before it is asked.
 */
export async function measureWakeUp({ quick, rounds, progress }) {
  const measured = {};
  for (let round = 0; round < rounds; round++) {
    for (const [load, how] of Object.entries(
      quick ? loads(20, 50, 200, { many: false }) : loads(100, 300, 1_000, { many: true }),
    )) {
      for (const way of Object.keys(WAYS)) {
        const { p50, p99, lost } = await quietly({ quick }, () => measureOne(way, how));
        measured[load] ??= {};
        measured[load][way] ??= [];
        measured[load][way].push({ p50, p99, lost });
        progress(`wake-up, ${load}, ${way}: ${p50.toFixed(2)} / ${p99.toFixed(2)} ms, ${lost} lost`);
      }
    }
  }
  const middle = (all, key) => median(all.map((one) => one[key]));
  const cell = (all) => {
    const lost = all.reduce((sum, one) => sum + one.lost, 0);
    return `${middle(all, "p50").toFixed(2)} / ${middle(all, "p99").toFixed(2)}${lost === 0 ? "" : `, ${lost} lost`}`;
  };
  const bound = (load, all) =>
    `${load}, full: p50 ${middle(all, "p50").toFixed(2)} ms (bound: 1 ms), p99 ${middle(all, "p99").toFixed(2)} ms (bound: 10 ms).`;
  const rows = Object.entries(measured).map(([load, by]) => [
    load,
    ...Object.keys(WAYS).map((way) => cell(by[way])),
  ]);
  const ours = measured.idle["clawflow-full"];
  const lost = Object.values(measured).flatMap((by) => [...by["clawflow-full"], ...by["clawflow-os"]]);
  return {
    title: "Wake-up",
    tables: [
      "Milliseconds from a message being visible to its handler running, p50 / p99, each the median of the rounds:",
      formatTable(["load", ...Object.values(WAYS)], rows),
      ["idle", WARM]
        .filter((load) => load in measured)
        .map((load) => bound(load, measured[load]["clawflow-full"]))
        .join(" "),
    ].join("\n\n"),
    data: measured,
    sane: [
      ["wake-up against polling", middle(ours, "p50") / middle(measured.idle.polling, "p50"), 2],
      ["messages that were not handled", lost.reduce((sum, one) => sum + one.lost, 0), 0],
    ],
  };
}

async function measureOne(way, { count, every, warmUp }) {
  const root = freshRoot();
  const workspace = join(root, "worker");
  await makeWorkspace(nodeDisk(), workspace);
  for (const folder of ["archive", "staged"]) mkdirSync(join(root, folder));
  const receiver = fork(RECEIVER, [way, root]);
  try {
    await once(receiver);
    const total = warmUp.files + count;
    const sent = {};
    for (const [index, { id, staged, target }] of stage(root, workspace, total).entries()) {
      sent[id] = Number(process.hrtime.bigint()) / 1e6;
      linkSync(staged, target);
      if (index < warmUp.files) await pause(index < warmUp.files - 1 ? warmUp.every : warmUp.rest);
      // The burst itself is made in one go.
      else if (every() > 0) await pause(every());
    }
    const handled = await allHandled(receiver, total);
    const times = Object.entries(sent)
      .slice(warmUp.files)
      .flatMap(([id, at]) => (handled[id] === undefined ? [] : [handled[id] - at]));
    return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), lost: count - times.length };
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
    const { handled } = await once(receiver);
    if (Object.keys(handled).length >= total || performance.now() > end) return handled;
    await pause(100);
  }
}

function once(receiver) {
  return new Promise((resolve, reject) => {
    receiver.once("message", resolve);
    receiver.once("exit", (code) => reject(new Error(`the receiver ended (${code})`)));
  });
}
