// `npm run bench [-- --quick] [--json PATH] [--only nodes,hand-off,…] [--rounds N] [--write]`. See README.md.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeBetween } from "../scripts/lib/write-between.mjs";
import { measureBeside } from "./beside.mjs";
import { measureBreakdown } from "./breakdown.mjs";
import { measureHandOff } from "./hand-off.mjs";
import { measureNodes } from "./nodes.mjs";
import { calibrate } from "./peers/lib/calibrate.mjs";
import { deleteFolders } from "./peers/lib/folders.mjs";
import { machineText } from "./peers/lib/machine.mjs";
import { formatTable } from "./peers/lib/markdown.mjs";
import { measureScripts } from "./scripts.mjs";
import { measureStatus } from "./status.mjs";
import { deleteRoots } from "./team.mjs";
import { measureWakeUp } from "./wake-up.mjs";

const PARTS = {
  nodes: measureNodes,
  "hand-off": measureHandOff,
  breakdown: measureBreakdown,
  "wake-up": measureWakeUp,
  status: measureStatus,
  scripts: measureScripts,
  beside: measureBeside,
};
/** The quick form of what is beside other engines is a command of its own. */
const QUICK_PARTS = Object.keys(PARTS).filter((name) => name !== "beside");

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const { quick } = options;
const rounds = Number(options.rounds ?? process.env.CLAWFLOW_BENCH_ROUNDS ?? (quick ? 1 : 5));
const progress = (text) => process.stderr.write(`${text}\n`);

const machine = machineText();
const before = calibrate();
const found = {};
for (const name of options.only?.split(",") ?? (quick ? QUICK_PARTS : Object.keys(PARTS))) {
  if (!Object.hasOwn(PARTS, name))
    throw new Error(`there is no ${name}, but ${Object.keys(PARTS).join(", ")}`);
  found[name] = await PARTS[name]({ quick, rounds, progress });
}
const after = calibrate();
deleteRoots();
deleteFolders();

const micro = ({ p50, p95, p99 }) => [p50, p95, p99].map((value) => Math.round(value)).join(" / ");
const disk = Object.keys(before).map((what) => [what, micro(before[what]), micro(after[what])]);
const text = [
  `${machine}; ${rounds} ${rounds === 1 ? "round" : "rounds"}${quick ? ", quick form" : ""}`,
  formatTable(["the disk, µs p50 / p95 / p99", "before", "after"], disk),
  ...Object.values(found).map(({ title, tables }) => `### ${title}\n\n${tables}`),
].join("\n\n");
console.log(`\n${text}`);
if (options.write) writeBetween(join(import.meta.dirname, "..", "docs", "performance.md"), "figures", text);
if (options.json !== undefined) {
  const parts = Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data]));
  const all = { machine, quick, rounds, calibration: { before, after }, ...parts };
  writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
}

// Ratios alone, and wide ones: a machine that does other work as well must not fail them, what is broken must.
const bad = Object.values(found).flatMap(({ sane }) => sane.filter(([, value, most]) => !(value <= most)));
for (const [what, value, most] of bad) console.error(`${what}: ${value} is above ${most}`);
process.exit(bad.length === 0 ? 0 : 1);
