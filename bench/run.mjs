// `npm run bench [-- --quick] [--json PATH] [--only nodes,hand-off,…] [--rounds N] [--write]`. See README.md.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSections } from "../scripts/lib/write-sections.mjs";
import { measureBeside } from "./beside.mjs";
import { measureBreakdown } from "./breakdown.mjs";
import { measureDashboard } from "./dashboard.mjs";
import { measureHandOff } from "./hand-off.mjs";
import { measureNodeBreakdown } from "./node-breakdown.mjs";
import { measureNodes } from "./nodes.mjs";
import { calibrate } from "./peers/lib/calibrate.mjs";
import { deleteFolders } from "./peers/lib/folders.mjs";
import { machineText, processorTimes, stolenText } from "./peers/lib/machine.mjs";
import { quietText } from "./peers/lib/quiet.mjs";
import { measureScripts } from "./scripts.mjs";
import { measureStatus } from "./status.mjs";
import { deleteRoots } from "./team.mjs";
import { measureWakeUp } from "./wake-up.mjs";
import { measureWakeUpBreakdown } from "./wake-up-breakdown.mjs";

const PARTS = {
  nodes: measureNodes,
  "node-breakdown": measureNodeBreakdown,
  "hand-off": measureHandOff,
  breakdown: measureBreakdown,
  "wake-up": measureWakeUp,
  "wake-up-breakdown": measureWakeUpBreakdown,
  status: measureStatus,
  scripts: measureScripts,
  dashboard: measureDashboard,
  beside: measureBeside,
};
/** As the parts call themselves, in the order of the page. */
const TITLES = [
  "What a node costs",
  "What a node consists of",
  "Hand-off",
  "What a hand-off consists of",
  "Wake-up",
  "What a wake-up consists of",
  "clawflow status",
  "What a script costs",
  "The dashboard",
  "Beside others",
];
/** A part is written as soon as it is measured: what fails or is stopped later does not take it along. */
const PAGE = join(import.meta.dirname, "..", "docs", "performance.md");
/** The quick form of what is beside other engines is a command of its own; the dashboard needs a browser. */
const QUICK_PARTS = Object.keys(PARTS).filter((name) => name !== "beside" && name !== "dashboard");

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
const micro = ({ p50, p95, p99 }) => [p50, p95, p99].map((value) => Math.round(value)).join(" / ");
const found = {};
const sections = [];
let before = calibrate();
const first = before;
for (const name of options.only?.split(",") ?? (quick ? QUICK_PARTS : Object.keys(PARTS))) {
  if (!Object.hasOwn(PARTS, name))
    throw new Error(`there is no ${name}, but ${Object.keys(PARTS).join(", ")}`);
  const times = processorTimes();
  found[name] = await measured(name);
  const after = calibrate();
  const { title, tables } = found[name];
  const section = { title, text: `${runText(before, after, stolenText(times) + quietText())}\n\n${tables}` };
  sections.push(section);
  if (options.write) writeSections(PAGE, "figures", [section], TITLES);
  before = after;
}
deleteRoots();
deleteFolders();

/** Twice where a ratio is absurd: what is broken is so again, a moment of a busy machine is not. */
async function measured(name) {
  const first = await PARTS[name]({ quick, rounds, progress });
  if (first.sane.every(isSane)) return first;
  progress(`${name}: measured again, for a ratio is absurd`);
  return await PARTS[name]({ quick, rounds, progress });
}

/** Ratios alone, and wide ones: a machine that does other work as well must not fail them, what is broken must. */
function isSane([, value, most]) {
  return value <= most;
}

/** On what it ran, and what the disk took right before and after. */
function runText(from, to, stolen) {
  const disk = Object.keys(from).map((what) => `- ${what}: ${micro(from[what])}, then ${micro(to[what])}`);
  const form = `${rounds} ${rounds === 1 ? "round" : "rounds"}${quick ? ", quick form" : ""}`;
  const disks = "The disk before and after, µs p50 / p95 / p99:";
  return [`${machine}; ${form}${stolen}.`, disks, "", ...disk].join("\n");
}

console.log(`\n${sections.map(({ title, text }) => `### ${title}\n\n${text}`).join("\n\n")}`);
if (options.json !== undefined) {
  const parts = Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data]));
  const all = { machine, quick, rounds, calibration: { before: first, after: before }, ...parts };
  writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
}

const bad = Object.values(found).flatMap(({ sane }) => sane.filter((ratio) => !isSane(ratio)));
for (const [what, value, most] of bad) console.error(`${what}: ${value} is above ${most}`);
process.exit(bad.length === 0 ? 0 : 1);
