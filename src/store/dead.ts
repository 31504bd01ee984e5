import { join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import type { Disk } from "./disk.ts";
import { diskError, errorCode, unlessMissing } from "./disk-error.ts";
import { reasonPath, workspacePaths } from "./layout.ts";

export interface DeadMessage {
  name: string;
  /** What `.reason.md` says: the code and why. */
  reason: string;
}

/** The messages of an agent that could not be handled. */
export function listDead(disk: Disk, directory: string): DeadMessage[] {
  const paths = workspacePaths(directory);
  const names = unlessMissing(() => disk.list(paths.dead)) ?? [];
  return names
    .filter((name) => !name.endsWith(".reason.md"))
    .sort()
    .map((name) => {
      const reason = unlessMissing(() => disk.read(reasonPath(join(paths.dead, name))));
      return {
        name,
        reason: Buffer.from(reason ?? [])
          .toString("utf8")
          .trim(),
      };
    });
}

/**
 * Gives a dead message back to the inbox, to be handled once more; also while a host runs. Its reason goes. Only a plain file can
 * become a message again.
 * @throws E_NOT_FOUND, E_NOT_A_FILE, E_ID_REUSED when the inbox holds the name
 */
export async function requeue(disk: Disk, directory: string, name: string): Promise<void> {
  const paths = workspacePaths(directory);
  const from = join(paths.dead, name);
  const found = name.includes("/") || name.includes("\\") ? undefined : disk.stat(from);
  if (found === undefined) {
    throw new ClawflowError("E_NOT_FOUND", "there is no such dead message", {
      at: from,
      hint: "`clawflow dead list` names them",
    });
  }
  if (found.kind !== "file") {
    throw new ClawflowError("E_NOT_A_FILE", "only a plain file can be handled again", { at: from });
  }
  try {
    disk.link(from, join(paths.inbox, name));
    await disk.sync([join(paths.inbox, name)], [paths.inbox]);
    disk.unlink(from);
    unlessMissing(() => disk.unlink(reasonPath(from)));
    await disk.sync([], [paths.dead]);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw diskError(error, `${name} could not be put back into the inbox`);
    throw new ClawflowError("E_ID_REUSED", "the inbox holds a message of this name", {
      at: join(paths.inbox, name),
    });
  }
}
