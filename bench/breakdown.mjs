import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
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
const TICK_MS = 10;

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
  const tables = [cpuTable(found), callTable(found)].join("\n\n");
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
      return { trips, ticks: pids.map(ticksOf), at: performance.now() };
    };
    const from = await tell();
    await pause(window);
    const to = await tell();
    const calls = await Promise.all(traces.map(({ end }) => end()));
    const trips = to.trips - from.trips;
    const cpu = pids.map((_, index) =>
      ["user", "system"].map(
        (kind) => ((to.ticks[index][kind] - from.ticks[index][kind]) * TICK_MS * 1000) / trips,
      ),
    );
    return { trips, micros: ((to.at - from.at) * 1000) / trips, cpu, calls: joined(calls, trips) };
  } finally {
    await Promise.all([endProgram(asker, "SIGKILL"), endProgram(receiver, "SIGKILL")]);
  }
}

function ticksOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return { user: Number(fields[11]), system: Number(fields[12]) };
}

function hasStrace() {
  return spawnSync("strace", ["-V"]).status === 0;
}

function strace(pid, path) {
  const child = spawn(
    "strace",
    ["-f", "-c", "-w", "-U", "name,calls,time-total", "-o", path, "-p", String(pid)],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  return {
    attached: once(child.stderr, "data"),
    async end() {
      child.kill("SIGINT");
      await once(child, "close");
      return readFileSync(path, "utf8");
    },
  };
}

/** Calls and microseconds a trip, by the name of the call. */
function joined(texts, trips) {
  const all = {};
  for (const line of texts.flatMap((text) => text.split("\n"))) {
    const [, name, calls, seconds] = /^\s*([a-z_0-9]+)\s+(\d+)\s+([\d.]+)\s*$/.exec(line) ?? [];
    if (name === undefined || name === "total") continue;
    all[name] ??= { calls: 0, micros: 0 };
    all[name].calls += Number(calls) / trips;
    all[name].micros += (Number(seconds) * 1e6) / trips;
  }
  return all;
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

/** Waiting for events is no work, and its time would be the other process's. */
const WAITS = ["epoll_wait", "epoll_pwait", "futex", "restart_syscall", "poll", "ppoll"];

function callTable(found) {
  if (found.clawflow.traced === undefined)
    return "The calls of the system were not counted: strace is not there.";
  const names = Object.entries(found.clawflow.traced.calls)
    .filter(([name, { calls }]) => calls >= 0.2 && !WAITS.includes(name))
    .sort(([, a], [, b]) => b.micros - a.micros)
    .map(([name]) => name);
  const cell = ({ traced }, name) => {
    const { calls = 0, micros = 0 } = traced.calls[name] ?? {};
    return `${calls.toFixed(1)} / ${Math.round(micros)}`;
  };
  const rows = names.map((name) => [`\`${name}\``, cell(found.clawflow, name), cell(found.floor, name)]);
  const head = ["call", "Clawflow: calls / µs a trip", "the bare floor: calls / µs a trip"];
  return `Calls of both processes, under strace, which adds to each of them:\n\n${formatTable(head, rows)}`;
}
