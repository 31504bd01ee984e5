import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createHost, submit } from "../dist/index.js";
import { MEASURED } from "./peers/lib/machine.mjs";

const folders = [];

/** A new folder for one measurement; all are deleted at the end, so that deleting is never measured. */
export function freshRoot() {
  const root = mkdtempSync(join(MEASURED, "clawflow-bench-"));
  folders.push(root);
  return root;
}

export function deleteRoots() {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

const WORKERS = ["w1", "w2", "w3", "w4"];
const LEAVES = ["l1", "l2", "l3", "l4"];

/** A lead whose plan is given, and four workers that answer at once; with `split` they split once more, among four others. */
export function team(plan, { split } = {}) {
  const worker = ({ kind, task, results }) => {
    if (kind === "synthesise") return `${Object.keys(results).length} parts`;
    if (split !== undefined && task.depth === 1) return { subtasks: split(), policy: { concurrency: 64 } };
    return `result of ${task.title}`;
  };
  const lead = ({ kind, results }) =>
    kind === "synthesise"
      ? `${Object.keys(results).length} parts`
      : { subtasks: plan(), policy: { concurrency: 64 } };
  const agents = { lead: { brain: lead, peers: ["*"] } };
  for (const id of split === undefined ? WORKERS : [...WORKERS, ...LEAVES])
    agents[id] = { brain: worker, peers: ["*"], concurrency: 8 };
  return agents;
}

/** `count` subtasks that do not depend on each other. */
export function fanOut(count, agents = WORKERS) {
  return () => subtasks(count, () => [], agents);
}

/** The same for those of the next level. */
export function leaves(count) {
  return fanOut(count, LEAVES);
}

/** `count` subtasks, each depending on the one before. */
export function chain(count) {
  return () => subtasks(count, (index) => (index === 0 ? [] : [`n${index - 1}`]));
}

function subtasks(count, dependencies, agents = WORKERS) {
  const all = {};
  for (let index = 0; index < count; index++) {
    all[`n${index}`] = {
      agent: agents[index % agents.length],
      description: `part ${index}`,
      depends_on: dependencies(index),
    };
  }
  return all;
}

/**
 * Runs one job on a fresh root and closes it, so that all background syncs are in the figures.
 *
 * @returns seconds that opening and starting the host took, until the answer and until all is durable in the files, and syncs.
 */
export async function measure(agents, { durability, root = freshRoot(), limits = {} }) {
  const opened = performance.now();
  const host = await createHost({
    root,
    agents,
    durability,
    limits: { subtasks: 1000, concurrency: 1000, brains: 64, ...limits },
  });
  await host.start();
  const begun = performance.now();
  const { task_id } = await submit(host, "lead", { instructions: "measure" });
  const task = await host.finished("lead", task_id);
  const answered = performance.now();
  if (task.status !== "done") throw new Error(`the job ended ${task.status}: ${task.error}`);
  await host.stop();
  return {
    start: (begun - opened) / 1000,
    seconds: (answered - begun) / 1000,
    closed: (performance.now() - begun) / 1000,
    syncs: host.syncs,
  };
}
