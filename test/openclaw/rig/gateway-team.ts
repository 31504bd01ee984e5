import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Brain } from "../../../src/brain/types.ts";
import { createHost } from "../../../src/host/create-host.ts";
import type { Host } from "../../../src/host/host.ts";
import { until } from "../../host/until.ts";
import type { Gateway } from "./gateway.ts";
import type { RigAgent } from "./openclaw-config.ts";

const LONG = 240_000;

/** Changes `agents` of the configuration, which a running gateway takes up by itself. */
export function setAgents(
  gateway: Gateway,
  agents: Record<string, RigAgent>,
  form: "entries" | "list" = "entries",
): void {
  const config = gateway.config();
  const { entries: _, list: __, ...others } = config.agents as Record<string, unknown>;
  const entries = gateway.entriesOf(agents);
  const list = Object.entries(entries).map(([id, entry]) => ({ id, ...entry }));
  gateway.writeConfig({ ...config, agents: { ...others, ...(form === "list" ? { list } : { entries }) } });
}

/** Whom the plugin's service has said that it runs, each time that it began. */
export function runsSaid(gateway: Gateway): string[] {
  return [...gateway.log.matchAll(/Clawflow runs (.*)$/gm)].map(([, agents = ""]) => agents.trim());
}

/** Waits until the plugin's service runs these, and no others. */
export async function runs(gateway: Gateway, agents: string): Promise<void> {
  await until(() => runsSaid(gateway).at(-1) === agents, `that it runs ${agents}`, LONG);
}

/** Waits until the plugin's service has said that it waits for this process. */
export async function waitsFor(gateway: Gateway, pid: number | undefined): Promise<void> {
  const said = new RegExp(`Clawflow does not run: E_(OWNED|LOCKED)[^\\n]* process ${pid}\\b`);
  await until(() => said.test(gateway.log), `that it waits for ${pid}`, LONG);
}

/** How often the place of the gateway's host was taken or given back. */
export function termOf({ stateDir }: Gateway): number {
  const names = readdirSync(join(stateDir, "clawflow", ".clawflow"));
  const terms = names.map((name) => /^host\.term-(\d+)$/.exec(name)?.[1]);
  return Math.max(...terms.filter((term) => term !== undefined).map(Number));
}

/** A brain that is asked and never answers. */
const SILENT: Brain = {
  kind: "function",
  ask: (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
};

/** A host of this process for the gateway's agents, at the same place. Its brains never answer. */
export async function anotherHost(gateway: Gateway): Promise<Host> {
  const agents = [...gateway.workspaces()].map(([id, workspace]) => [id, { workspace, brain: SILENT }]);
  return await createHost({ root: join(gateway.stateDir, "clawflow"), agents: Object.fromEntries(agents) });
}
