/** Ends what is written; what a person writes below it stays. */
export const MARK =
  "<!-- Clawflow writes this note anew down to here. What stands below is yours and is kept. -->\n";

/**
 * The text to write over a note that is there. `undefined`: the mark is not in it, so it is a person's and is left alone.
 *
 * @param written ends with the mark
 */
export function writtenOver(there: string, written: string): string | undefined {
  const kept = keptPart(there);
  return kept === undefined ? undefined : written + kept;
}

/** What stands below the mark, byte for byte. */
export function keptPart(there: string): string | undefined {
  const at = there.indexOf(MARK);
  return at < 0 ? undefined : there.slice(at + MARK.length);
}
