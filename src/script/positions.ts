/** Text that was put in at a place of the script; no text of ours holds a line break. */
export interface Insertion {
  /** As in the script as it was given: line from 1, column from 0. */
  line: number;
  column: number;
  length: number;
}

/** The place in the script as it was given, of a place (both from 1) in what `instrument` made of it. */
export function originalPlace(
  insertions: readonly Insertion[],
  line: number,
  column: number,
): { line: number; column: number } {
  let left = column - 1;
  for (const insertion of insertions) {
    if (insertion.line !== line) continue;
    if (insertion.column >= left) break;
    left = Math.max(insertion.column, left - insertion.length);
  }
  return { line, column: Math.max(0, left) + 1 };
}
