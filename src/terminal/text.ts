import { plainLine } from "../cli/render/plain.ts";
import { standingText } from "../view/standing.ts";
import type { Standing } from "./facts.ts";
import { padTo, type Span, span, type Tone } from "./styled.ts";

/** `12s`, `4m`, `2h 07m`, `3d`: coarse, so that a line changes no more often than a person can read. @returns "" where there is no time */
export function age(iso: string | undefined, now: number): string {
  const then = Date.parse(iso ?? "");
  if (Number.isNaN(then)) return "";
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h ${String(minutes % 60).padStart(2, "0")}m`;
  return `${Math.floor(hours / 24)}d`;
}

/** Where work stands, on one line, without since when. */
export function standsText({ since: _, ...standing }: Standing): string {
  return plainLine(standingText(standing));
}

/** Texts in columns of these widths, two spaces between; the last takes what is left. */
export function columns(
  ...cells: readonly (readonly [text: string, width: number, tone?: Tone | undefined])[]
): Span[] {
  return cells.flatMap(([text, width, tone], at) => {
    if (width === 0) return [];
    const isLast = at === cells.length - 1;
    const clean = plainLine(text);
    return [span(isLast ? clean : `${padTo(clean, width)}  `, tone)];
  });
}

/** Wide enough for the longest, but no wider than `most`. */
export function columnFor(texts: readonly string[], most: number): number {
  return Math.min(most, Math.max(0, ...texts.map((text) => [...plainLine(text)].length)));
}

/** `10:02:44` of an ISO time. */
export function clockText(iso: string | undefined): string {
  return plainLine((iso ?? "").slice(11, 19));
}
