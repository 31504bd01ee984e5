import type { Place } from "../cli/place.ts";
import { readAgents } from "../host/openclaw-agents.ts";
import { nodeDisk } from "../store/node-disk.ts";
import { readPluginConfig } from "./plugin-config.ts";
import { configOf, rootOf } from "./team-service.ts";
import type { OpenClawConfig, PluginRuntime } from "./types.ts";

/** Where the agents of this OpenClaw are, in its gateway and outside, as its configuration says now. @throws E_CONFIG */
export function commandPlace(runtime: PluginRuntime, config: OpenClawConfig): Place {
  const { agents: taking, remote } = readPluginConfig(configOf(config));
  const { agents } = readAgents(config, {
    taking,
    workspaceOf: (id) => runtime.agent.resolveAgentWorkspaceDir(config as never, id),
  });
  return {
    disk: nodeDisk(),
    root: rootOf(runtime.state.resolveStateDir()),
    agents: new Map(agents.map(({ id, workspace }) => [id, workspace])),
    members: new Set([...agents.map(({ id }) => id), ...Object.keys(remote)]),
  };
}
