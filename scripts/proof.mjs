// `npm run proof [-- --write]` runs every suite of the proof in its full form, `npm run proof:quick` in its quick one, and prints what each
// came to; `--write` puts the tables of those that ran into docs/proof.md. `--only <suite,…>` runs some of them. dist/ must have been built.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machineText, processorTimes, stolenText } from "../bench/peers/lib/machine.mjs";
import { formatTable } from "../bench/peers/lib/markdown.mjs";
import { writeSections } from "./lib/write-sections.mjs";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, write: { type: "boolean" }, only: { type: "string" } },
});
const form = options.quick ? "quick" : "full";
const OWN_CLOCK = "own clock";

/**
 * `limit`: minutes allowed in the full form. `full`: its arguments, where they are not `--full`. Suites of one lane run one after another, lanes
 * beside each other; those of the lane `own clock` take what processor time the others leave.
 */
const SUITES = [
  {
    name: "simulator",
    script: "sim",
    full: ["--seeds", "20000"],
    limit: 90,
    title: "The simulator",
    lane: OWN_CLOCK,
  },
  { name: "mutants", script: "sim:mutants", limit: 30, title: "Planted mistakes", lane: OWN_CLOCK },
  { name: "kills", script: "test:kill", limit: 75, title: "Kills" },
  {
    name: "faults",
    script: "test:faults",
    limit: 85,
    title: "Faults, messages, people, bad inputs",
    lane: "faults",
  },
  {
    name: "peers",
    script: "proof:peers",
    limit: 45,
    title: "The same kills on other ways to hand over a message",
  },
  { name: "gateways", script: "proof:gateways", limit: 45, title: "Gateways" },
];
const wanted = options.only?.split(",") ?? SUITES.map(({ name }) => name);
const unknown = wanted.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`--only ${unknown.join(",")}: not one of ${SUITES.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), "clawflow-proof-"));
const failed = [];
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const end of running) end(signal);
    process.exit(1);
  });
}
const sections = await runAll(SUITES.filter(({ name }) => wanted.includes(name)));
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${sections.map(({ title, text }) => `### ${title}\n\n${text}`).join("\n\n")}`);
if (options.write) {
  const titles = SUITES.map(({ title }) => title);
  writeSections(join(project, "docs", "proof.md"), "counts", sections, titles);
}
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function runAll(suites) {
  const lanes = new Map();
  for (const suite of suites) lanes.set(suite.lane, [...(lanes.get(suite.lane) ?? []), suite]);
  const done = await Promise.all([...lanes.values()].map(inTurn));
  return suites.map((suite) => done.flat().find(({ title }) => title === suite.title));
}

async function inTurn(suites) {
  const sections = [];
  for (const suite of suites) {
    const times = processorTimes();
    const { command, rows, seconds } = await runSuite(suite);
    sections.push({ title: suite.title, text: sectionText(command, rows, seconds, stolenText(times)) });
  }
  return sections;
}

async function runSuite(suite) {
  const { name, script, full = ["--full"], limit } = suite;
  const path = join(scratch, `${name}.jsonl`);
  const began = performance.now();
  const given = form === "full" ? ["--", ...full] : [];
  const command = ["npm", "run", script, ...given].join(" ");
  console.log(`---- ${name}: ${command}`);
  const child = spawn("npm", ["run", "-s", script, ...given], {
    cwd: project,
    env: { ...process.env, CLAWFLOW_PROOF: path },
    stdio: "inherit",
    // What npm started goes on when npm alone is ended.
    detached: true,
  });
  const end = (how) => process.kill(-child.pid, how);
  const timer = setTimeout(end, limit * 60_000, "SIGTERM");
  running.add(end);
  if (suite.lane === OWN_CLOCK) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const [status, signal] = await once(child, "close");
  clearTimeout(timer);
  running.delete(end);
  const seconds = Math.round((performance.now() - began) / 1000);
  if (status !== 0) failed.push(signal === null ? name : `${name} (${signal})`);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  // A suite that says nothing proves nothing.
  if (lines.length === 0) failed.push(`${name} (no counts)`);
  console.log(`---- ${name}: ${seconds} s, ${status === 0 ? "passed" : "failed"}`);
  return { command, rows: lines.map((line) => JSON.parse(line)), seconds };
}

/** `askedAgain` as people write it. */
function inWords(key) {
  return key.replace(/([a-z])([A-Z])(?=[a-z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
}

function sectionText(command, all, seconds, stolen) {
  const numbered = ({ fault }) => Number(/^F(\d+)$/.exec(fault)?.[1] ?? 1000);
  const sorted = all
    .map((row, index) => ({ row, index }))
    .sort((a, b) => numbered(a.row) - numbered(b.row) || a.index - b.index)
    .map(({ row }) => row);
  const cells = sorted.map(({ fault, what, cases, counts }) => {
    const found = Object.entries(counts).map(([key, value]) => `${inWords(key)} ${value}`);
    return [fault, what, cases, found.join(", ")];
  });
  const head = ["fault", "what was done", "cases", "what came of it"];
  const minutes = Math.round(seconds / 6) / 10;
  const run = `\`${command}\`, ${minutes} minutes, on ${machineText()}${stolen}:`;
  return `${run}\n\n${formatTable(head, cells)}`;
}
