import { ClawflowError } from "../protocol/errors.ts";
import { adoptWorkspace } from "../store/adopt-workspace.ts";
import { nodeProcess } from "../store/process-identity.ts";
import { isMoved } from "../view/doctor/moved.ts";
import { hostOfAgent } from "../view/hosts.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { adoptedShape } from "./json-shapes.ts";
import { type Place, workspaceOf } from "./place.ts";
import { printJson } from "./print-json.ts";
import { plainLine } from "./render/plain.ts";

/**
 * Says what workspaces are that hosts refuse as moved or copied (E_MOVED): that of the agent, or all of them.
 * @throws E_NOT_FOUND when there is none
 */
export async function adoptRefused(
  io: Io,
  place: Place,
  agent: string | undefined,
  as: "moved" | "copied",
  json: boolean,
): Promise<ExitCode> {
  const adopted = refused(place, agent);
  for (const { agent, workspace } of adopted) checkNotHosted(place, agent, workspace);
  for (const { workspace } of adopted) await adoptWorkspace(place.disk, workspace, as);
  const [first, ...others] = adopted;
  if (first === undefined) {
    throw new ClawflowError("E_NOT_FOUND", "no workspace is refused as moved or copied", { at: place.root });
  }
  if (json) printJson(io, adoptedShape, { ...first, as, ...(others.length === 0 ? {} : { others }) });
  else
    for (const { agent } of adopted)
      io.err(`${plainLine(agent)}: taken as ${as}; its host can open it now.\n`);
  return EXIT.done;
}

/** A host has it open only if it did not take it for a copy. */
function checkNotHosted({ disk }: Place, agent: string, workspace: string): void {
  const host = isMoved(disk, workspace) ? undefined : hostOfAgent(disk, workspace, nodeProcess(disk));
  if (host === undefined) return;
  throw new ClawflowError("E_LOCKED", `${agent} is hosted: it is neither moved nor copied`, {
    at: workspace,
    found: `process ${host.pid}`,
  });
}

/** An agent that is named is taken at the person's word. */
function refused(place: Place, agent: string | undefined): { agent: string; workspace: string }[] {
  if (agent !== undefined) return [{ agent, workspace: workspaceOf(place, agent) }];
  return [...place.agents]
    .filter(([, workspace]) => isMoved(place.disk, workspace))
    .map(([id, workspace]) => ({ agent: id, workspace }));
}
