import { basename, join, resolve } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import type { Disk } from "./disk.ts";
import { reasonPath, workspacePaths } from "./layout.ts";
import { formatOwner, ownerFor, readOwner } from "./owner.ts";

/**
 * Says what a workspace is that was refused with E_MOVED; no host may have it open. `moved`: the original is gone, and this is it.
 * `copied`: the original goes on, so what waits here to be sent is the original's to send: it is laid among the dead, and whoever opens
 * this workspace next makes it one of its own. Its open tasks go on from here.
 * @throws E_NOT_FOUND when it is no workspace that a host ever had
 */
export async function adoptWorkspace(disk: Disk, directory: string, as: "moved" | "copied"): Promise<void> {
  const paths = workspacePaths(directory);
  const owner = readOwner(disk, paths);
  if (owner === undefined) {
    throw new ClawflowError("E_NOT_FOUND", "no host ever had this workspace", { at: paths.root });
  }
  if (as === "moved") {
    const near = resolve(paths.root, owner.host);
    const host = disk.stat(near) === undefined ? resolve(owner.directory, owner.host) : near;
    await disk.replace(paths.owner, formatOwner(ownerFor(disk, paths, host, owner)));
    return;
  }
  for (const name of disk.list(paths.pending)) {
    const kept = join(paths.dead, basename(name));
    disk.rename(join(paths.pending, name), kept);
    if (disk.stat(reasonPath(kept)) === undefined) {
      disk.create(
        reasonPath(kept),
        `E_MOVED: the workspace that this is a copy of sends it (${owner.directory})\n`,
      );
    }
  }
  disk.unlink(paths.owner);
  await disk.sync([], [paths.pending, paths.dead, paths.own]);
}
