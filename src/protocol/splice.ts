/** A part of a text that is to be replaced; `from` = `to`: something is inserted. */
export interface Splice {
  from: number;
  to: number;
  text: string;
}

/** The text with the splices made. What is inserted at one place comes in its order, before what is replaced there; none overlaps another. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const sorted = splices
    .map((splice, at) => ({ ...splice, at }))
    .sort((a, b) => a.from - b.from || Number(a.to > a.from) - Number(b.to > b.from) || a.at - b.at);
  let result = "";
  let done = 0;
  for (const { from, to, text: part } of sorted) {
    result += text.slice(done, Math.max(done, from)) + part;
    done = Math.max(done, to);
  }
  return result + text.slice(done);
}

/** Behind the line that this place is in, or that ends right before it. */
export function lineEnd(text: string, at: number): number {
  if (at > 0 && text[at - 1] === "\n") return at;
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline + 1;
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}
