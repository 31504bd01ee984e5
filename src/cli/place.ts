import { ClawflowError } from "../protocol/errors.ts";
import { decodeUtf8 } from "../protocol/frontmatter.ts";
import { nearest } from "../protocol/nearest.ts";
import { parseTeam } from "../protocol/parse-team.ts";
import type { Team } from "../protocol/team.ts";
import type { Disk } from "../store/disk.ts";
import { nodeDisk } from "../store/node-disk.ts";
import { findRoot, findTeamFile, ROOT, TEAM_FILE } from "./find-files.ts";
import type { Io } from "./io.ts";
import { workspacesOf } from "./workspaces-of.ts";

/** What every command takes. */
export interface CommonOptions {
  root?: string;
  team?: string;
  agent?: string;
  json?: boolean;
}

/** Of commands that a model may read. */
export interface ReaderOptions extends CommonOptions {
  forAgent?: boolean;
}

/** Where a command works: the root, the team file if there is one, and every agent's workspace. */
export interface Place {
  disk: Disk;
  root: string;
  teamFile?: string;
  team?: Team;
  /** Workspaces by agent id, absolute, those of the team file first in its order. They need not exist yet. */
  agents: Map<string, string>;
  /** Ids of all who can have work, here and elsewhere. Default: those of the team file; without one nobody can say. */
  members?: ReadonlySet<string>;
}

/**
 * `--team`, else the environment of a brain, else `team.yaml` here or in a folder above; `--root`, else the environment, else
 * `.clawflow/agents` here or above, but not above the team file.
 *
 * @throws E_NOT_FOUND when neither a team file nor a root is there, or `team` is demanded and missing; E_CONFIG
 */
export function findPlace(io: Io, options: CommonOptions, { team: needsTeam = false } = {}): Place {
  if (io.embedded !== undefined) return io.embedded.place;
  const disk = nodeDisk();
  const teamFile = findTeamFile(io, options);
  if (needsTeam && teamFile === undefined) throw noTeam(io);
  const root = findRoot(io, options, teamFile);
  if (root === undefined) throw noRoot(io);
  const team = teamFile === undefined ? undefined : parseTeam(decodeUtf8(readTeam(disk, teamFile)));
  return {
    disk,
    root,
    agents: workspacesOf(disk, root, teamFile, team),
    ...(teamFile === undefined ? {} : { teamFile }),
    ...(team === undefined ? {} : { team }),
  };
}

/** `--agent`, else the first of the team file. @throws E_UNKNOWN_AGENT, E_NOT_FOUND */
export function chosenAgent(place: Place, agent: string | undefined): string {
  const id = agent ?? place.agents.keys().next().value;
  if (id === undefined) {
    throw new ClawflowError("E_NOT_FOUND", "there are no agents", {
      at: place.root,
      hint: "Make a team with `clawflow init`, or name its file with --team.",
    });
  }
  return knownAgent(place, id);
}

/** @throws E_UNKNOWN_AGENT */
export function knownAgent(place: Place, id: string): string {
  if (place.agents.has(id)) return id;
  const known = [...place.agents.keys()];
  const meant = nearest(id, known);
  throw new ClawflowError("E_UNKNOWN_AGENT", "there is no such agent", {
    expected: known.join(", ") || "an agent of a team file",
    found: JSON.stringify(id),
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  });
}

export function workspaceOf(place: Place, agent: string): string {
  return place.agents.get(knownAgent(place, agent)) as string;
}

function readTeam(disk: Disk, path: string): Uint8Array {
  try {
    return disk.read(path);
  } catch (cause) {
    throw new ClawflowError("E_NOT_FOUND", "the team file cannot be read", {
      at: path,
      hint: "Name another with --team, or make one with `clawflow init`.",
      cause,
    });
  }
}

function noTeam(io: Io): ClawflowError {
  return new ClawflowError("E_NOT_FOUND", "there is no team file", {
    expected: `${TEAM_FILE} in ${io.cwd} or a folder above`,
    hint: "Make one with `clawflow init`, or name one with --team.",
  });
}

function noRoot(io: Io): ClawflowError {
  return new ClawflowError("E_NOT_FOUND", "there is no team and no root", {
    expected: `${TEAM_FILE} or ${ROOT} in ${io.cwd} or a folder above`,
    hint: "Make a team with `clawflow init`, or name them with --team and --root.",
  });
}
