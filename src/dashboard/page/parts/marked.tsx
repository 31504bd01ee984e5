import { markedParts } from "./marked-parts.ts";

/** A text in which the words that were looked for stand out. */
export function Marked({ text, words }: { text: string; words: readonly string[] }) {
  return (
    <>
      {markedParts(text, words).map(({ text: part, isMarked }, at) =>
        isMarked ? <mark key={at}>{part}</mark> : part,
      )}
    </>
  );
}
