import { formatTable } from "../lib/markdown.mjs";
import { quietly } from "../lib/quiet.mjs";
import { spreadOf } from "../lib/statistics.mjs";
import { startEngine } from "./engines.mjs";

export const ENGINES = ["clawflow", "dbos", "restate", "langgraph", "bullmq"];

/**
 * Jobs of `layers` × `width` nodes that do nothing; each node depends on the one of the layer before in its line. At concurrency 1 one
 * node at a time is at work. At concurrency 50 there are fifty: jobs of one line each, or one job of fifty lines.
 */
const FULL = [
  { nodes: 2, concurrency: 1, layers: 2, width: 1, jobs: 50, atOnce: 1 },
  { nodes: 10, concurrency: 1, layers: 10, width: 1, jobs: 20, atOnce: 1 },
  { nodes: 50, concurrency: 1, layers: 50, width: 1, jobs: 5, atOnce: 1 },
  { nodes: 1000, concurrency: 1, layers: 1000, width: 1, jobs: 1, atOnce: 1 },
  { nodes: 2, concurrency: 50, layers: 2, width: 1, jobs: 500, atOnce: 50 },
  { nodes: 10, concurrency: 50, layers: 10, width: 1, jobs: 100, atOnce: 50 },
  { nodes: 50, concurrency: 50, layers: 50, width: 1, jobs: 50, atOnce: 50 },
  { nodes: 1000, concurrency: 50, layers: 20, width: 50, jobs: 1, atOnce: 1 },
];
const QUICK = [
  { nodes: 2, concurrency: 1, layers: 2, width: 1, jobs: 10, atOnce: 1 },
  { nodes: 10, concurrency: 1, layers: 10, width: 1, jobs: 3, atOnce: 1 },
  { nodes: 10, concurrency: 50, layers: 10, width: 1, jobs: 50, atOnce: 50 },
  { nodes: 100, concurrency: 50, layers: 2, width: 50, jobs: 1, atOnce: 1 },
];
/** Ten times the five seconds after which the journal is emptied under steady work: every sync in the background is in it. */
const SUSTAINED = { nodes: 1000, concurrency: 50, layers: 20, width: 50, atOnce: 1, forSeconds: 50 };
const WARM_UP = { layers: 5, width: 10, jobs: 20, atOnce: 10 };

/** @returns `{tables, data}`: Markdown, and all that was measured */
export async function compareDags({ quick, rounds, only, progress }) {
  const cases = quick ? QUICK : [...FULL, SUSTAINED];
  const problems = [];
  const engines = [];
  const attempt = async (id, work) => {
    try {
      return await work();
    } catch (error) {
      problems.push({ engine: id, error: error.message });
      progress(`${id}: ${error.message}`);
      return undefined;
    }
  };
  for (const id of ENGINES.filter((id) => only.includes(id))) {
    const engine = await attempt(id, () => startEngine(id));
    if (engine === undefined) continue;
    engines.push(engine);
    await attempt(id, () => engine.run(WARM_UP));
  }
  const measured = [];
  for (const one of cases) {
    const form = { quick, long: one.forSeconds !== undefined };
    const results = new Map(engines.map(({ id }) => [id, []]));
    for (let round = 0; round < (one.forSeconds === undefined ? rounds : 1); round++) {
      for (const engine of engines) {
        const result = await attempt(engine.id, () => quietly(form, () => engine.run(one)));
        if (result !== undefined) results.get(engine.id).push(resultOf(one, result));
      }
    }
    measured.push({ case: one, results: Object.fromEntries(results) });
    progress(lineOf(one, results));
  }
  for (const engine of engines) await attempt(engine.id, () => engine.stop());
  const about = engines.map(({ id, name, durability }) => ({ id, name, durability }));
  return { data: { engines: about, measured, problems }, tables: tablesOf(about, measured, problems) };
}

/** `perSecond`: nodes a second to the last answer; `closed` to the moment when everything is in plain files and nothing is left to sync. */
function resultOf({ layers, width }, { seconds, jobs, closed, syncs }) {
  const nodes = layers * width * jobs;
  return {
    nodes,
    seconds,
    perSecond: nodes / seconds,
    microseconds: (seconds * 1e6) / nodes,
    ...(closed === undefined ? {} : { closedPerSecond: nodes / closed, syncsPerNode: syncs / nodes }),
  };
}

function titleOf({ nodes, concurrency, forSeconds }) {
  const title = `${nodes} nodes, concurrency ${concurrency}`;
  return forSeconds === undefined ? title : `${title}, for ${forSeconds} s`;
}

function lineOf(one, results) {
  const found = [...results].map(([id, all]) => `${id} ${all.length === 0 ? "-" : rate(all)}`);
  return `${titleOf(one)}: ${found.join(", ")}`;
}

function rate(results, of = (result) => result.perSecond) {
  const { median, from, to } = spreadOf(results.map(of));
  const range = results.length === 1 ? "" : ` (${Math.round(from)}–${Math.round(to)})`;
  return `${Math.round(median)}${range}`;
}

function tablesOf(engines, measured, problems) {
  const head = ["", ...engines.map(({ name }) => name)];
  const table = (of) =>
    measured.map(({ case: one, results }) => [
      titleOf(one),
      ...engines.map(({ id }) => (results[id].length === 0 ? "failed" : rate(results[id], of))),
    ]);
  const durability = engines.map(({ name, durability }) => [name, durability]);
  const ours = measured
    .filter(({ results }) => results.clawflow?.length > 0)
    .map(({ case: one, results: { clawflow } }) => [
      titleOf(one),
      rate(clawflow, (result) => result.closedPerSecond),
      spreadOf(clawflow.map((result) => result.syncsPerNode)).median.toFixed(3),
    ]);
  const parts = [
    "**Nodes a second**, median of the rounds (slowest–fastest):",
    formatTable(head, table()),
    "**Microseconds a node**, the same:",
    formatTable(
      head,
      table((result) => result.microseconds),
    ),
    "**Durability**:",
    formatTable(["engine", "what is synced"], durability),
  ];
  if (ours.length > 0) {
    parts.push("**Clawflow until everything is in plain files** and the journal is empty, closing included:");
    parts.push(formatTable(["", "nodes a second", "syncs a node"], ours));
  }
  for (const { engine, error } of problems) parts.push(`${engine} failed: ${error.split("\n")[0]}`);
  return parts.join("\n\n");
}
