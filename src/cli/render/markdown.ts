import { plain, plainLine } from "./plain.ts";

/**
 * A text of an agent or a person as a block that it cannot leave: fenced with more backticks than it holds in a row. Headings, marks and HTML in it
 * are text.
 */
export function fencedText(text: string, info = "text"): string {
  const shown = plain(text).replace(/\n+$/, "");
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${info}\n${shown}\n${fence}`;
}

/** The same on one line inside a sentence or a cell: nothing in it is structure. */
export function inlineText(text: string, width = Number.POSITIVE_INFINITY): string {
  return plainLine(text, width)
    .replace(/[\\`*[\]<>|~]/g, "\\$&")
    .replace(/&(?=#?\w+;)/g, "\\&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_");
}

/** Ids, paths, commands. */
export function codeText(text: string): string {
  const shown = plainLine(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = "`".repeat(longest + 1);
  // In a table a bar ends the cell in code as well.
  const inner = shown.replaceAll("|", "\\|");
  return longest === 0 ? `\`${inner}\`` : `${marks} ${inner} ${marks}`;
}

/** @param rows cells that are Markdown already */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
