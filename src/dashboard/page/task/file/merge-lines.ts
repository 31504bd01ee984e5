import { diffLines, type Hunk, linesOf } from "./line-diff.ts";

/** A stretch of two texts that both began as the same: settled, or changed in both and not alike. */
export type MergePart =
  | { kind: "settled"; lines: string[] }
  | { kind: "both"; mine: string[]; theirs: string[] };

/** Which of the two holds where both changed. */
export type Side = "mine" | "theirs";

/** What two people made of one text, by lines: what only one of them changed is settled. */
export function mergeLines(base: string, mine: string, theirs: string): MergePart[] {
  const baseLines = linesOf(base);
  const of = { mine: linesOf(mine), theirs: linesOf(theirs) };
  const hunks = { mine: diffLines(baseLines, of.mine), theirs: diffLines(baseLines, of.theirs) };
  const parts: MergePart[] = [];
  let at = 0;
  for (const cluster of clusters(hunks.mine, hunks.theirs)) {
    settle(parts, baseLines.slice(at, cluster.start));
    const mineNow = madeOf(of.mine, cluster.mine, cluster, baseLines);
    const theirsNow = madeOf(of.theirs, cluster.theirs, cluster, baseLines);
    if (cluster.theirs.length === 0 || sameLines(mineNow, theirsNow)) settle(parts, mineNow);
    else if (cluster.mine.length === 0) settle(parts, theirsNow);
    else parts.push({ kind: "both", mine: mineNow, theirs: theirsNow });
    at = cluster.end;
  }
  settle(parts, baseLines.slice(at));
  return parts;
}

export function conflictsOf(parts: readonly MergePart[]): number {
  return parts.filter(({ kind }) => kind === "both").length;
}

/** @param sides one for each part that both changed, in order @returns `undefined` while one is not decided */
export function mergedText(
  parts: readonly MergePart[],
  sides: readonly (Side | undefined)[] = [],
): string | undefined {
  let place = 0;
  const lines: string[] = [];
  for (const part of parts) {
    const side = part.kind === "both" ? sides[place++] : undefined;
    if (part.kind === "both" && side === undefined) return undefined;
    const taken = part.kind === "settled" ? part.lines : part[side ?? "mine"];
    // A last line without an end would run into what follows.
    if (taken.length > 0 && lines.length > 0 && !lines.at(-1)?.endsWith("\n")) lines.push("\n");
    lines.push(...taken);
  }
  return lines.join("");
}

interface Cluster {
  start: number;
  end: number;
  mine: Hunk[];
  theirs: Hunk[];
}

/**
 * Changes of the two in the same lines. Where one only adds lines at an edge of the other's, nobody can tell their order, so that they belong
 * together as well; lines beside each other that both only changed do not.
 */
function clusters(mine: readonly Hunk[], theirs: readonly Hunk[]): Cluster[] {
  const all = [
    ...mine.map((hunk) => ({ hunk, side: "mine" as const })),
    ...theirs.map((hunk) => ({ hunk, side: "theirs" as const })),
  ].sort((a, b) => a.hunk.oldStart - b.hunk.oldStart || a.hunk.oldEnd - b.hunk.oldEnd);
  const found: Cluster[] = [];
  for (const { hunk, side } of all) {
    let last = found.at(-1);
    if (last === undefined || !isTogether(last, hunk)) {
      last = { start: hunk.oldStart, end: hunk.oldEnd, mine: [], theirs: [] };
      found.push(last);
    }
    last.end = Math.max(last.end, hunk.oldEnd);
    last[side].push(hunk);
  }
  return found;
}

function isTogether({ end, mine, theirs }: Cluster, hunk: Hunk): boolean {
  if (hunk.oldStart !== end) return hunk.oldStart < end;
  const isAdding = ({ oldStart, oldEnd }: Hunk) => oldStart === oldEnd;
  return isAdding(hunk) || [...mine, ...theirs].some((one) => one.oldEnd === end && isAdding(one));
}

/** What one side made of the lines of a cluster. */
function madeOf(
  lines: readonly string[],
  hunks: readonly Hunk[],
  { start, end }: Cluster,
  base: readonly string[],
): string[] {
  const made: string[] = [];
  let at = start;
  for (const hunk of hunks) {
    made.push(...base.slice(at, hunk.oldStart), ...lines.slice(hunk.newStart, hunk.newEnd));
    at = hunk.oldEnd;
  }
  return [...made, ...base.slice(at, end)];
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, place) => line === b[place]);
}

function settle(parts: MergePart[], lines: string[]): void {
  if (lines.length === 0) return;
  const last = parts.at(-1);
  if (last?.kind === "settled") last.lines = last.lines.concat(lines);
  else parts.push({ kind: "settled", lines });
}
