// `npm run bench:peers [-- --quick] [--json PATH] [--only hand-off,dag] [--engines a,b] [--rounds N]`. See ../README.md.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compareDags, ENGINES } from "./dag/compare-dag.mjs";
import { compareHandOffs, MAILBOXES } from "./hand-off/compare-hand-off.mjs";
import { calibrate } from "./lib/calibrate.mjs";
import { endWithParent } from "./lib/end-with-parent.mjs";
import { deleteFolders } from "./lib/folders.mjs";
import { machineText, processorTimes, stolenText } from "./lib/machine.mjs";
import { formatTable } from "./lib/markdown.mjs";
import { quietText } from "./lib/quiet.mjs";

endWithParent();
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    only: { type: "string", default: "hand-off,dag" },
    engines: { type: "string", default: [...ENGINES, ...MAILBOXES].join() },
    rounds: { type: "string" },
  },
});
const { quick } = options;
const rounds = Number(options.rounds ?? (quick ? 1 : 5));
const parts = options.only.split(",");
const progress = (text) => process.stderr.write(`${text}\n`);
const given = { quick, rounds, only: options.engines.split(","), progress };

const machine = machineText();
const times = processorTimes();
const before = calibrate();
const handOff = parts.includes("hand-off") ? await compareHandOffs(given) : undefined;
const dag = parts.includes("dag") ? await compareDags(given) : undefined;
const shared = stolenText(times) + quietText();
const after = calibrate();
deleteFolders();

console.log(`\n${machine}, ${rounds} rounds${quick ? ", quick form" : ""}${shared}\n`);
console.log(calibrationTable());
if (handOff !== undefined) console.log(`\n### Hand-off\n\n${handOff.tables}`);
if (dag !== undefined) console.log(`\n### Durable plans\n\n${dag.tables}`);
if (options.json !== undefined) {
  const all = {
    machine,
    quick,
    rounds,
    calibration: { before, after },
    handOff: handOff?.data,
    dag: dag?.data,
  };
  writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
}

function calibrationTable() {
  const micro = ({ p50, p95, p99 }) => [p50, p95, p99].map((value) => Math.round(value)).join(" / ");
  const rows = Object.keys(before).map((what) => [what, micro(before[what]), micro(after[what])]);
  return formatTable(["the disk, µs p50 / p95 / p99", "before", "after"], rows);
}
