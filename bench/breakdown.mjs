import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { callsOf, callsText, hasStrace, processorOf, strace } from "./calls.mjs";
import * as clawflow from "./peers/hand-off/clawflow.mjs";
import * as floor from "./peers/hand-off/floor.mjs";
import { freshFolder } from "./peers/lib/folders.mjs";
import { formatTable } from "./peers/lib/markdown.mjs";
import { endProgram, startProgram } from "./peers/lib/programs.mjs";
import { quietly } from "./peers/lib/quiet.mjs";

const PROGRAM = join(import.meta.dirname, "peers", "hand-off", "process.mjs");
const MAILBOXES = { clawflow, floor };
/** Milliseconds until programs are warm, and that are looked at. */
const SIZES = { full: { warm: 3_000, window: 4_000 }, quick: { warm: 500, window: 500 } };

/**
 * What one round trip of a hand-off consists of: processor time of both processes, and the calls of the system that they make, by
 * `strace`. The times of the calls are those under strace, which adds to each.
 */
export async function measureBreakdown({ quick, progress }) {
  const size = quick ? SIZES.quick : SIZES.full;
  const found = {};
  for (const name of Object.keys(MAILBOXES)) {
    found[name] = {
      bare: await quietly({ quick }, () => look(name, size)),
      traced: hasStrace() ? await quietly({ quick }, () => look(name, size, true)) : undefined,
    };
    progress(`breakdown: ${name}`);
  }
  const tables = [cpuTable(found), callsTable(found)].join("\n\n");
  return { title: "What a hand-off consists of", tables, data: found, sane: [] };
}

async function look(name, { warm, window }, traced = false) {
  const folder = join(freshFolder(`breakdown-${name}`), "mailboxes");
  mkdirSync(folder);
  const place = JSON.stringify(await MAILBOXES[name].prepare(folder, 0));
  let isReady;
  const ready = new Promise((resolve) => (isReady = resolve));
  const receiver = startProgram(process.execPath, [PROGRAM, "receive", name, place], { onLine: isReady });
  await ready;
  const counts = [];
  const onLine = (line) => {
    const { count } = JSON.parse(line);
    if (count !== undefined) counts.push(count);
  };
  const seconds = String((warm + window) / 1000 + 5);
  const given = [PROGRAM, "ask", name, place, "1", seconds, "1000000"];
  const asker = startProgram(process.execPath, given, { onLine });
  let isOver = false;
  void asker.ended.then(() => (isOver = true));
  const told = async (number) => {
    while (counts.length < number) {
      if (isOver) throw new Error(`the asker ended: ${asker.output().slice(-2000)}`);
      await pause(5);
    }
    return counts.at(-1);
  };
  try {
    await told(1);
    await pause(warm);
    const pids = [asker.pid, receiver.pid];
    const traces = traced ? pids.map((pid) => strace(pid, join(folder, `trace-${pid}`))) : [];
    await Promise.all(traces.map(({ attached }) => attached));
    const tell = async () => {
      asker.kill("SIGUSR2");
      const trips = await told(counts.length + 1);
      return { trips, used: pids.map(processorOf), at: performance.now() };
    };
    const from = await tell();
    await pause(window);
    const to = await tell();
    const calls = await Promise.all(traces.map(({ end }) => end()));
    const trips = to.trips - from.trips;
    const cpu = pids.map((_, index) =>
      ["user", "system"].map((kind) => (to.used[index][kind] - from.used[index][kind]) / trips),
    );
    return { trips, micros: ((to.at - from.at) * 1000) / trips, cpu, calls: callsOf(calls, trips) };
  } finally {
    await Promise.all([endProgram(asker, "SIGKILL"), endProgram(receiver, "SIGKILL")]);
  }
}

function cpuTable(found) {
  const rows = Object.entries(found).map(([name, { bare }]) => [
    MAILBOXES[name].name,
    Math.round(bare.micros),
    ...bare.cpu.flat().map(Math.round),
  ]);
  const head = ["µs a round trip", "in all", "asker: user", "system", "receiver: user", "system"];
  return `Both processes, one writer, without strace:\n\n${formatTable(head, rows)}`;
}

function callsTable({ clawflow, floor }) {
  const columns = { Clawflow: clawflow.traced?.calls, "the bare floor": floor.traced?.calls };
  return callsText("Calls of both processes", columns, "a trip");
}
