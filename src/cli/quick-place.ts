import { readTeamHead, type TeamHead } from "../protocol/team-head.ts";
import type { Disk } from "../store/disk.ts";
import { nodeDisk } from "../store/node-disk.ts";
import { findRoot, findTeamFile } from "./find-files.ts";
import type { Io } from "./io.ts";
import type { CommonOptions, Place } from "./place.ts";
import { workspacesOf } from "./workspaces-of.ts";

/** Where a command that only looks works. */
export type PlaceHead = Omit<Place, "team"> & { team?: TeamHead };

/** What `findPlace` gives, without a codec being loaded; `undefined` where only that can tell, or has something to say. */
export function quickPlace(io: Io, options: CommonOptions): PlaceHead | undefined {
  if (io.embedded !== undefined) return io.embedded.place;
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
  let text: string;
  try {
    text = Buffer.from(disk.read(path)).toString("utf8");
  } catch {
    // The usual way says what is wrong with it.
    return undefined;
  }
  // Bytes that are no UTF-8 are refused by the codec.
  return text.includes("\ufffd") ? undefined : readTeamHead(text);
}
