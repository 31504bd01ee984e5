import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Host } from "../../src/host/host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { openRoot, type RootView } from "../../src/view/root-view.ts";
import { startHost, tempRoot } from "../host/team.ts";

export const disk = nodeDisk();

/** Splits into `first` and, with its results, `second`; the worker does what it is told, or waits until `release` is called. */
export interface Team {
  root: string;
  host: Host;
  /** Ends every wait of the worker. */
  release(): void;
}

export async function startTeam(): Promise<Team> {
  const root = tempRoot();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const lead: BrainFunction = ({ kind, task, results }) => {
    if (kind === "synthesise")
      return Object.values(results ?? {})
        .map((result) => result.results)
        .join(" + ");
    if (task.instructions.startsWith("ask")) return { ask: "Which one?" };
    return {
      subtasks: {
        first: { agent: "worker", description: task.instructions, depends_on: [] },
        second: { agent: "worker", description: "then", depends_on: ["first"] },
      },
    };
  };
  const worker: BrainFunction = async ({ task }, { signal }) => {
    if (task.instructions.startsWith("wait"))
      await Promise.race([released, new Promise((done) => signal.addEventListener("abort", done))]);
    return `did ${task.instructions}`;
  };
  const host = await startHost({
    root,
    agents: { lead: { brain: lead, peers: ["worker"] }, worker: { brain: worker, concurrency: 4 } },
  });
  return { root, host, release };
}

/** A job that was done an hour ago, its host stopped: files at rest. */
export async function finishedJob(): Promise<{ root: string; agents: Map<string, string>; task_id: string }> {
  const { root, host } = await startTeam();
  const { task_id } = await submitTask(host, "lead", "go");
  await host.finished("lead", task_id);
  await host.stop();
  // A copy of what was finished lately is kept for edits that are on their way.
  const base = join(root, "lead/.clawflow/base");
  for (const name of readdirSync(base)) rmSync(join(base, name));
  return { root, agents: agentsOfRoot(disk, root), task_id };
}

export function viewOf(root: string): RootView {
  return openRoot(disk, agentsOfRoot(disk, root));
}
