import { join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import type { Disk } from "./disk.ts";
import { diskError, errorCode, unlessMissing } from "./disk-error.ts";
import { reasonPath, workspacePaths } from "./layout.ts";

/**
 * Puts a dead letter back into the inbox, whether or not a host runs; durable when it resolves. Stopped in between, it stands in both
 * places, and is a repeat at worst.
 * @throws E_NOT_FOUND, E_ID_REUSED when the inbox has that name, E_DISK
 */
export async function requeueDead(disk: Disk, workspaceDirectory: string, name: string): Promise<void> {
  const paths = workspacePaths(workspaceDirectory);
  const from = join(paths.dead, name);
  try {
    disk.link(from, join(paths.inbox, name));
    await disk.sync([], [paths.inbox]);
    disk.unlink(from);
    unlessMissing(() => disk.unlink(reasonPath(from)));
    await disk.sync([], [paths.dead]);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT")
      throw new ClawflowError("E_NOT_FOUND", "there is no such dead letter", { at: from });
    if (code === "EEXIST")
      throw new ClawflowError("E_ID_REUSED", "the inbox has a message of this name", {
        at: join(paths.inbox, name),
      });
    throw diskError(error, `dead letter ${name} could not be put back`);
  }
}
