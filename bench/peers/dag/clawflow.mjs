import { createHost, submit } from "../../../dist/index.js";
import { freshFolder } from "../lib/folders.mjs";
import { inFlight } from "./in-flight.mjs";

const WORKERS = ["w1", "w2", "w3", "w4"];

/** This project: a lead that splits each job into subtasks for four workers, all in one host; a node is a TASK and a REPLY. */
export async function start() {
  return {
    name: "Clawflow",
    durability: "full: journal synced before anything goes out",
    async run({ layers, width, ...jobs }) {
      const host = await createHost({
        root: freshFolder("clawflow"),
        agents: agents(planOf(layers, width)),
        durability: "full",
        limits: { subtasks: 1000, concurrency: 1000, brains: 64 },
      });
      await host.start();
      const begun = performance.now();
      const ran = await inFlight(jobs, async () => {
        const { task_id } = await submit(host, "lead", { instructions: "measure" });
        const task = await host.finished("lead", task_id);
        if (task.status !== "done") throw new Error(`a job ended ${task.status}: ${task.error}`);
      });
      await host.stop();
      // All is in plain files then, and the journal is empty.
      const closed = (performance.now() - begun) / 1000;
      return { ...ran, closed, syncs: host.syncs };
    },
    stop: () => {},
  };
}

function agents(plan) {
  const worker = { brain: ({ task }) => `result of ${task.title}`, concurrency: 16 };
  const lead = ({ kind, results }) =>
    kind === "synthesise"
      ? `${Object.keys(results).length} parts`
      : { subtasks: plan, policy: { concurrency: 64 } };
  return {
    lead: { brain: lead, peers: ["*"], concurrency: 64 },
    ...Object.fromEntries(WORKERS.map((id) => [id, worker])),
  };
}

function planOf(layers, width) {
  const plan = {};
  for (let layer = 0; layer < layers; layer++) {
    for (let line = 0; line < width; line++) {
      plan[`n${layer}-${line}`] = {
        agent: WORKERS[line % WORKERS.length],
        description: `part ${layer} of line ${line}`,
        depends_on: layer === 0 ? [] : [`n${layer - 1}-${line}`],
      };
    }
  }
  return plan;
}
