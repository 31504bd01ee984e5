const FENCE = /^ {0,3}(`{3,}|~{3,})([^\n]*)/;

/**
 * Follows fenced code through the lines of a Markdown text: the fence that is open after this line (its marks as they were
 * written), or `undefined` outside of one. `open` is what the line before gave.
 */
export function fenceAfter(line: string, open: string | undefined): string | undefined {
  const match = FENCE.exec(line);
  const marks = match?.[1];
  const rest = match?.[2] ?? "";
  if (marks === undefined) return open;
  if (open === undefined) return marks.startsWith("`") && rest.includes("`") ? undefined : marks;
  return marks.startsWith(open) && rest.trim() === "" ? undefined : open;
}

/** The content of every closed fence whose first word after the marks is one of `words`. */
export function fencedBlocks(text: string, words: readonly string[]): { word: string; text: string }[] {
  const blocks: { word: string; text: string }[] = [];
  let open: string | undefined;
  let word = "";
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf("\n", at);
    const next = newline === -1 ? text.length : newline + 1;
    const line = text.slice(at, newline === -1 ? undefined : newline);
    const after = fenceAfter(line, open);
    if (open === undefined && after !== undefined) {
      word = line.trim().slice(after.length).trim().split(/\s/, 1)[0] ?? "";
      start = next;
    } else if (open !== undefined && after === undefined && words.includes(word)) {
      blocks.push({ word, text: text.slice(start, at) });
    }
    open = after;
    at = next;
  }
  return blocks;
}
