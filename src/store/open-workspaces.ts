import { dirname } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { claimHost, currentHost } from "./claim.ts";
import { makeFolder, replaceFile, type StoreContext, syncPaths } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import type { Journal } from "./journal.ts";
import { type HostPaths, hostPaths, LAYOUT_VERSION, workspaceFolders } from "./layout.ts";
import { loadWorkspace } from "./load-workspace.ts";
import { checkNotMoved, formatOwner, hostOf, type Owner, ownerFor, readOwner, sameFolder } from "./owner.ts";
import { ownedBy, replayJournal } from "./replay.ts";
import { Workspace } from "./workspace.ts";

export interface WorkspaceRequest {
  agent: string;
  directory: string;
}

/** Durable small files written at a time, when many workspaces are made. */
const PARALLEL = 8;

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
    checkLayout(context, at.version);
    const owner = readOwner(context.disk, at);
    if (owner === undefined) continue;
    checkNotMoved(context.disk, at, owner);
    const host = hostOf(owner, at);
    if (!sameFolder(context.disk, host, paths.directory)) foreign.add(host);
  }
  const journal = await replayJournal(context, paths);
  for (const host of foreign) await replayForeign(context, host);
  await inParallel(workspaces, (workspace) => takeWorkspace(context, paths, workspace));
  for (const workspace of workspaces) loadWorkspace(workspace);
  return { workspaces, journal };
}

function checkLayout({ disk }: StoreContext, path: string): void {
  const bytes = unlessMissing(() => disk.read(path));
  if (bytes === undefined) return;
  const found = Buffer.from(bytes).toString("utf8").trim();
  if (!/^\d+$/.test(found) || Number(found) <= LAYOUT_VERSION) return;
  throw new ClawflowError("E_LAYOUT", "a newer version of Clawflow made this workspace", {
    at: path,
    expected: `at most ${LAYOUT_VERSION}`,
    found,
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
  if (running !== undefined) {
    const { pid } = running.record;
    throw ownedBy(directory, `process ${pid}`, `Stop it (kill ${pid}), or let it host this agent`);
  }
  const claim = await claimHost({ disk, directory, process, exclusive: context.exclusive });
  try {
    (await replayJournal(context, hostPaths(directory))).close();
  } finally {
    claim.release();
  }
}

/** Makes what is missing, and writes into `owner` that from here on this host's journal holds what changes. */
async function takeWorkspace(
  context: StoreContext,
  paths: HostPaths,
  { paths: at }: Workspace,
): Promise<void> {
  const before = readOwner(context.disk, at);
  await makeFolder(context, at.root);
  const folders = workspaceFolders(at);
  for (const folder of folders) context.disk.mkdir(folder);
  const owner = ownerFor(context.disk, at, paths.directory, before);
  if (before !== undefined && sameOwner(before, owner)) return;
  await syncPaths(context, [], folders);
  await replaceFile(context, at.version, `${LAYOUT_VERSION}\n`);
  await replaceFile(context, at.owner, formatOwner(owner));
}

function sameOwner(a: Owner, b: Owner): boolean {
  return formatOwner(a) === formatOwner(b);
}

async function inParallel<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await action(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
}
