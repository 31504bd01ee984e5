import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { BrainFunction } from "../../../src/brain/function-brain.ts";
import { personBrain } from "../../../src/brain/person-brain.ts";
import { createHost } from "../../../src/host/create-host.ts";
import type { Host } from "../../../src/host/host.ts";
import { submitTask } from "../../../src/host/submit.ts";
import { workspacePaths } from "../../../src/store/layout.ts";
import { nodeDisk } from "../../../src/store/node-disk.ts";
import { findTask } from "../../../src/view/read-task.ts";

/** What a brain is to do, in its instructions as JSON. A `gate` holds it until the test opens that; `again`: what it says the second time. */
export type Order =
  | { say: string; gate?: string }
  | { fail: string; again?: string }
  | { ask: string }
  | { split: Record<string, Order & { agent?: string; after?: string[]; title?: string }>; policy?: object };

/** A running host whose brains do as they are told. */
export class Team {
  readonly root = mkdtempSync(join(tmpdir(), "clawflow-browser-"));
  #host: Host | undefined;
  readonly #failed = new Set<string>();
  readonly #gates = new Map<string, { opened: Promise<void>; open(): void }>();

  async start(): Promise<this> {
    const brain: BrainFunction = (question, { signal }) => this.#answer(question, signal);
    this.#host = await createHost({
      root: this.root,
      durability: "os",
      look: 50,
      agents: {
        lead: { brain, peers: ["reader", "writer", "robin"], concurrency: 8 },
        reader: { brain, peers: ["writer"], concurrency: 8 },
        writer: { brain, concurrency: 8 },
        robin: { brain: personBrain("Robin") },
      },
    });
    await this.#host.start();
    return this;
  }

  get host(): Host {
    if (this.#host === undefined) throw new Error("the team was not started");
    return this.#host;
  }

  async stop(): Promise<void> {
    for (const { open } of this.#gates.values()) open();
    await this.#host?.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** @returns the id of the task, when its files can be looked at: they are written a moment after it is durable in the journal */
  async give(title: string, order: Order, agent = "lead"): Promise<string> {
    const work = { title, instructions: JSON.stringify(order) };
    const { task_id } = await submitTask(this.host, agent, work);
    const paths = workspacePaths(join(this.root, agent));
    await vi.waitUntil(() => findTask(nodeDisk(), paths, task_id), { timeout: 10_000, interval: 10 });
    return task_id;
  }

  open(gate: string): void {
    this.#gate(gate).open();
  }

  #gate(name: string) {
    const known = this.#gates.get(name);
    if (known !== undefined) return known;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const gate = { opened, open };
    this.#gates.set(name, gate);
    return gate;
  }

  async #answer(
    { kind, task, results, peers, problem }: Parameters<BrainFunction>[0],
    signal: AbortSignal,
  ): Promise<Awaited<ReturnType<BrainFunction>>> {
    if (kind === "synthesise") {
      const parts = Object.entries(results ?? {}).map(([id, part]) => `${id}: ${part.results}`);
      return { results: parts.join("\n"), used: { tokens: 1200, usd: 0.02 } };
    }
    const order = orderOf(task.instructions);
    if ("ask" in order) {
      const answer = /Answer of [^:]*: (.*)/.exec(task.context)?.[1];
      return answer === undefined ? { ask: order.ask } : { results: `I was told: ${answer}` };
    }
    if ("fail" in order) {
      if (order.again !== undefined && this.#failed.has(order.fail)) return { results: order.again };
      this.#failed.add(order.fail);
      return { error: order.fail };
    }
    if ("say" in order) {
      if (order.gate !== undefined) {
        const aborted = new Promise<void>((over) => signal.addEventListener("abort", () => over()));
        await Promise.race([this.#gate(order.gate).opened, aborted]);
      }
      return { results: order.say, used: { tokens: 800, usd: 0.01 } };
    }
    const subtasks = Object.entries(order.split).map(([id, { agent, after = [], title, ...rest }]) => [
      id,
      {
        agent: agent ?? peers[0]?.id ?? "",
        description: title ?? (problem === undefined ? id : `${id}, for: ${problem}`),
        instructions: JSON.stringify(rest),
        depends_on: after,
      },
    ]);
    return {
      subtasks: Object.fromEntries(subtasks),
      ...(order.policy === undefined ? {} : { policy: order.policy }),
    };
  }
}

function orderOf(instructions: string): Order {
  const line = instructions.split("\n").find((one) => one.startsWith("{"));
  return line === undefined ? { say: `did: ${instructions.trim()}` } : (JSON.parse(line) as Order);
}
