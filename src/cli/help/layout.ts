import { columnsOf, padded } from "../render/plain.ts";

/** A term and what it means. */
export type Entry = readonly [string, string];

const INDENT = 2;
/** A term that is longer stands on a line of its own. */
const WIDEST_TERM = 24;

/** Words filled into lines of at most `width` columns; a word that is longer has its own line. */
export function wrapped(text: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line !== "" && indent + columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines.map((one) => " ".repeat(indent) + one);
}

export function paragraph(text: string, width: number): string[] {
  return wrapped(text, width, INDENT);
}

/** Terms in a column, their meanings beside them. */
export function entries(list: readonly Entry[], width: number): string[] {
  const widest = Math.max(
    0,
    ...list.map(([term]) => columnsOf(term)).filter((length) => length <= WIDEST_TERM),
  );
  const column = INDENT + widest + 2;
  return list.flatMap(([term, meaning]) => {
    const lines = wrapped(meaning, width, column);
    const head = " ".repeat(INDENT) + term;
    if (columnsOf(term) > widest) return [head, ...lines];
    return [padded(head, column) + (lines[0] ?? "").trimStart(), ...lines.slice(1)];
  });
}
