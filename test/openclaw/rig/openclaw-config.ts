import { join } from "node:path";
import { quickOrFull } from "../../suite-size.ts";

/** An agent of the rig, in the words of OpenClaw's configuration. */
export interface RigAgent {
  description?: string;
  allowAgents?: string[];
  /** More of its entry, such as `tools`. */
  entry?: Record<string, unknown>;
}

export interface RigConfig {
  home: string;
  port: number;
  token: string;
  /** Of the scripted model. */
  baseUrl: string;
  agents: Record<string, RigAgent>;
  /** Laid over everything, key by key. */
  more?: Record<string, unknown>;
}

/** The folder of an agent's files. */
export function workspaceIn(home: string, agent: string): string {
  return join(home, "agents", agent);
}

/** In the quick form OpenClaw does not tidy up its sessions after each turn, which costs it a second or two and changes nothing for us. */
const TIDYING = quickOrFull({ session: { maintenance: { mode: "warn" } } }, {});

/** A quiet gateway for tests: one scripted model for each agent, named for it, and nothing that looks out into the world. */
export function openClawConfig(rig: RigConfig): Record<string, unknown> {
  const ids = Object.keys(rig.agents);
  return merged(
    {
      gateway: {
        mode: "local",
        port: rig.port,
        bind: "loopback",
        auth: { mode: "token", token: rig.token },
        controlUi: { enabled: false },
        terminal: { enabled: false },
        tailscale: { mode: "off" },
      },
      ...TIDYING,
      discovery: { mdns: { mode: "off" } },
      update: { checkOnStart: false, auto: { enabled: false } },
      telemetry: { enabled: false },
      models: {
        mode: "replace",
        catalogRefresh: { enabled: false },
        providers: {
          mock: {
            baseUrl: rig.baseUrl,
            apiKey: "sk-mock",
            api: "openai-completions",
            models: ids.map((id) => ({
              id,
              name: id,
              reasoning: false,
              input: ["text"],
              cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
              contextWindow: 128_000,
              maxTokens: 8192,
            })),
          },
        },
      },
      agents: {
        ownership: "explicit",
        defaults: {
          skipBootstrap: true,
          heartbeat: { every: "0m" },
          systemAgent: { agentId: ids[0] },
          timeoutSeconds: 120,
        },
        entries: Object.fromEntries(ids.map((id) => [id, agentEntry(rig, id)])),
      },
      tools: { profile: "coding", swarm: false, codeMode: false },
      browser: { enabled: false },
      acp: { enabled: false },
      cron: { enabled: false },
      skills: { workshop: { autonomous: { mode: "off" } } },
      plugins: {
        enabled: true,
        // Those that come with OpenClaw are many, and take long to load.
        allow: ["clawflow"],
        slots: { memory: "none" },
        entries: {
          bonjour: { enabled: false },
        },
      },
    },
    rig.more ?? {},
  );
}

/** How the configuration names an agent. */
export function agentEntry({ home, agents }: RigConfig, id: string): Record<string, unknown> {
  const { description, allowAgents, entry } = agents[id] ?? {};
  return {
    workspace: workspaceIn(home, id),
    model: `mock/${id}`,
    ...(description === undefined ? {} : { description }),
    ...(allowAgents === undefined ? {} : { subagents: { allowAgents } }),
    ...entry,
  };
}

function merged(base: Record<string, unknown>, more: Record<string, unknown>): Record<string, unknown> {
  const all: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(more)) {
    const below = all[key];
    all[key] = isMap(below) && isMap(value) ? merged(below, value) : value;
  }
  return all;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
