import { resolve } from "node:path";
import { createNodeHost } from "../host/create-node-host.ts";
import type { Host } from "../host/host.ts";
import type { HostOptions } from "../host/options.ts";
import type { ScriptRunner } from "../host/scripts.ts";
import { workspaceOf } from "../host/team-agents.ts";
import { nodeDisk } from "../store/node-disk.ts";
import { readSavedScript } from "../store/saved-scripts.ts";

/** A host that may start processes and runs workflow scripts. @throws as `createHost` does */
export function createTeamHost(options: HostOptions): Promise<Host> {
  return createNodeHost({ ...options, ports: { scripts: scriptsOf(options), ...options.ports } });
}

/** What runs scripts is loaded when there is one. */
function scriptsOf(options: HostOptions): ScriptRunner {
  const root = resolve(options.root);
  const loadWorkflow = async (agent: string, name: string) =>
    readSavedScript(nodeDisk(), workspaceOf(root, options, agent), name);
  return {
    run: async (run) => (await import("./script-runner.ts")).scriptRunner({ loadWorkflow }).run(run),
  };
}
