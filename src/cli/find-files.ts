import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Io } from "./io.ts";

export const TEAM_FILE = "team.yaml";
export const ROOT = join(".clawflow", "agents");

/** Where a command was told to work. */
interface Given {
  root?: string;
  team?: string;
}

/** `--team`, else the environment of a brain, else `team.yaml` here or in a folder above. */
export function findTeamFile(io: Io, { team, root }: Given): string | undefined {
  if (team !== undefined) return resolve(io.cwd, team);
  if (io.env.CLAWFLOW_TEAM && root === undefined) return io.env.CLAWFLOW_TEAM;
  return findAbove(io.cwd, TEAM_FILE, isFile);
}

/** `--root`, else the environment, else `.clawflow/agents` here or above, but not above the team file. */
export function findRoot(io: Io, { root, team }: Given, teamFile: string | undefined): string | undefined {
  if (root !== undefined) return resolve(io.cwd, root);
  if (io.env.CLAWFLOW_ROOT && team === undefined) return io.env.CLAWFLOW_ROOT;
  const above = teamFile === undefined || team !== undefined ? undefined : dirname(teamFile);
  const found = findAbove(io.cwd, ROOT, isFolder, above);
  if (found !== undefined || teamFile === undefined) return found;
  return join(above ?? io.cwd, ROOT);
}

/** The first that is there of `<folder>/<name>` for the folder and those above it, up to `last`. */
function findAbove(
  folder: string,
  name: string,
  is: (path: string) => boolean,
  last?: string,
): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (is(join(at, name))) return join(at, name);
    if (at === last || at === dirname(at)) return undefined;
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
