import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freshFolder } from "../lib/folders.mjs";
import { formatTable } from "../lib/markdown.mjs";
import { endProgram, startProgram } from "../lib/programs.mjs";
import { quietly } from "../lib/quiet.mjs";
import { middle, percentile, spreadOf } from "../lib/statistics.mjs";
import { MAILBOXES as ALL } from "./mailboxes.mjs";

const PROGRAM = join(import.meta.dirname, "process.mjs");

export const MAILBOXES = Object.keys(ALL);

const FULL = { stored: [0, 1_000, 10_000], writers: [1, 8, 32], seconds: 3, most: 20_000 };
const QUICK = { stored: [0, 1_000], writers: [1, 8], seconds: 1.5, most: 20_000 };

/** @returns `{tables, data}`: Markdown, and what was measured, in milliseconds */
export async function compareHandOffs({ quick, sizes = quick ? QUICK : FULL, rounds, only, progress }) {
  const { stored, writers, ...limits } = sizes;
  const names = MAILBOXES.filter((name) => only.includes(name));
  const cells = stored.flatMap((stored) => writers.map((writers) => ({ stored, writers })));
  const measured = cells.map((cell) => ({
    ...cell,
    results: Object.fromEntries(names.map((name) => [name, []])),
  }));
  const problems = [];
  for (let round = 0; round < rounds; round++) {
    // Full mailboxes of many files are made once a round; what is measured in them is little beside what they hold.
    const made = new Map();
    for (const cell of measured) {
      for (const name of names) {
        try {
          cell.results[name].push(await quietly({ quick }, () => measure(name, cell, limits, made)));
        } catch (error) {
          problems.push({ mailbox: name, stored: cell.stored, writers: cell.writers, error: error.message });
          progress(`${name}: ${error.message}`);
        }
      }
      progress(lineOf(cell, names));
    }
  }
  const about = names.map((name) => ({ id: name, name: ALL[name].name, durability: ALL[name].durability }));
  return { data: { mailboxes: about, measured, problems }, tables: tablesOf(about, measured, problems) };
}

async function measure(name, { stored, writers }, { seconds, most }, made) {
  const isReused = stored >= 10_000 && ALL[name].manyFiles === true;
  const key = isReused ? `${name}-${stored}` : `${name}-${stored}-${writers}`;
  if (!made.has(key)) made.set(key, await prepare(name, stored));
  const place = JSON.stringify(made.get(key));
  let isReady;
  const ready = new Promise((resolve) => (isReady = resolve));
  const receiver = startProgram(process.execPath, [PROGRAM, "receive", name, place], { onLine: isReady });
  try {
    await Promise.race([
      ready,
      receiver.ended.then(() => Promise.reject(new Error(receiver.output().slice(-2000)))),
    ]);
    const lines = [];
    const given = [PROGRAM, "ask", name, place, writers, seconds, most].map(String);
    const asker = startProgram(process.execPath, given, { onLine: (line) => lines.push(line) });
    const status = await asker.ended;
    if (status !== 0 || lines.length === 0)
      throw new Error(`the asker ended (${status}): ${asker.output().slice(-2000)}`);
    const { times, perSecond, failed, late } = JSON.parse(lines.at(-1));
    if (times.length === 0) throw new Error(`no round trip came to an end, ${failed} tries failed`);
    const at = (part) => percentile(times, part);
    return { trips: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), perSecond, failed, late };
  } finally {
    await endProgram(receiver, "SIGKILL");
  }
}

async function prepare(name, stored) {
  const folder = join(freshFolder(`hand-off-${name}`), "mailboxes");
  mkdirSync(folder);
  return ALL[name].prepare(folder, stored);
}

function lineOf({ stored, writers, results }, names) {
  const found = names.map((name) => `${name} ${(results[name].at(-1)?.p50 ?? Number.NaN).toFixed(2)} ms`);
  return `${stored} stored, ${writers} writers: ${found.join(", ")}`;
}

function tablesOf(about, measured, problems) {
  const head = ["stored", "writers", ...about.map(({ name }) => name)];
  const table = (cell) =>
    measured.map(({ stored, writers, results }) => [
      stored,
      writers,
      ...about.map(({ id }) => (results[id].length === 0 ? "failed" : cell(results[id], results))),
    ]);
  const parts = [
    "**Milliseconds a round trip**, p50 / p95 / p99, each the median of the rounds:",
    formatTable(
      head,
      table((all) => ["p50", "p95", "p99"].map((key) => middle(all, key).toFixed(2)).join(" / ")),
    ),
    "**p50 of the rounds**, lowest–highest, and how many times the floor's:",
    formatTable(
      head,
      table((all, results) => {
        const { from, to } = spreadOf(all.map(({ p50 }) => p50));
        const floor =
          results.floor?.length > 0
            ? ` (${(middle(all, "p50") / middle(results.floor, "p50")).toFixed(2)} ×)`
            : "";
        return `${from.toFixed(2)}–${to.toFixed(2)}${floor}`;
      }),
    ),
    "**Round trips a second**, and tries that failed because the lock was not to be had:",
    formatTable(
      head,
      table((all) => {
        const failed = all.reduce((sum, one) => sum + one.failed, 0);
        return `${Math.round(middle(all, "perSecond"))}${failed === 0 ? "" : `, ${failed} failed`}`;
      }),
    ),
    "**Durability**:",
    formatTable(
      ["mailbox", "what is synced"],
      about.map(({ name, durability }) => [name, durability]),
    ),
  ];
  for (const { mailbox, stored, writers, error } of problems)
    parts.push(`${mailbox} failed with ${stored} stored and ${writers} writers: ${error.split("\n")[0]}`);
  return parts.join("\n\n");
}
