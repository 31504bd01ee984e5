import { readTeamHead, type TeamHead } from "../protocol/team-head.ts";
import type { Disk } from "../store/disk.ts";
import { unlessMissing } from "../store/disk-error.ts";
import { nodeDisk } from "../store/node-disk.ts";
import { findRoot, findTeamFile } from "./find-files.ts";
import type { Io } from "./io.ts";
import type { CommonOptions, Place } from "./place.ts";
import { workspacesOf } from "./workspaces-of.ts";

/** Where a command that only looks works. */
export type PlaceHead = Omit<Place, "team"> & { team?: TeamHead };

/** What `findPlace` gives, without a codec being loaded; `undefined` where only that can tell, or has something to say. */
export function quickPlace(io: Io, options: CommonOptions): PlaceHead | undefined {
  const disk = nodeDisk();
  const teamFile = findTeamFile(io, options);
  const root = findRoot(io, options, teamFile);
  if (root === undefined) return undefined;
  const team = teamFile === undefined ? undefined : readTeam(disk, teamFile);
  if (teamFile !== undefined && team === undefined) return undefined;
  return {
    disk,
    root,
    agents: workspacesOf(disk, root, teamFile, team),
    ...(teamFile === undefined ? {} : { teamFile }),
    ...(team === undefined ? {} : { team }),
  };
}

function readTeam(disk: Disk, path: string): TeamHead | undefined {
  const bytes = unlessMissing(() => disk.read(path));
  const text = Buffer.from(bytes ?? []).toString("utf8");
  // Bytes that are no UTF-8 are refused by the codec.
  return text.includes("\ufffd") ? undefined : readTeamHead(text);
}
