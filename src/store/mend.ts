import { dirname, join, relative } from "node:path";
import type { Disk } from "./disk.ts";
import { unlessMissing } from "./disk-error.ts";
import { type WorkspacePaths, workspacePaths } from "./layout.ts";

/**
 * One thing that is put right in the files of a workspace or of a host that does not run.
 *
 * - `open`: what a host does when it begins and when it ends, without running agents: replay, sweep, migration.
 * - `set-aside`: moved to `.clawflow/lost+found/`, where it disturbs nobody.
 * - `mode`: the permission bits are set.
 * - `discard`: a lock or a staged file of a process that is gone; nothing of a person's.
 * - `copy`: an open task gets its base copy from its task.md.
 */
export type Mend =
  | { do: "open" }
  | { do: "set-aside"; path: string }
  | { do: "mode"; path: string; mode: number }
  | { do: "discard"; path: string }
  | { do: "copy"; folder: string };

/** Whether it may be done while a host runs. */
export function isSafe(mend: Mend): boolean {
  return mend.do === "mode";
}

/** Does it; durable when it resolves. What is gone meanwhile is passed over. @param now milliseconds since 1970 */
export async function mendFiles(
  disk: Disk,
  directory: string,
  mend: Exclude<Mend, { do: "open" }>,
  now: number,
): Promise<void> {
  const paths = workspacePaths(directory);
  switch (mend.do) {
    case "mode":
      unlessMissing(() => disk.chmod?.(mend.path, mend.mode));
      return;
    case "set-aside":
      return setAside(disk, paths, mend.path, now);
    case "discard":
      return discard(disk, mend.path);
    case "copy": {
      const text = unlessMissing(() => disk.read(join(paths.tasks, mend.folder, "task.md")));
      if (text === undefined) return;
      await disk.replace(join(paths.base, `${mend.folder}.md`), Buffer.from(text).toString("utf8"));
      return;
    }
  }
}

/** Under the path that it had, below the time at which it was moved. */
async function setAside(disk: Disk, paths: WorkspacePaths, from: string, now: number): Promise<void> {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  for (let n = 1; ; n++) {
    const to = join(paths.lost, n === 1 ? time : `${time}-${n}`, relative(paths.root, from));
    if (disk.stat(to) !== undefined) continue;
    disk.mkdir(dirname(to));
    unlessMissing(() => disk.rename(from, to));
    await disk.sync([], [dirname(from), dirname(to), paths.lost, paths.own]);
    return;
  }
}

async function discard(disk: Disk, path: string): Promise<void> {
  const kind = disk.stat(path)?.kind;
  if (kind === undefined) return;
  unlessMissing(() => (kind === "folder" ? disk.rmdir(path) : disk.unlink(path)));
  await disk.sync([], [dirname(path)]);
}
