import { hostDirectory } from "../host/create-host.ts";
import { workspacePaths } from "../store/layout.ts";
import { openStore } from "../store/open-store.ts";
import { nodeProcess } from "../store/process-identity.ts";
import type { Store } from "../store/store.ts";
import type { Workspace } from "../store/workspace.ts";
import type { Place } from "./place.ts";

/**
 * Opens the workspaces of these agents as a host would, but runs no agent; closes them when `action` has ended. Those that do not exist yet are passed over.
 * @throws E_LOCKED and E_OWNED while a host runs, E_MOVED, E_LAYOUT, E_JOURNAL
 */
export async function withWorkspaces(
  { disk, root, agents, team }: Place,
  ids: Iterable<string>,
  action: (store: Store, workspaces: readonly Workspace[]) => Promise<void>,
): Promise<void> {
  const store = await openStore({
    disk,
    directory: hostDirectory(root, {}),
    process: nodeProcess(disk),
    durability: team?.durability ?? "full",
    monotonic: () => performance.now(),
    wall: () => Date.now(),
  });
  try {
    const requests = [...ids].flatMap((agent) => {
      const directory = agents.get(agent);
      const isThere = directory !== undefined && disk.stat(workspacePaths(directory).mailbox) !== undefined;
      return isThere ? [{ agent, directory }] : [];
    });
    await action(store, await store.openWorkspaces(requests));
  } finally {
    await store.close();
  }
}
