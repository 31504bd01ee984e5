import { dirname } from "node:path";
import { claimHost, currentHost } from "./claim.ts";
import type { StoreContext } from "./context.ts";
import { type HostPaths, hostPaths, type WorkspacePaths } from "./layout.ts";
import { checkNotMoved, hostOf, readOwner, sameFolder } from "./owner.ts";
import { ownedBy, replayJournal } from "./replay.ts";

/** The folder of the host that had a workspace last, where it is another one. @throws E_MOVED */
export function foreignHost(
  { disk }: StoreContext,
  paths: HostPaths,
  at: WorkspacePaths,
): string | undefined {
  const owner = readOwner(disk, at);
  if (owner === undefined) return undefined;
  checkNotMoved(disk, at, owner);
  const host = hostOf(owner, at);
  return sameFolder(disk, host, paths.directory) ? undefined : host;
}

/** Brings what the journal of a host that is gone holds into the files. @throws E_OWNED where that host runs, E_LOCKED */
export async function replayForeign(context: StoreContext, directory: string): Promise<void> {
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
