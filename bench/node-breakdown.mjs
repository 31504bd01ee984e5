import { join } from "node:path";
import { callsOf, callsText, hasStrace, processorOf, strace } from "./calls.mjs";
import { startEngine } from "./peers/dag/engines.mjs";
import { freshFolder } from "./peers/lib/folders.mjs";
import { formatTable } from "./peers/lib/markdown.mjs";
import { quietly } from "./peers/lib/quiet.mjs";

const WARM_UP = { layers: 20, width: 50, jobs: 2, atOnce: 1 };
/** As beside the other engines: a chain, where each node waits for the disk; and fifty lines, where fifty share a sync. */
const FORMS = {
  full: {
    "concurrency 1": { layers: 1000, width: 1, jobs: 1, atOnce: 1 },
    "concurrency 50": { layers: 20, width: 50, jobs: 3, atOnce: 1 },
  },
  quick: {
    "concurrency 1": { layers: 100, width: 1, jobs: 1, atOnce: 1 },
    "concurrency 50": { layers: 4, width: 50, jobs: 1, atOnce: 1 },
  },
};

/** What a durable node consists of: time, processor, and the calls of the system. The times of the calls are those under strace. */
export async function measureNodeBreakdown({ quick, progress }) {
  const engine = await startEngine("clawflow");
  const found = {};
  try {
    await engine.run(WARM_UP);
    for (const [name, spec] of Object.entries(quick ? FORMS.quick : FORMS.full)) {
      found[name] = {
        bare: await quietly({ quick }, () => look(engine, spec)),
        traced: hasStrace() ? await quietly({ quick }, () => look(engine, spec, true)) : undefined,
      };
      progress(`a node, ${name}: ${Math.round(found[name].bare.micros)} µs`);
    }
  } finally {
    await engine.stop();
  }
  return {
    title: "What a node consists of",
    tables: [processorTable(found), callsTable(found)].join("\n\n"),
    data: found,
    sane: [],
  };
}

async function look(engine, spec, traced = false) {
  const nodes = spec.layers * spec.width * spec.jobs;
  const trace = traced ? strace(engine.pid, join(freshFolder("node-breakdown"), "calls")) : undefined;
  await trace?.attached;
  const before = processorOf(engine.pid);
  const { seconds, syncs } = await engine.run(spec);
  const after = processorOf(engine.pid);
  const text = await trace?.end();
  return {
    micros: (seconds * 1e6) / nodes,
    user: (after.user - before.user) / nodes,
    system: (after.system - before.system) / nodes,
    syncs: syncs / nodes,
    ...(text === undefined ? {} : { calls: callsOf([text], nodes) }),
  };
}

function processorTable(found) {
  const rows = Object.entries(found).map(([name, { bare }]) => [
    name,
    ...[bare.micros, bare.user, bare.system].map(Math.round),
    bare.syncs.toFixed(3),
  ]);
  const head = ["µs a node", "in all", "processor: user", "system", "syncs a node"];
  return `The host's process, without strace; start, end and garbage included:\n\n${formatTable(head, rows)}`;
}

function callsTable(found) {
  const calls = Object.entries(found).map(([name, { traced }]) => [name, traced?.calls]);
  return callsText("Its calls", Object.fromEntries(calls), "a node");
}
