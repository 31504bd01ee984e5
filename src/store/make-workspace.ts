import { makeFolder, orWithout } from "./context.ts";
import type { Disk } from "./disk.ts";
import { workspaceFolders, workspacePaths } from "./layout.ts";

/**
 * Makes the folders of a workspace where they are missing, so that a message can be put into it before any host has opened it. Durable
 * when it resolves; who owns it is settled by the first host.
 */
export async function makeWorkspace(disk: Disk, directory: string): Promise<void> {
  const paths = workspacePaths(directory);
  // An owner is no sign: its host may stand still, or have ended, before the folders were synced (take-workspace.ts).
  if (disk.stat(paths.clock) !== undefined) return;
  const folders = workspaceFolders(paths);
  await makeFolder({ disk, durability: "full", syncs: 0 }, paths.root);
  const missing = folders.filter((folder) => disk.stat(folder) === undefined);
  for (const folder of missing) disk.mkdir(folder);
  await orWithout(disk, missing, disk.sync([], folders));
}
