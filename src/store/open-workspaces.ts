import { dirname } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { syncTouched } from "./checkpoint.ts";
import { claimHost, currentHost } from "./claim.ts";
import { makeFolder, replaceFile, type StoreContext } from "./context.ts";
import type { Journal } from "./journal.ts";
import {
  type HostPaths,
  hostPaths,
  LAYOUT_VERSION,
  type WorkspacePaths,
  workspaceFolders,
} from "./layout.ts";
import { loadWorkspace } from "./load-workspace.ts";
import { layoutVersion, migrate } from "./migrations.ts";
import { checkNotMoved, formatOwner, hostOf, type Owner, ownerFor, readOwner, sameFolder } from "./owner.ts";
import { ownedBy, replayJournal } from "./replay.ts";
import { sweepTmp } from "./sweep.ts";
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
    checkLayout(context, at);
    const owner = readOwner(context.disk, at);
    if (owner === undefined) continue;
    checkNotMoved(context.disk, at, owner);
    const host = hostOf(owner, at);
    if (!sameFolder(context.disk, host, paths.directory)) foreign.add(host);
  }
  const journal = await replayJournal(context, paths);
  for (const host of foreign) await replayForeign(context, host);
  for (const workspace of workspaces) await migrate(workspace);
  for (const workspace of workspaces) await takeWorkspace(context, paths, workspace);
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

async function replayForeign(context: StoreContext, directory: string): Promise<void> {
  const { disk, process } = context;
  if (disk.stat(directory) === undefined) {
    if (disk.stat(dirname(directory)) !== undefined) return;
    throw ownedBy(
      directory,
      "a host whose folder cannot be reached",
      "Make its folder reachable, or start it there",
    );
  }
  const running = currentHost(disk, directory, process);
  if (running !== undefined && !running.brief) {
    const { pid } = running.record;
    throw ownedBy(directory, `process ${pid}`, `Stop it (kill ${pid}), or let it host this agent`);
  }
  const claim = await claimHost({ disk, directory, process, exclusive: context.exclusive, brief: true });
  try {
    (await replayJournal(context, hostPaths(directory))).close();
  } finally {
    claim.release();
  }
}

/**
 * Makes what is missing, and writes into `owner` that from here on this host's journal holds what changes. All of it is synced before the
 * first commit; where another host is named there, at once.
 */
async function takeWorkspace(context: StoreContext, paths: HostPaths, workspace: Workspace): Promise<void> {
  const { paths: at, files } = workspace;
  const before = readOwner(context.disk, at);
  sweepTmp(workspace);
  if (context.disk.stat(dirname(at.root)) === undefined) await makeFolder(context, dirname(at.root));
  for (const folder of workspaceFolders(at)) {
    if (context.disk.stat(folder) === undefined) files.folder(folder);
  }
  // Where there is no clock whoever made the workspace may have ended before it was durable.
  const isSure = context.disk.stat(at.clock) !== undefined;
  if (!isSure) touchFolders(context, at);
  const owner = ownerFor(context.disk, at, paths.directory, before);
  if (before === undefined) {
    files.put(at.version, `${LAYOUT_VERSION}\n`);
    files.put(at.owner, formatOwner(owner));
  } else if (!isSure || !sameOwner(before, owner)) {
    if (!isSure) await replaceFile(context, at.version, `${LAYOUT_VERSION}\n`);
    await replaceFile(context, at.owner, formatOwner(owner));
  }
  if (layoutVersion(context.disk, at) !== LAYOUT_VERSION || context.disk.stat(at.version) === undefined)
    files.put(at.version, `${LAYOUT_VERSION}\n`);
}

function touchFolders({ touched }: StoreContext, at: WorkspacePaths): void {
  for (const folder of [dirname(at.root), ...workspaceFolders(at)]) touched.folders.add(folder);
  touched.workspaces.add(at.root);
}

function sameOwner(a: Owner, b: Owner): boolean {
  return formatOwner(a) === formatOwner(b);
}
