import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Brain } from "../../src/brain/types.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostOptions } from "../../src/host/options.ts";
import { submitTask, type Work } from "../../src/host/submit.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { nodeProcess } from "../../src/store/process-identity.ts";
import { hostOfAgent } from "../../src/view/hosts.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { openRoot, type RootView, type ViewOptions } from "../../src/view/root-view.ts";
import type { Hold } from "../../src/view/why/hold.ts";
import { type Reason, why } from "../../src/view/why/why.ts";
import { startHost, tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";

/** What a brain is to do, in its instructions as JSON; see `obedient`. */
export type Order =
  | { say: string }
  | { ask: string }
  | { fail: string; passing?: boolean }
  | { hang: true }
  | { split: Record<string, SplitInto>; policy?: object };
interface SplitInto {
  agent?: string;
  do: Order;
  depends_on?: string[];
  timeout?: string;
  budget?: object;
}

/** Does what its instructions say; `hang` until it is ended. */
export const obedient: BrainFunction = async ({ kind, task, peers, results }, { signal }) => {
  if (kind === "synthesise") return { results: Object.keys(results ?? {}).join(" ") };
  const order = JSON.parse(task.instructions) as Order;
  if ("ask" in order) return { ask: order.ask };
  if ("fail" in order) return { error: order.fail, ...(order.passing ? { passing: true } : {}) };
  if ("hang" in order) await new Promise((over) => signal.addEventListener("abort", over));
  if (!("split" in order)) return { results: "say" in order ? order.say : "" };
  const subtasks = Object.entries(order.split).map(([id, { agent, do: next, ...rest }]) => [
    id,
    {
      agent: agent ?? peers[0]?.id ?? "",
      description: id,
      instructions: JSON.stringify(next),
      depends_on: [],
      ...rest,
    },
  ]);
  return { subtasks: Object.fromEntries(subtasks), ...(order.policy ? { policy: order.policy } : {}) };
};

/** Three agents, each of which may give work to the next. */
export function ladder(brain: Brain | BrainFunction = obedient): HostOptions["agents"] {
  return {
    lead: { brain: obedient, peers: ["mid", "worker"] },
    mid: { brain: obedient, peers: ["worker"] },
    worker: { brain, concurrency: 4 },
  };
}

/** A job in a root, and what `why` says of it. */
export class Stuck {
  readonly root = tempRoot();
  host: Host | undefined;
  task_id = "";

  async start(options: Partial<HostOptions> = {}): Promise<this> {
    this.host = await startHost({ root: this.root, agents: ladder(), look: 50, ...options });
    return this;
  }

  /** A host that this test ends itself. */
  async startOnce(options: Partial<HostOptions> = {}): Promise<Host> {
    const host = await createHost({ root: this.root, agents: ladder(), durability: "os", ...options });
    await host.start();
    this.host = host;
    return host;
  }

  async give(order: Order, work: Partial<Work> = {}): Promise<this> {
    const sent = await submitTask(this.host as Host, "lead", {
      instructions: JSON.stringify(order),
      title: "job",
      ...work,
    });
    this.task_id = sent.task_id;
    return this;
  }

  view(options: ViewOptions = {}, only?: readonly string[]): RootView {
    const disk = nodeDisk();
    const agents = [...agentsOfRoot(disk, this.root)].filter(([agent]) => only?.includes(agent) ?? true);
    const process = nodeProcess(disk);
    return openRoot(disk, new Map(agents), {
      hostOf: (workspace) => hostOfAgent(disk, workspace, process),
      ...options,
    });
  }

  why(
    options: { view?: RootView; now?: number; agent?: string; task?: string; subtask?: string } = {},
  ): Reason | undefined {
    const { view = this.view(), now = Date.now(), agent = "lead", task = this.task_id, subtask } = options;
    const found = view.task(agent, task);
    return found === undefined ? undefined : why(view, agent, found, now, subtask);
  }

  /** Waits until `why` names that cause. */
  async named<C extends Hold["cause"]>(
    cause: C,
    options: () => Parameters<Stuck["why"]>[0] = () => ({}),
  ): Promise<Reason & { hold: Hold & { cause: C } }> {
    let last: Reason | undefined;
    const look = () => {
      last = this.why(options());
      return last?.hold.cause === cause ? last : undefined;
    };
    try {
      return (await until(look, cause)) as Reason & { hold: Hold & { cause: C } };
    } catch {
      throw new Error(`not ${cause} but ${JSON.stringify(last, null, 1)}`);
    }
  }
}
