/** The text in parts, in their order: those that are one of the words, whatever their case, and what stands between. */
export function markedParts(text: string, words: readonly string[]): { text: string; isMarked: boolean }[] {
  const wanted = words.filter((word) => word !== "");
  if (wanted.length === 0) return [{ text, isMarked: false }];
  const pattern = wanted
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join("|");
  return text
    .split(new RegExp(`(${pattern})`, "giu"))
    .map((part, at) => ({ text: part, isMarked: at % 2 === 1 }))
    .filter((part) => part.text !== "");
}
