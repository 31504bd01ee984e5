import { plainLine } from "../cli/render/plain.ts";
import type { Row } from "./rows.ts";
import { line, span, wrapText } from "./styled.ts";

/** A heading and a text below it as it stands, broken where the screen ends. */
export function block(title: string, text: string, width: number): Row[] {
  if (text.trim() === "") return [];
  const lines = wrapText(text.trimEnd(), Math.max(1, width - 2));
  return [
    { line: line(span(plainLine(title), "bold")), isHeading: true },
    ...lines.map((shown): Row => ({ line: line(shown === "" ? "" : `  ${shown}`) })),
    { line: line("") },
  ];
}
