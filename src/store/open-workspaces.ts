import { ClawflowError } from "../protocol/errors.ts";
import { checkFolders } from "./check-folders.ts";
import { syncTouched } from "./checkpoint.ts";
import type { StoreContext } from "./context.ts";
import type { Journal } from "./journal.ts";
import { type HostPaths, LAYOUT_VERSION, type WorkspacePaths } from "./layout.ts";
import { loadWorkspace } from "./load-workspace.ts";
import { layoutVersion } from "./migrations.ts";
import { replayJournal } from "./replay.ts";
import { foreignHost, replayForeign } from "./replay-foreign.ts";
import { takeWorkspace } from "./take-workspace.ts";
import { Touched } from "./touched.ts";
import { Workspace } from "./workspace.ts";

export interface WorkspaceRequest {
  agent: string;
  directory: string;
}

/**
 * Checks whose each workspace is, replays the own journal once, then those of hosts that are gone, and only then takes the workspaces over:
 * so no record ever lands in a workspace that has gone on under another journal.
 */
export async function openWorkspaces(
  context: StoreContext,
  paths: HostPaths,
  requests: readonly WorkspaceRequest[],
): Promise<{ workspaces: Workspace[]; journal: Journal }> {
  const workspaces = requests.map(({ agent, directory }) => new Workspace(context, agent, directory));
  const foreign = new Set<string>();
  for (const { paths: at } of workspaces) {
    checkFolders(context.disk, at);
    checkLayout(context, at);
    const host = foreignHost(context, paths, at);
    if (host !== undefined) foreign.add(host);
  }
  const journal = await replayJournal(context, paths);
  for (const host of foreign) await replayForeign(context, host);
  for (const workspace of inOneOrder(workspaces)) await takeWorkspace(context, paths, workspace);
  await syncTouched(context, context.touched);
  context.touched = new Touched();
  for (const { paths: at, files } of workspaces) {
    if (context.disk.stat(at.clock) === undefined) files.put(at.clock, "0\n");
  }
  for (const workspace of workspaces) loadWorkspace(workspace);
  return { workspaces, journal };
}

function checkLayout({ disk }: StoreContext, at: WorkspacePaths): void {
  const found = layoutVersion(disk, at);
  if (Number.isNaN(found) || found <= LAYOUT_VERSION) return;
  throw new ClawflowError("E_LAYOUT", "a newer version of Clawflow made this workspace", {
    at: at.version,
    expected: `at most ${LAYOUT_VERSION}`,
    found: String(found),
    hint: "Update Clawflow",
  });
}

/** The same for all hosts, so that of two that want some of the same workspaces one gets them all. */
function inOneOrder(workspaces: readonly Workspace[]): Workspace[] {
  return [...workspaces].sort((a, b) => (a.directory < b.directory ? -1 : 1));
}
