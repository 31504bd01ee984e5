import { join } from "node:path";
import { shortHash } from "../protocol/ids.ts";
import { foldersOf, isLetterName, LETTER_PLACES, type Letter, readLetter } from "./letters.ts";
import { listNames } from "./read-text.ts";
import type { RootView } from "./root-view.ts";

export interface FoundLetter {
  agent: string;
  letter: Letter;
  path: string;
}

/**
 * Every file of a message, by its id or its file name: the sender's copy, the receiver's, repeats. Names tell which files to read: those of the
 * runtime hold a hash of the id.
 */
export function findLetters(view: RootView, idOrName: string): FoundLetter[] {
  const hash = `-${shortHash([idOrName], 12)}`;
  const found: FoundLetter[] = [];
  for (const agent of view.agents.keys()) {
    const paths = view.paths(agent);
    if (paths === undefined) continue;
    for (const place of LETTER_PLACES) {
      for (const folder of foldersOf(view.disk, paths, place)) {
        for (const name of listNames(view.disk, folder)) {
          if (!isLetterName(name) || (name !== idOrName && !name.includes(hash))) continue;
          const path = join(folder, name);
          const letter = readLetter(view.disk, paths, agent, place, path);
          if (letter !== undefined) found.push({ agent, letter, path });
        }
      }
    }
  }
  return found;
}
