import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { formatTable } from "./peers/lib/markdown.mjs";

const TICK_MICROS = 10_000;
/** Waiting for events is no work, and its time would be another process's. */
const WAITS = ["epoll_wait", "epoll_pwait", "futex", "restart_syscall", "poll", "ppoll"];

/** Microseconds of processor that a process has had. */
export function processorOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return { user: Number(fields[11]) * TICK_MICROS, system: Number(fields[12]) * TICK_MICROS };
}

export function hasStrace() {
  return spawnSync("strace", ["-V"]).status === 0;
}

/** Counts the calls of a process, its threads and children, until `end`, which gives the text of what it counted. */
export function strace(pid, path) {
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

/** Calls and microseconds for each of `times` things that were done, by the name of the call. */
export function callsOf(texts, times) {
  const all = {};
  for (const line of texts.flatMap((text) => text.split("\n"))) {
    const [, name, calls, seconds] = /^\s*([a-z_0-9]+)\s+(\d+)\s+([\d.]+)\s*$/.exec(line) ?? [];
    if (name === undefined || name === "total" || WAITS.includes(name)) continue;
    all[name] ??= { calls: 0, micros: 0 };
    all[name].calls += Number(calls) / times;
    all[name].micros += (Number(seconds) * 1e6) / times;
  }
  return all;
}

/** @param columns by heading what `callsOf` gave, if strace is there; the dearest calls of the first come first, rare ones are left out */
export function callsText(intro, columns, each) {
  if (Object.values(columns).includes(undefined))
    return "The calls of the system were not counted: strace is not there.";
  return `${intro}, under strace, which adds to each of them:\n\n${callTable(columns, each)}`;
}

function callTable(columns, each) {
  const [first = {}] = Object.values(columns);
  const names = Object.entries(first)
    .filter(([, { calls }]) => calls >= 0.2)
    .sort(([, a], [, b]) => b.micros - a.micros)
    .map(([name]) => name);
  const cell = (found, name) => {
    const { calls = 0, micros = 0 } = found[name] ?? {};
    return `${calls.toFixed(1)} / ${Math.round(micros)}`;
  };
  const rows = names.map((name) => [
    `\`${name}\``,
    ...Object.values(columns).map((found) => cell(found, name)),
  ]);
  return formatTable(
    ["call", ...Object.keys(columns).map((heading) => `${heading}: calls / µs ${each}`)],
    rows,
  );
}
