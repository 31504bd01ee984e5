import { join } from "node:path";
import { syncTouched } from "./checkpoint.ts";
import type { ReadDisk } from "./disk.ts";
import { unlessMissing } from "./disk-error.ts";
import { LAYOUT_VERSION, type WorkspacePaths } from "./layout.ts";
import { fileFlatArchive, flatMessages } from "./migrate-archive.ts";
import { takeOverPlainTasks } from "./migrate-tasks.ts";
import { Touched } from "./touched.ts";
import type { Workspace } from "./workspace.ts";

/** What was done, in lines for a person. */
type Migration = (workspace: Workspace) => string[];

/**
 * From each version of the layout to the next. Each step can be repeated: after a crash the version still says the one before.
 *
 * - 0 has no number: workspaces of the protocol's version 1, with an archive without day folders, and task.md in the plain form with the plan
 *   under `## DAG`.
 */
export const MIGRATIONS: Readonly<Record<number, Migration>> = {
  0: (workspace) => [...fileFlatArchive(workspace), ...takeOverPlainTasks(workspace)],
};

/**
 * The version of a workspace's layout; that of this program for one that is new, or has lost only the number. NaN: what stands there is no
 * number.
 */
export function layoutVersion(disk: ReadDisk, paths: WorkspacePaths): number {
  const said = unlessMissing(() => disk.read(paths.version));
  if (said !== undefined) {
    const text = Buffer.from(said).toString("utf8").trim();
    return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  }
  // Whoever wrote the owner knew of versions.
  if (disk.stat(paths.owner) !== undefined) return LAYOUT_VERSION;
  const tasks = unlessMissing(() => disk.list(paths.tasks)) ?? [];
  const isUsed = flatMessages(disk, paths).length > 0 || tasks.some((name) => isTask(disk, paths, name));
  return isUsed ? 0 : LAYOUT_VERSION;
}

/** Brings a workspace to the layout of this program; all of it is durable before anything says so. @returns what was done */
export async function migrate(workspace: Workspace): Promise<string[]> {
  const { context, paths, agent } = workspace;
  const done: string[] = [];
  for (let version = layoutVersion(context.disk, paths); version < LAYOUT_VERSION; version++) {
    done.push(...(MIGRATIONS[version]?.(workspace) ?? []));
  }
  if (done.length === 0) return done;
  await syncTouched(context, context.touched);
  context.touched = new Touched();
  for (const line of done) context.onProblem(agent, line);
  return done;
}

function isTask(disk: ReadDisk, paths: WorkspacePaths, name: string): boolean {
  return disk.stat(join(paths.tasks, name, "task.md"))?.kind === "file";
}
