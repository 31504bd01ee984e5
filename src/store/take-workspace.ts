import { dirname } from "node:path";
import { makeFolder, replaceFile, type StoreContext, syncPaths } from "./context.ts";
import type { FileStat } from "./disk.ts";
import { sameFile } from "./inbox.ts";
import { type HostPaths, LAYOUT_VERSION, type WorkspacePaths, workspaceFolders } from "./layout.ts";
import { layoutVersion, migrate } from "./migrations.ts";
import { formatOwner, type Owner, ownerFor, readOwner } from "./owner.ts";
import { ownedBy } from "./replay.ts";
import { foreignHost, replayForeign } from "./replay-foreign.ts";
import { sweepTmp } from "./sweep.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Makes a workspace this host's. One host at a time, and each looks once more whose it is: whoever had its turn before may run by now.
 * @throws E_OWNED, E_LOCKED
 */
export async function takeWorkspace(
  context: StoreContext,
  paths: HostPaths,
  workspace: Workspace,
): Promise<void> {
  const { paths: at, files } = workspace;
  if (context.disk.stat(dirname(at.root)) === undefined) await makeFolder(context, dirname(at.root));
  files.folder(at.own);
  await context.exclusive(`${at.owner}.claim`, async () => {
    const found = context.disk.stat(at.owner);
    const host = foreignHost(context, paths, at);
    if (host !== undefined) await replayForeign(context, host);
    await migrate(workspace);
    await makeOwn(context, paths, workspace, found);
  });
}

/**
 * Makes what is missing, and writes into `owner` that from here on this host's journal holds what changes. All of it is synced before the
 * first commit; where another host is named there, at once.
 */
async function makeOwn(
  context: StoreContext,
  paths: HostPaths,
  workspace: Workspace,
  found: FileStat | undefined,
): Promise<void> {
  const { paths: at, files } = workspace;
  const before = readOwner(context.disk, at);
  sweepTmp(workspace);
  for (const folder of workspaceFolders(at)) {
    if (context.disk.stat(folder) === undefined) files.folder(folder);
  }
  // Where there is no clock whoever made the workspace may have ended before it was durable.
  const isSure = context.disk.stat(at.clock) !== undefined;
  if (!isSure) touchFolders(context, at);
  const owner = ownerFor(context.disk, at, paths.directory, before);
  if (before === undefined) {
    files.put(at.version, `${LAYOUT_VERSION}\n`);
    await writeOwner(context, workspace, owner, found);
  } else if (!isSure || !sameOwner(before, owner)) {
    if (!isSure) await replaceFile(context, at.version, `${LAYOUT_VERSION}\n`);
    await writeOwner(context, workspace, owner, found);
  }
  if (layoutVersion(context.disk, at) !== LAYOUT_VERSION || context.disk.stat(at.version) === undefined)
    files.put(at.version, `${LAYOUT_VERSION}\n`);
}

/** The lock may have passed to another host while this process stood still (with-lock.ts): then its owner stands there now. */
async function writeOwner(
  context: StoreContext,
  { paths: at, files }: Workspace,
  owner: Owner,
  found: FileStat | undefined,
): Promise<void> {
  const staged = files.stage(formatOwner(owner));
  await syncPaths(context, [staged], []);
  const now = context.disk.stat(at.owner);
  if (now !== undefined && !sameFile(now, found)) {
    throw ownedBy(at.root, "a host that came first", "Let it host this agent, or stop it");
  }
  files.publish(staged, at.owner);
  await syncPaths(context, [], [at.own]);
}

function touchFolders({ touched }: StoreContext, at: WorkspacePaths): void {
  for (const folder of [dirname(at.root), ...workspaceFolders(at)]) touched.folders.add(folder);
  touched.workspaces.add(at.root);
}

function sameOwner(a: Owner, b: Owner): boolean {
  return formatOwner(a) === formatOwner(b);
}
