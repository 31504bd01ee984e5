import type { Screen } from "./draw.ts";
import { type Line, type Tone, textOf, widthOf } from "./styled.ts";

const CSI = "\u001b[";

/** Another screen than that of the shell, which comes back afterwards; what is pasted is told from what is typed; no line wraps by itself. */
export const ENTER = `${CSI}?1049h${CSI}?2004h${CSI}?7l${CSI}?25l`;
export const LEAVE = `${CSI}0m${CSI}?7h${CSI}?2004l${CSI}?25h${CSI}?1049l`;
/** Terminals that know it draw what stands between the two at once; others pass over it. */
const BEGIN = `${CSI}?2026h`;
const END = `${CSI}?2026l`;
const HIDE_CURSOR = `${CSI}?25l`;
const SHOW_CURSOR = `${CSI}?25h`;

const TONES: Readonly<Record<Tone, string>> = {
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  cyan: "36",
};

/** What a terminal showed last. */
export interface Shown {
  lines: readonly string[];
  cursor: string;
}

/**
 * What is to be written so that a terminal shows a screen: the lines that changed alone, each at its place.
 *
 * @param before `undefined`: nothing is known of what stands there
 */
export function escapeText(
  screen: Screen,
  before: Shown | undefined,
  look: { columns: number; colour: boolean },
): { text: string; shown: Shown } {
  const lines = screen.lines.map((one) => lineText(one, look));
  const parts = before === undefined ? [`${CSI}0m${CSI}2J`] : [];
  for (const [at, text] of lines.entries())
    if (before?.lines[at] !== text) parts.push(`${CSI}${at + 1};1H${text}`);
  const { cursor } = screen;
  const blinks =
    cursor === undefined ? HIDE_CURSOR : `${CSI}${cursor.row + 1};${cursor.column + 1}H${SHOW_CURSOR}`;
  const shown = { lines, cursor: blinks };
  // Drawing moves a cursor that is seen.
  const isMoved = before?.cursor !== blinks || (parts.length > 0 && cursor !== undefined);
  if (parts.length === 0 && !isMoved) return { text: "", shown };
  return { text: `${BEGIN}${HIDE_CURSOR}${parts.join("")}${isMoved ? blinks : ""}${END}`, shown };
}

function lineText(line: Line, { columns, colour }: { columns: number; colour: boolean }): string {
  const chosen = line.chosen === true;
  const text = colour
    ? line.spans.map(({ text: one, tone }) => painted(one, tone, chosen)).join("")
    : withMark(textOf(line), chosen);
  // At the right edge there is nothing left to clear, and some terminals would clear the last column.
  return widthOf(textOf(line)) >= columns ? text : `${text}${CSI}K`;
}

function painted(text: string, tone: Tone | undefined, chosen: boolean): string {
  const codes = [
    chosen ? "7" : undefined,
    tone === undefined || (chosen && tone === "dim") ? undefined : TONES[tone],
  ];
  const given = codes.filter((code) => code !== undefined);
  return given.length === 0 ? text : `${CSI}${given.join(";")}m${text}${CSI}0m`;
}

/** Reversed is no colour: the chosen row is seen without them. */
function withMark(text: string, chosen: boolean): string {
  return chosen ? `${CSI}7m${text}${CSI}0m` : text;
}
