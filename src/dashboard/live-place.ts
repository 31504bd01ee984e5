import { findTeamFile } from "../cli/find-files.ts";
import type { Io } from "../cli/io.ts";
import { type CommonOptions, findPlace, type Place } from "../cli/place.ts";
import { nodeDisk } from "../store/node-disk.ts";

/** What stands in a folder of the root may be made into a workspace without the root changing: it is looked for after so long. */
const KEPT = 2_000;

/** The place of a command that runs for long: read again when its team file or root is another. @throws as `findPlace` does */
export function livePlace(io: Io, options: CommonOptions): () => Place {
  const disk = nodeDisk();
  let last: { key: string; at: number; place: Place } | undefined;
  return () => {
    const file = findTeamFile(io, options);
    const stat = file === undefined ? undefined : disk.stat(file);
    const root = last === undefined ? undefined : disk.stat(last.place.root)?.mtimeMs;
    const key = [file, stat?.mtimeMs, stat?.size, stat?.ino, root].join(" ");
    const now = performance.now();
    if (last === undefined || last.key !== key || now - last.at > KEPT)
      last = { key, at: now, place: findPlace(io, options) };
    return last.place;
  };
}
