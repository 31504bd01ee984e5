/**
 * Text of agents and messages on a person's terminal: control characters (with them every escape sequence, and the eight-bit ones), characters that turn
 * the direction of writing, and those that nobody sees (invisible copies of ASCII among them) become visible; but what joins characters or chooses
 * their form stays.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?!\u034f|[\u180b-\u180f]|\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}])[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\p{Default_Ignorable_Code_Point}]/gu;

/** Text of several lines; tabs and newlines stay. */
export function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(UNSEEN, escaped);
}

/** The same on one line, at most `width` columns long as most terminals count them. */
export function plainLine(text: string, width = Number.POSITIVE_INFINITY): string {
  const line = text.replace(/\s+/g, " ").trim().replace(UNSEEN, escaped);
  return cut(line, width);
}

/** Cut to so many columns, with `…` where something is missing. */
export function cut(line: string, width: number): string {
  if (line.length * 2 <= width || columnsOf(line) <= width) return line;
  let used = 0;
  let kept = "";
  for (const character of line) {
    used += columnsOf(character);
    if (used > width - 1) break;
    kept += character;
  }
  return width < 1 ? "" : `${kept}…`;
}

export function padded(line: string, width: number): string {
  return line + " ".repeat(Math.max(0, width - columnsOf(line)));
}

/** Columns of a text: marks that combine take none, East Asian wide characters and pictures two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
