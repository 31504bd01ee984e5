import { resolve } from "node:path";
import type { HostOptions } from "../host/options.ts";
import type { ScriptRunner } from "../host/scripts.ts";
import { workspaceOf } from "../host/team-agents.ts";
import { nodeDisk } from "../store/node-disk.ts";
import { readSavedScript } from "../store/saved-scripts.ts";

/** Runs the scripts of a team, with those that are saved in its workspaces. What it takes to do so is loaded when there is one. */
export function teamScripts(options: Pick<HostOptions, "root" | "agents">): ScriptRunner {
  const root = resolve(options.root);
  const loadWorkflow = async (agent: string, name: string) =>
    readSavedScript(nodeDisk(), workspaceOf(root, options, agent), name);
  return {
    run: async (run) => (await import("./script-runner.ts")).scriptRunner({ loadWorkflow }).run(run),
  };
}
