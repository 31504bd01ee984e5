import type { ReadDisk } from "../../store/disk.ts";
import { workspacePaths } from "../../store/layout.ts";
import { type Candidate, lettersWith, tasksWith } from "./candidates.ts";
import { excerptOf, matchOf } from "./match.ts";
import { type Searched, searchedLetter, searchedTask } from "./searched.ts";

/** Where all the words that were looked for stand. */
export interface Hit extends Omit<Searched, "parts"> {
  /** Which of its texts they stand in: `title`, `instructions`, `results`, … */
  field: string;
  /** On one line; `…` where it was cut. */
  excerpt: string;
}

export interface SearchResult {
  words: string[];
  /** The newest first. */
  found: Hit[];
  /** There are others, which are older. */
  more: boolean;
}

/** Lower case; each stands for itself, wherever in a word it occurs. */
export function searchWords(text: string): string[] {
  return [...new Set(text.toLowerCase().split(/\s+/).filter(Boolean))];
}

/**
 * Tasks and messages in which all the words occur, upper or lower case. Each file is read once and nothing of it kept; of those in which the words
 * stand the newest are read again, to see whether they stand in what somebody wrote.
 */
export function searchRoot(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  words: readonly string[],
  limit: number,
): SearchResult {
  const candidates: Candidate[] = [];
  const known = new Map<string, boolean>();
  for (const [agent, directory] of agents) {
    const paths = workspacePaths(directory);
    for (const candidate of tasksWith(disk, agent, paths, words)) candidates.push(candidate);
    for (const candidate of lettersWith(disk, agent, paths, words, known)) candidates.push(candidate);
  }
  candidates.sort(newestFirst);
  const found: Hit[] = [];
  for (let at = 0; at < candidates.length; ) {
    const end = endOfCopies(candidates, at);
    const hit = hitOf(disk, candidates.slice(at, end), words);
    at = end;
    if (hit === undefined) continue;
    if (found.length === limit) return { words: [...words], found, more: true };
    found.push(hit);
  }
  return { words: [...words], found, more: false };
}

/** The sender's copy of a message, the receiver's and repeats have one name and one time. */
function endOfCopies(candidates: readonly Candidate[], at: number): number {
  const first = candidates[at];
  let end = at + 1;
  while (first?.kind === "message") {
    const next = candidates[end];
    if (next?.kind !== "message" || next.key !== first.key || next.time !== first.time) break;
    end++;
  }
  return end;
}

function hitOf(disk: ReadDisk, copies: readonly Candidate[], words: readonly string[]): Hit | undefined {
  let other: Hit | undefined;
  for (const candidate of copies) {
    const searched =
      candidate.kind === "task" ? searchedTask(disk, candidate) : searchedLetter(disk, candidate);
    const match = searched === undefined ? undefined : matchOf(searched.parts, words);
    if (searched === undefined || match === undefined) continue;
    const { parts: _, owner, ...what } = searched;
    const { field, subtask, text } = match;
    const part = subtask === undefined ? {} : { subtask };
    const hit = { ...what, ...part, field, excerpt: excerptOf(text, words) };
    // The copy of the agent whose task it is about says most.
    if (owner === undefined || owner === what.agent) return hit;
    other ??= hit;
  }
  return other;
}

function newestFirst(a: Candidate, b: Candidate): number {
  if (a.time !== b.time) return a.time < b.time ? 1 : -1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
