// What a node costs, as ratios within one run: machines differ and are noisy, ratios hold. See bench/README.md.

import { fileFloor } from "./floor.mjs";
import { fullWorkspace } from "./full-workspace.mjs";
import { idleAgents } from "./idle.mjs";
import { chain, deleteRoots, fanOut, leaves, measure, median, team } from "./team.mjs";

const rounds = Number(process.env.CLAWFLOW_BENCH_ROUNDS ?? 3);
const rows = [];

function row(what, value, aim = "") {
  rows.push({ what, value, aim });
  process.stderr.write(`${what}: ${value}\n`);
}

/** The measurements of one round after the other, so that drift of the machine meets all alike. */
async function interleaved(cases) {
  const results = cases.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, run] of cases.entries()) results[index].push(await run());
  }
  return results;
}

const perNode = (nodes) => (result) => (result.seconds * 1e6) / nodes;
const show = (microseconds) => `${Math.round(microseconds)} µs`;

await measure(team(fanOut(100)), { durability: "os" }); // warm-up

const fan = (count, durability) => () => measure(team(fanOut(count)), { durability });
const line = (count) => () => measure(team(chain(count)), { durability: "os" });
const tree = () => measure(team(fanOut(100), { split: leaves(100) }), { durability: "os" });

const [full1000, os1000, os100, chain100, chain1000, floor] = await interleaved([
  fan(1000, "full"),
  fan(1000, "os"),
  fan(100, "os"),
  line(100),
  line(1000),
  () => fileFloor(1000),
]);
const cost = (results, nodes) => median(results.map(perNode(nodes)));

row(
  "fan-out of 1,000, full",
  `${Math.round(1e6 / cost(full1000, 1000))} nodes/s (${show(cost(full1000, 1000))} a node)`,
);
row(
  "  syncs a node, background included",
  median(full1000.map((r) => r.syncs / 1000)).toFixed(3),
  "well under 1",
);
row(
  "fan-out of 1,000, os",
  `${Math.round(1e6 / cost(os1000, 1000))} nodes/s (${show(cost(os1000, 1000))} a node)`,
);
row("  the file operations of a node alone", show(median(floor)));
row("  os against that floor", `${(cost(os1000, 1000) / median(floor)).toFixed(2)} ×`);
row(
  "fan-out: a node of 1,000 against one of 100",
  `${(cost(os1000, 1000) / cost(os100, 100)).toFixed(2)} ×`,
  "≤ 1.3 ×",
);
row(
  "chain: a node of 1,000 against one of 100",
  `${(cost(chain1000, 1000) / cost(chain100, 100)).toFixed(2)} ×`,
  "≤ 1.3 ×",
);
const [tree10000] = await interleaved([tree]);
row(
  "tree of 100 × 100: a node against one of a fan-out of 100",
  `${(cost(tree10000, 10100) / cost(os100, 100)).toFixed(2)} ×`,
  "≤ 1.3 ×",
);

const [emptied, filled] = await fullWorkspace({ rounds, archived: 100_000, finished: 10_000 });
row(
  "100,000 archived messages, 10,000 finished tasks against empty",
  `${(median(filled) / median(emptied)).toFixed(2)} ×`,
  "≤ 1.2 ×",
);

const idle = await idleAgents(1000);
row("1,000 idle agents: memory", `${Math.round(idle.megabytes)} MB`, "< 200 MB");
row("1,000 idle agents: processor", `${idle.percent.toFixed(2)} %`, "< 1 %");

console.log(`\nnode ${process.version}, ${process.platform}, ${rounds} rounds, medians`);
for (const { what, value, aim } of rows) console.log(`${what.padEnd(66)} ${String(value).padEnd(34)} ${aim}`);
deleteRoots();
