// `npm run proof:peers [-- --full]`: a writer and a consumer of each system are killed at random moments. See ../README.md.

import { appendFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runLane } from "./kill/lane.mjs";
import { SYSTEMS } from "./kill/systems.mjs";
import { endWithParent } from "./lib/end-with-parent.mjs";
import { deleteFolders, freshFolder } from "./lib/folders.mjs";
import { formatTable } from "./lib/markdown.mjs";
import { seededRandom } from "./lib/random.mjs";

endWithParent();
const { values: options } = parseArgs({
  options: {
    full: { type: "boolean" },
    kills: { type: "string" },
    only: { type: "string" },
    seed: { type: "string" },
  },
});
const kills = Number(options.kills ?? (options.full ? 500 : 20));
const wanted = options.only?.split(",") ?? Object.keys(SYSTEMS);
const seed = Number(options.seed ?? Date.now() % 1_000_000);
console.log(`seed ${seed}, ${kills} kills of each of ${wanted.join(", ")}`);

/** A dead process's lock keeps an array waiting for five seconds: many wait beside each other. */
const LANES = { "json-array": 8 };
const results = [];
for (const name of wanted) results.push(await killSystem(name));
deleteFolders();
report();

async function killSystem(name) {
  const count = Math.min(LANES[name] ?? availableParallelism(), Math.ceil(kills / 2));
  const folder = freshFolder(`kill-${name}`);
  const began = performance.now();
  const lanes = Array.from({ length: count }, (_, index) => {
    const share = Math.floor(kills / count) + (index < kills % count ? 1 : 0);
    return runLane(name, join(folder, `${index}`), share, seededRandom(seed * 100 + index));
  });
  const counts = (await Promise.all(lanes)).reduce(added);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${SYSTEMS[name].name}: ${seconds} s, ${JSON.stringify(counts.killedOf)}`);
  for (const note of counts.notes.slice(0, 5)) console.log(`  ${note}`);
  return { name, counts };
}

function added(one, other) {
  const sum = (a, b) => {
    if (Array.isArray(a)) return [...a, ...b];
    if (typeof a === "number") return a + b;
    return Object.fromEntries(Object.keys(a).map((key) => [key, sum(a[key], b[key])]));
  };
  return sum(one, other);
}

function report() {
  const columns = ["lost", "stuck", "unreadable", "answered twice", "twice", "twice and not told"];
  const rows = results.map(({ name, counts }) => {
    const { name: title, about } = SYSTEMS[name];
    const untold = Math.max(0, counts.twice - counts.told);
    const row = {
      lost: counts.lost,
      stuck: counts.stuck,
      unreadable: counts.unreadable,
      "answered twice": counts["answered twice"],
      twice: counts.twice,
      "twice and not told": untold,
    };
    record({
      fault: "peers",
      what: `${title} (${about}): kill -9 of writer or consumer at a random moment`,
      cases: kills,
      counts: { ...row, messages: counts.accepted },
    });
    if (name === "clawflow" && (row.lost > 0 || row.stuck > 0 || row.unreadable > 0 || untold > 0))
      process.exitCode = 1;
    if (name === "clawflow" && (row["answered twice"] > 0 || counts.notes.length > 0)) process.exitCode = 1;
    return [`${title}, ${about}`, kills, counts.accepted, ...columns.map((column) => row[column])];
  });
  console.log(`\n${formatTable(["system", "kills", "messages", ...columns], rows)}`);
}

/** As the suites of the proof do. */
function record(proof) {
  const line = JSON.stringify(proof);
  if (process.env.CLAWFLOW_PROOF !== undefined) appendFileSync(process.env.CLAWFLOW_PROOF, `${line}\n`);
}
