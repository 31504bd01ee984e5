import { recordProof } from "../proof/record-proof.ts";
import type { Result } from "./cases.ts";

/** A row of the proof for one place: how many of each group were put in, and how many did not come to what they must. */
export function recordPlace(place: string, results: readonly Result[]): void {
  const counts: Record<string, number> = {};
  for (const { case: one } of results) counts[one.group] = (counts[one.group] ?? 0) + 1;
  const wrong = results.filter((result) => result.wrong.length > 0).length;
  recordProof({ fault: "bad inputs", what: place, cases: results.length, counts: { wrong, ...counts } });
}
