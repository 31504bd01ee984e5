import { join, resolve } from "node:path";
import { functionBrain } from "../brain/function-brain.ts";
import type { Brain } from "../brain/types.ts";
import type { Peer, Self } from "../loop/types.ts";
import { ownValue } from "../protocol/equal-values.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { checkAgentId } from "../protocol/ids.ts";
import type { Limits } from "../protocol/team.ts";
import type { Workspace } from "../store/workspace.ts";
import { type Agent, newAgent } from "./agent.ts";
import type { HostOptions, TeamAgent } from "./options.ts";

/** The agents that this host is to run. @throws E_ID, E_CONFIG, E_UNKNOWN_AGENT */
export function hostedAgents({ agents, elsewhere = {}, only }: HostOptions): string[] {
  for (const id of Object.keys(agents)) checkAgentId(id, `agents.${id}`);
  for (const id of Object.keys(elsewhere)) {
    checkAgentId(id, `elsewhere.${id}`);
    if (Object.hasOwn(agents, id))
      throw new ClawflowError("E_CONFIG", `${id} is an agent of this host`, { at: `elsewhere.${id}` });
  }
  const unknown = only?.find((id) => !Object.hasOwn(agents, id));
  if (unknown !== undefined) {
    throw new ClawflowError("E_UNKNOWN_AGENT", `there is no agent ${unknown}`, {
      expected: Object.keys(agents).join(", "),
    });
  }
  return only === undefined ? Object.keys(agents) : [...only];
}

/** Where an agent's files stand, absolute. */
export function workspaceOf(root: string, { agents }: Pick<HostOptions, "agents">, id: string): string {
  const given = agents[id]?.workspace;
  return given === undefined ? join(root, id) : resolve(given);
}

/** The workspaces of those that other hosts run. */
export function othersOf(root: string, options: HostOptions, hosted: readonly string[]): Map<string, string> {
  const others = Object.keys(options.agents).filter((id) => !hosted.includes(id));
  return new Map(others.map((id) => [id, workspaceOf(root, options, id)]));
}

/** An agent of the team, its workspace open. */
export function agentOf(options: HostOptions, limits: Limits, workspace: Workspace): Agent {
  const config = options.agents[workspace.agent] as TeamAgent;
  const brain: Brain = typeof config.brain === "function" ? functionBrain(config.brain) : config.brain;
  const self: Self = {
    id: workspace.agent,
    peers: peersOf(options, workspace.agent, config),
    limits,
    policy: {
      on_failure: options.policy?.on_failure ?? "fail-fast",
      max_attempts: options.policy?.max_attempts ?? 1,
      ...(options.policy?.approval === undefined ? {} : { approval: options.policy.approval }),
    },
    ...(brain.kind === "person" ? { person: brain.person ?? "human" } : {}),
  };
  return newAgent({ self, brain, concurrency: config.concurrency ?? 1, workspace });
}

function peersOf(
  { agents, elsewhere = {}, only }: HostOptions,
  self: string,
  { peers = [] }: TeamAgent,
): Peer[] {
  const ids = peers.includes("*") ? Object.keys({ ...agents, ...elsewhere }) : peers;
  return ids
    .filter((id) => id !== self)
    .map((id) => {
      const far = ownValue(elsewhere, id);
      if (far !== undefined) return { id, description: far.description ?? "", protocol: 2, remote: true };
      const peer = ownValue(agents, id);
      if (peer === undefined)
        throw new ClawflowError("E_CONFIG", `there is no agent ${id}`, { at: `agents.${self}.peers` });
      const known: Peer = { id, description: peer.description ?? "", protocol: peer.protocol ?? 2 };
      return only === undefined || only.includes(id) ? known : { ...known, remote: true };
    });
}
