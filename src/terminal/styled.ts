import stringWidth from "string-width";
import { plain } from "../cli/render/plain.ts";

/** What a text means for the eye; without colours nothing is lost, because words and signs say the same. */
export type Tone = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

export interface Span {
  text: string;
  tone?: Tone;
}

/** One line of the screen; `chosen`: the one that keys are for. */
export interface Line {
  spans: readonly Span[];
  chosen?: boolean;
}

const ASCII = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function line(...spans: readonly (Span | string)[]): Line {
  return { spans: spans.map((span) => (typeof span === "string" ? { text: span } : span)) };
}

export function span(text: string, tone?: Tone): Span {
  return tone === undefined ? { text } : { text, tone };
}

/** Columns that a terminal gives it. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** Cut to so many columns, with `…` where something is missing. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return "";
  return `${beginning(text, width - 1)}…`;
}

export function padTo(text: string, width: number): string {
  const shown = cutTo(text, width);
  return shown + " ".repeat(Math.max(0, width - widthOf(shown)));
}

/** No wider than the screen, and nothing in it that a terminal would obey. */
export function fitLine({ spans, chosen }: Line, width: number): Line {
  const kept: Span[] = [];
  let left = width;
  for (const { text, tone } of spans) {
    const shown = cutTo(plain(text).replace(/[\t\n]/g, " "), left);
    if (shown === "") continue;
    kept.push(span(shown, tone));
    left -= widthOf(shown);
  }
  if (chosen === true && left > 0) kept.push({ text: " ".repeat(left) });
  return chosen === true ? { spans: kept, chosen } : { spans: kept };
}

export function textOf({ spans }: Line): string {
  return spans.map(({ text }) => text).join("");
}

/** A text of several lines, broken at spaces where it is too wide. Cleaned, so that what is counted is what is shown. */
export function wrapText(text: string, width: number, most = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  for (const paragraph of plain(text).replaceAll("\t", "  ").split("\n")) {
    let rest = paragraph.trimEnd();
    do {
      if (lines.length >= most) return withMore(lines, width);
      const taken = firstLine(rest, Math.max(1, width));
      lines.push(taken.trimEnd());
      rest = rest.slice(taken.length);
      if (rest !== "") rest = rest.trimStart();
    } while (rest !== "");
  }
  return lines;
}

function withMore(lines: readonly string[], width: number): string[] {
  return lines.map((text, at) => (at < lines.length - 1 ? text : cutTo(`${text} …`, width)));
}

function firstLine(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const most = beginning(text, width);
  if (most === "") return [...graphemes.segment(text)][0]?.segment ?? text;
  if (text[most.length] === " ") return most;
  const space = most.lastIndexOf(" ");
  return space > most.length / 2 ? most.slice(0, space + 1) : most;
}

/** As much of a text as there is room for. */
function beginning(text: string, width: number): string {
  if (ASCII.test(text)) return text.slice(0, width);
  let used = 0;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return kept;
}
