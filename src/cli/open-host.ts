import { createNodeHost } from "../host/create-node-host.ts";
import type { Host } from "../host/host.ts";
import { loadTeam } from "../host/load-team.ts";
import type { ScriptRunner } from "../host/scripts.ts";
import { ClawflowError, internal } from "../protocol/errors.ts";
import { readSavedScript } from "../store/saved-scripts.ts";
import { type Place, workspaceOf } from "./place.ts";

/**
 * A host for the team's agents, not yet started. What their brains are started with says where they belong, so that
 * `clawflow done` and the like find it from any folder.
 *
 * @throws E_LOCKED, E_OWNED and what else `createHost` does
 */
export async function openHost(
  place: Place,
  { only, takeOver = false }: { only?: readonly string[] | undefined; takeOver?: boolean } = {},
): Promise<Host> {
  const { root, teamFile } = place;
  if (teamFile === undefined) throw internal("a host without a team file");
  process.env.CLAWFLOW_ROOT = root;
  process.env.CLAWFLOW_TEAM = teamFile;
  return await createNodeHost({
    ...loadTeam(teamFile),
    root,
    takeOver,
    ports: { scripts: scripts(place) },
    ...(only === undefined ? {} : { only }),
  });
}

/** What runs scripts is loaded when there is one. */
function scripts(place: Place): ScriptRunner {
  const loadWorkflow = async (agent: string, name: string) =>
    readSavedScript(place.disk, workspaceOf(place, agent), name);
  return {
    run: async (run) =>
      (await import("../workflow/script-runner.ts")).scriptRunner({ loadWorkflow }).run(run),
  };
}

/** Whether somebody else hosts these agents. */
export function isHeld(error: unknown): error is ClawflowError {
  return error instanceof ClawflowError && (error.code === "E_LOCKED" || error.code === "E_OWNED");
}
