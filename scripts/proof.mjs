// `npm run proof [-- --write]` runs every suite of the proof in its full form, `npm run proof:quick` in its quick one, and prints what each
// came to; `--write` puts the tables of those that ran into docs/proof.md. `--only <suite,…>` runs some of them. dist/ must have been built.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machineText } from "../bench/peers/lib/machine.mjs";
import { formatTable } from "../bench/peers/lib/markdown.mjs";
import { writeSections } from "./lib/write-sections.mjs";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, write: { type: "boolean" }, only: { type: "string" } },
});
const form = options.quick ? "quick" : "full";

/** name, npm script, minutes allowed in the full form, what it is called on the page */
const SUITES = [
  ["simulator", "sim", 45, "The simulator"],
  ["mutants", "sim:mutants", 10, "Planted mistakes"],
  ["kills", "test:kill", 40, "Kills"],
  ["faults", "test:faults", 50, "Faults, messages, people, bad inputs"],
  ["peers", "proof:peers", 20, "The same kills on other ways to hand over a message"],
  ["gateways", "proof:gateways", 25, "Gateways"],
];
const wanted = options.only?.split(",") ?? SUITES.map(([name]) => name);
const scratch = mkdtempSync(join(tmpdir(), "clawflow-proof-"));
const failed = [];
const sections = [];
for (const [name, script, minutes, title] of SUITES) {
  if (!wanted.includes(name)) continue;
  const { rows, seconds } = runSuite(name, script, minutes);
  sections.push({ title, text: sectionText(rows, seconds) });
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${sections.map(({ title, text }) => `### ${title}\n\n${text}`).join("\n\n")}`);
if (options.write) {
  const titles = SUITES.map(([, , , title]) => title);
  writeSections(join(project, "docs", "proof.md"), "counts", sections, titles);
}
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;

function runSuite(name, script, minutes) {
  const path = join(scratch, `${name}.jsonl`);
  const began = performance.now();
  console.log(`---- ${name}: npm run ${script}${form === "full" ? " -- --full" : ""}`);
  const { status, error } = spawnSync(
    "npm",
    ["run", "-s", script, ...(form === "full" ? ["--", "--full"] : [])],
    {
      cwd: project,
      env: { ...process.env, CLAWFLOW_PROOF: path },
      stdio: "inherit",
      timeout: minutes * 60_000,
      killSignal: "SIGTERM",
    },
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  if (status !== 0) failed.push(error === undefined ? name : `${name} (${error.code})`);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  // A suite that says nothing proves nothing.
  if (lines.length === 0) failed.push(`${name} (no counts)`);
  console.log(`---- ${name}: ${seconds} s, ${status === 0 ? "passed" : "failed"}`);
  return { rows: lines.map((line) => JSON.parse(line)), seconds };
}

/** `askedAgain` as people write it. */
function inWords(key) {
  return key.replace(/([a-z])([A-Z])(?=[a-z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
}

function sectionText(all, seconds) {
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
  const run = `The ${form} form in ${Math.round(seconds / 6) / 10} minutes, on ${machineText()}:`;
  return `${run}\n\n${formatTable(head, cells)}`;
}
