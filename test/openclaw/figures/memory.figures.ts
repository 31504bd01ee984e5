import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHost } from "../../../src/host/create-host.ts";
import { submitTask } from "../../../src/host/submit.ts";
import { ensureBuilt } from "../../cli/cli.ts";
import { until } from "../../host/until.ts";
import { quickOrFull } from "../../suite-size.ts";
import type { Gateway } from "../rig/gateway.ts";
import { ScriptedModel } from "../rig/scripted-model.ts";
import { probedGateway } from "./probed-gateway.ts";
import { medianOf, tellFigures } from "./tell-figures.ts";

const FINISHED = 1_000;
const OPEN = 50;
/** Each is a start of the gateway. */
const ROUNDS = quickOrFull(1, 5);
const READINGS = 5;
/** Milliseconds after its start in which the gateway does what is done once. */
const SETTLES = quickOrFull(8_000, 20_000);
const LONG = 240_000;

const AGENTS = { lead: { allowAgents: ["worker"] }, worker: { description: "Looks at rooms" } };
const CASES = ["without the plugin", "with it, no tasks", `with it, ${FINISHED} finished and ${OPEN} open`];

/** Bytes. */
interface Memory {
  heapUsed: number;
  external: number;
  rss: number;
}

let model: ScriptedModel;
const gateways: Gateway[] = [];

beforeAll(async () => {
  await ensureBuilt();
  model = await ScriptedModel.start();
  for (const index of CASES.keys())
    gateways.push(await probedGateway({ model, agents: AGENTS, ...(index === 0 ? { plugin: false } : {}) }));
  await fill(gateways.at(-1) as Gateway);
});

afterAll(async () => {
  for (const gateway of gateways) await gateway.remove();
  await model?.close();
});

test("memory of a gateway with and without the plugin", async () => {
  const seen = CASES.map((): Memory[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, gateway] of gateways.entries()) seen[index]?.push(await memoryOf(gateway, index > 0));
  const median = (all: readonly Memory[], key: keyof Memory) =>
    medianOf(all.map((one) => one[key])) / 2 ** 20;
  const without = seen[0] ?? [];
  const rows = CASES.map((what, index) => {
    const all = seen[index] ?? [];
    const heap = median(all, "heapUsed");
    const added = median(all, "heapUsed") - median(without, "heapUsed");
    const spread = all.map(({ heapUsed }) => heapUsed / 2 ** 20);
    return [
      what,
      heap.toFixed(1),
      `${Math.min(...spread).toFixed(1)}–${Math.max(...spread).toFixed(1)}`,
      index === 0 ? "" : added.toFixed(1),
      median(all, "external").toFixed(1),
      median(all, "rss").toFixed(0),
    ];
  });
  const added = median(seen.at(-1) ?? [], "heapUsed") - median(without, "heapUsed");
  await tellFigures({
    title: "In OpenClaw: memory of the plugin",
    head: ["gateway", "heap in use, MiB", "from–to", "added", "outside the heap, MiB", "resident, MiB"],
    rows,
    notes: `After a collection of garbage, ${SETTLES / 1000} s after the start; the median of ${READINGS} readings, and of starts: ${ROUNDS}. The tasks are there before the gateway starts; those that are open wait for a person. Added: ${added.toFixed(1)} MiB (bound: 30 MB).`,
  });
  expect(added * 2 ** 20).toBeLessThan(30_000_000);
});

async function memoryOf(gateway: Gateway, hasPlugin: boolean): Promise<Memory> {
  const before = starts(gateway);
  await gateway.start();
  if (hasPlugin) await until(() => starts(gateway) > before, "the start of the plugin's service", LONG);
  await delay(SETTLES);
  const all: Memory[] = [];
  for (let left = READINGS; left > 0; left--) all.push(await gateway.call<Memory>("probe.memory"));
  await gateway.stop();
  const median = (key: keyof Memory) => medianOf(all.map((one) => one[key]));
  return { heapUsed: median("heapUsed"), external: median("external"), rss: median("rss") };
}

function starts(gateway: Gateway): number {
  return gateway.log.split("Clawflow runs ").length;
}

/** Tasks as a person gives them, brought to where they stay by a host that is stopped then. */
async function fill(gateway: Gateway): Promise<void> {
  const brain = ({ task }: { task: { title: string } }) =>
    task.title.startsWith("Ask")
      ? { ask: "Which of the two shall it be?" }
      : "What is seen there. ".repeat(100);
  const agent = (id: string) => ({ brain, concurrency: 8, workspace: gateway.workspace(id) });
  const host = await createHost({
    root: join(gateway.stateDir, "clawflow"),
    agents: { lead: { ...agent("lead"), peers: ["worker"] }, worker: agent("worker") },
    durability: "os",
    limits: { brains: 16 },
  });
  let left = FINISHED + OPEN;
  host.on(({ type }) => {
    if (type === "task:finished" || type === "task:waiting") left--;
  });
  await host.start();
  for (let index = 0; index < FINISHED + OPEN; index++) {
    const title = index < OPEN ? `Ask about room ${index}` : `Look at room ${index}`;
    const instructions = `${title} and say what you see. `.repeat(15);
    await submitTask(host, index % 2 === 0 ? "lead" : "worker", { title, instructions });
  }
  await until(() => left === 0, "the end of all tasks", LONG);
  await host.stop();
}
