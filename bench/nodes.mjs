import { fileFloor } from "./floor.mjs";
import { fullWorkspace } from "./full-workspace.mjs";
import { idleAgents } from "./idle.mjs";
import { formatTable } from "./peers/lib/markdown.mjs";
import { quietly } from "./peers/lib/quiet.mjs";
import { median, middle } from "./peers/lib/statistics.mjs";
import { chain, fanOut, leaves, measure, team } from "./team.mjs";

const FULL = { nodes: 1000, few: 100, archived: 100_000, finished: 10_000, tree: true, idle: 1000 };
const QUICK = { nodes: 200, few: 50, archived: 2_000, finished: 200, tree: false };

/** What a node costs, as ratios within one run: machines differ and are noisy, ratios hold. */
export async function measureNodes({ quick, rounds, progress }) {
  const size = quick ? QUICK : FULL;
  const rows = [];
  const data = {};
  const row = (what, value, aim = "") => {
    rows.push([what, value, aim]);
    progress(`${what}: ${value}`);
  };
  const os = (plan, more) => () => measure(team(plan, more), { durability: "os" });
  await os(fanOut(50))(); // warm-up

  const many = size.nodes;
  const [full, osMany, osFew, chainFew, chainMany, floor] = await interleaved({ rounds, quick }, [
    () => measure(team(fanOut(many)), { durability: "full" }),
    os(fanOut(many)),
    os(fanOut(size.few)),
    os(chain(size.few)),
    os(chain(many)),
    () => fileFloor(many),
  ]);
  const cost = (results, nodes) => median(results.map(({ seconds }) => (seconds * 1e6) / nodes));
  const perSecond = (results) =>
    `${Math.round(1e6 / cost(results, many))} nodes/s (${show(cost(results, many))} a node)`;
  row(`fan-out of ${many}, full`, perSecond(full));
  data.syncs = median(full.map(({ syncs }) => syncs / many));
  row("  syncs a node, background included", data.syncs.toFixed(3), "well under 1");
  row(`fan-out of ${many}, os`, perSecond(osMany));
  row("  the file operations of a node alone", show(median(floor)));
  data.overFloor = cost(osMany, many) / median(floor);
  row("  os against that floor", times(data.overFloor));
  data.fanOut = cost(osMany, many) / cost(osFew, size.few);
  row(`fan-out: a node of ${many} against one of ${size.few}`, times(data.fanOut), "≤ 1.3 ×");
  data.chain = cost(chainMany, many) / cost(chainFew, size.few);
  row(`chain: a node of ${many} against one of ${size.few}`, times(data.chain), "≤ 1.3 ×");
  if (size.tree) {
    const [tree] = await interleaved({ rounds, quick }, [os(fanOut(100), { split: leaves(100) })]);
    data.tree = cost(tree, 10100) / cost(osFew, size.few);
    row("tree of 100 × 100: a node against one of a fan-out of 100", times(data.tree), "≤ 1.3 ×");
  }
  const { archived, finished } = size;
  const [empty, filled] = await fullWorkspace({ rounds, archived, finished });
  data.past = middle(filled, "seconds") / middle(empty, "seconds");
  row(
    `${archived} archived messages, ${finished} finished tasks: a node against none`,
    times(data.past),
    "≤ 1.2 ×",
  );
  const starts = [filled, empty].map((all) => milliseconds(middle(all, "start")));
  row("  opening and starting a host there, and where there are none", starts.join(", "));
  if (size.idle !== undefined) {
    const idle = await idleAgents(size.idle);
    row(`${size.idle} idle agents: memory`, `${Math.round(idle.megabytes)} MB`, "< 200 MB");
    row(`${size.idle} idle agents: processor`, `${idle.percent.toFixed(2)} %`, "< 1 %");
    data.idle = idle;
  }
  data.full = full;
  data.os = osMany;
  return {
    title: "What a node costs",
    tables: formatTable(["what", "measured", "bound"], rows),
    data,
    // A node must not get dearer with what there is; what takes a few milliseconds is noisy, what grows with it is far above.
    sane: [
      ["a sync a node", data.syncs, 1],
      ["fan-out", data.fanOut, 8],
      ["chain", data.chain, 8],
      ["the past", data.past, 5],
    ],
  };
}

/** The measurements of one round after the other, so that drift of the machine meets all alike. */
async function interleaved({ rounds, quick }, cases) {
  const results = cases.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, run] of cases.entries()) results[index].push(await quietly({ quick }, run));
  }
  return results;
}

function show(microseconds) {
  return `${Math.round(microseconds)} µs`;
}

function milliseconds(seconds) {
  return `${(seconds * 1000).toFixed(1)} ms`;
}

function times(ratio) {
  return `${ratio.toFixed(2)} ×`;
}
