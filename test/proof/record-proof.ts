import { appendFileSync } from "node:fs";

/** What one class of faults came to: counts alone, so that two runs can be compared. */
export interface Proof {
  /** The fault class or the suite: `F1`, `simulator`, `peers`. Rows of one class stand together. */
  fault: string;
  /** What was done, in a few words, as it stands in the table. */
  what: string;
  /** How many times it was done. */
  cases: number;
  /** What came of it, by name: at least one of `lost`, `twice`, `unreadable`, `stuck`, and whatever else was counted. */
  counts: Readonly<Record<string, number | string>>;
}

/** Says a row of the proof, and adds it to the file that `npm run proof` makes its tables of. */
export function recordProof(proof: Proof): void {
  const line = JSON.stringify(proof);
  console.log(`proof ${line}`);
  const path = process.env.CLAWFLOW_PROOF;
  if (path !== undefined) appendFileSync(path, `${line}\n`);
}
