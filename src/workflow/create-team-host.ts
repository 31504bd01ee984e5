import { createNodeHost } from "../host/create-node-host.ts";
import type { Host } from "../host/host.ts";
import type { HostOptions } from "../host/options.ts";
import { teamScripts } from "./team-scripts.ts";

/** A host that may start processes and runs workflow scripts. @throws as `createHost` does */
export function createTeamHost(options: HostOptions): Promise<Host> {
  return createNodeHost({ ...options, ports: { scripts: teamScripts(options), ...options.ports } });
}
