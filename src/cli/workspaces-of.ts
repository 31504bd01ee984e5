import { dirname, join, resolve } from "node:path";
import type { TeamHead } from "../protocol/team-head.ts";
import type { Disk } from "../store/disk.ts";
import { agentsOfRoot } from "../view/root-agents.ts";

/** Workspaces by agent id, absolute: those of the team file in its order, then those that stand in the root. */
export function workspacesOf(
  disk: Disk,
  root: string,
  teamFile: string | undefined,
  team: TeamHead | undefined,
): Map<string, string> {
  const agents = new Map<string, string>();
  for (const [id, { workspace }] of Object.entries(team?.agents ?? {})) {
    const given = workspace === undefined ? join(root, id) : resolve(dirname(teamFile ?? ""), workspace);
    agents.set(id, given);
  }
  for (const [id, directory] of agentsOfRoot(disk, root)) if (!agents.has(id)) agents.set(id, directory);
  return agents;
}
