import { isAbsolute, join, resolve } from "node:path";
import { AGENT_ID, RESERVED_AGENTS } from "../protocol/ids.ts";
import { isPlainObject } from "../protocol/plain-value.ts";

/** What is read of OpenClaw's configuration. */
export interface OpenClawConfig {
  agents?: unknown;
}

/** An agent of OpenClaw that takes part in the team. */
export interface OpenClawAgent {
  id: string;
  /** What it is good at, in OpenClaw's words; "" where nothing is said. */
  description: string;
  /** Absolute. */
  workspace: string;
  /** Whom it may give work to: of those that take part, and of `elsewhere`. */
  peers: string[];
  /** `provider/model`; absent: OpenClaw's default. */
  model?: string;
}

/** Where OpenClaw's own rules put an agent's workspace. */
export type WorkspaceOf = (agent: string) => string;

export interface AgentsRead {
  agents: OpenClawAgent[];
  /** What a person should know: who is left out, and why. */
  problems: string[];
}

/**
 * The agents of OpenClaw's configuration, of both its forms (`agents.entries`, `agents.list`), in its order.
 *
 * @param taking ids, or `*`: who takes part.
 * @param elsewhere agents of other gateways. An id that stands here as well is this gateway's.
 */
export function readAgents(
  config: OpenClawConfig,
  {
    taking,
    workspaceOf,
    elsewhere = [],
  }: { taking: readonly string[]; workspaceOf: WorkspaceOf; elsewhere?: readonly string[] },
): AgentsRead {
  const problems: string[] = [];
  const roster = rosterOf(config);
  const places = new Map<string, string>();
  const takingPart = new Map<string, Record<string, unknown>>();
  for (const [id, entry] of roster) {
    if (!taking.includes("*") && !taking.includes(id)) continue;
    if (RESERVED_AGENTS.includes(id)) {
      problems.push(
        `the agent ${id} is left out: ${RESERVED_AGENTS.join(", ")} stand for others in messages`,
      );
      continue;
    }
    const workspace = workspaceOf(id);
    const other = places.get(workspace);
    if (other !== undefined) {
      problems.push(`the agent ${id} is left out: ${other} has the same workspace, ${workspace}`);
      continue;
    }
    places.set(workspace, id);
    takingPart.set(id, entry);
  }
  for (const id of taking) {
    if (id !== "*" && !roster.has(id)) problems.push(`there is no agent ${id} in OpenClaw's configuration`);
  }
  for (const id of elsewhere.filter((far) => takingPart.has(far)))
    problems.push(`the remote agent ${id} is left out: there is one of that name here`);
  const peers = [...takingPart.keys(), ...elsewhere.filter((id) => !takingPart.has(id))];
  const workspaces = [...places.keys()];
  const agents = [...takingPart].map(([id, entry], index) => ({
    id,
    description: descriptionOf(entry),
    workspace: workspaces[index] as string,
    peers: peersOf(id, entry, config, peers),
    ...modelOf(entry),
  }));
  return { agents, problems };
}

/** Where OpenClaw keeps things, for those who ask from outside its process. */
export interface OpenClawPlaces {
  /** `OPENCLAW_STATE_DIR`, or `<home>/.openclaw`; absolute. */
  stateDir: string;
  home: string;
  /** `OPENCLAW_WORKSPACE_DIR`. */
  workspace?: string | undefined;
  /** What relative paths are relative to. */
  cwd: string;
}

/** OpenClaw's rules for workspaces, where its own function cannot be asked. */
export function workspaceRules(config: OpenClawConfig, places: OpenClawPlaces): WorkspaceOf {
  const absolute = (path: string) => {
    if (path === "~" || path.startsWith("~/")) return join(places.home, path.slice(2));
    return isAbsolute(path) ? path : resolve(places.cwd, path);
  };
  const roster = rosterOf(config);
  const shared = textOf(defaultsOf(config).workspace);
  const first = legacyDefault(config, roster);
  return (id) => {
    const own = textOf(roster.get(id)?.workspace);
    if (own !== undefined) return absolute(own);
    if (id === first) return absolute(shared ?? places.workspace ?? join(places.stateDir, "workspace"));
    if (shared !== undefined) return join(absolute(shared), id);
    return join(places.stateDir, `workspace-${id}`);
  };
}

/** An id as OpenClaw writes it in session keys and folders. */
export function normalId(id: string): string {
  const lower = id.trim().toLowerCase();
  if (AGENT_ID.test(lower)) return lower;
  const made = lower
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
  return made === "" ? DEFAULT_AGENT : made;
}

/** What OpenClaw calls the agent where none is configured. */
const DEFAULT_AGENT = "main";

/** All configured agents by id; of two with the same id the first holds. */
function rosterOf(config: OpenClawConfig): Map<string, Record<string, unknown>> {
  const agents = isPlainObject(config.agents) ? config.agents : {};
  const given: [unknown, unknown][] = [];
  if (agents.entries !== undefined) {
    if (isPlainObject(agents.entries)) given.push(...Object.entries(agents.entries));
  } else if (Array.isArray(agents.list)) {
    given.push(...agents.list.map((entry): [unknown, unknown] => [entry?.id, entry]));
  } else if (agents.list === undefined) given.push([DEFAULT_AGENT, {}]);

  const roster = new Map<string, Record<string, unknown>>();
  for (const [id, entry] of given) {
    if (!isPlainObject(entry)) continue;
    const normal = normalId(typeof id === "string" ? id : "");
    if (!roster.has(normal)) roster.set(normal, entry);
  }
  return roster;
}

/** Whose workspace is the one without a name: the agent marked so in configurations of old, or the only one. */
function legacyDefault(
  config: OpenClawConfig,
  roster: ReadonlyMap<string, Record<string, unknown>>,
): string | undefined {
  const explicit = isPlainObject(config.agents) && config.agents.ownership === "explicit";
  const marked = explicit ? [] : [...roster].filter(([, entry]) => entry.default === true);
  if (marked.length === 1) return marked[0]?.[0];
  return roster.size === 1 ? [...roster.keys()][0] : undefined;
}

function peersOf(
  self: string,
  entry: Record<string, unknown>,
  config: OpenClawConfig,
  known: readonly string[],
): string[] {
  const allowed = allowAgents(entry) ?? allowAgents(defaultsOf(config)) ?? [];
  const wanted = allowed.map((id) => (id.trim() === "*" ? "*" : normalId(id)));
  return known.filter((id) => id !== self && (wanted.includes("*") || wanted.includes(id)));
}

/** Undefined where nothing is said: then an agent may start turns of itself alone. */
function allowAgents({ subagents }: Record<string, unknown>): string[] | undefined {
  const list = isPlainObject(subagents) ? subagents.allowAgents : undefined;
  return Array.isArray(list) ? list.filter((id) => typeof id === "string" && id.trim() !== "") : undefined;
}

function descriptionOf({ description, identity, name }: Record<string, unknown>): string {
  const { name: called, theme } = isPlainObject(identity) ? identity : {};
  const said = textOf(description) ?? textOf(theme);
  return said ?? textOf(name) ?? textOf(called) ?? "";
}

function modelOf({ model }: Record<string, unknown>): { model?: string } {
  const primary = textOf(isPlainObject(model) ? model.primary : model);
  return primary === undefined ? {} : { model: primary };
}

function defaultsOf({ agents }: OpenClawConfig): Record<string, unknown> {
  return isPlainObject(agents) && isPlainObject(agents.defaults) ? agents.defaults : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
