import type { Amounts } from "../../../protocol/amounts.ts";

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 4 h`. @param ms milliseconds */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${pad(whole % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${pad(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `just now`, `12 s ago`, `3 min ago`, `in 2 h`: only about right, so that it does not flicker. @param ms milliseconds since then; negative: until then */
export function agoText(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  if (seconds < 5) return "just now";
  const about = aboutText(seconds);
  return ms < 0 ? `in ${about}` : `${about} ago`;
}

function aboutText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** Thousands are set off, so that many tokens can be read. */
export function numberText(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** `1 task`, `3 tasks`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

export const AMOUNTS = ["tasks", "tokens", "usd", "seconds"] as const satisfies (keyof Amounts)[];
export type AmountKind = (typeof AMOUNTS)[number];

/** `12 tasks`, `3,400 tokens`, `0.12 usd`, `4.5 s of brains`. */
export function amountText(kind: AmountKind, value: number): string {
  if (kind === "tasks") return countText(value, "task");
  if (kind === "tokens") return countText(value, "token");
  return kind === "usd" ? `${numberText(value)} usd` : `${durationText(value * 1000)} of brains`;
}

export interface AmountRow {
  kind: AmountKind;
  used?: number;
  granted?: number;
  left?: number;
}

/** One row for each kind that says anything; nothing used of what nobody limited is nothing to say. */
export function amountRows(of: {
  used?: Amounts | undefined;
  granted?: Amounts | undefined;
  left?: Amounts | undefined;
}): AmountRow[] {
  return AMOUNTS.flatMap((kind) => {
    const used = of.used?.[kind];
    const granted = of.granted?.[kind];
    const left = of.left?.[kind];
    if (granted === undefined && left === undefined && (used === undefined || used === 0)) return [];
    const row: AmountRow = { kind };
    if (used !== undefined) row.used = used;
    if (granted !== undefined) row.granted = granted;
    if (left !== undefined) row.left = left;
    return [row];
  });
}

/** The first characters of a text, whole where it is not much longer; no half of a character. */
export function cutText(text: string, most: number): string {
  if (text.length <= most * 1.1) return text;
  const cut = text.slice(0, most);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** The same, with a sign that more would follow. */
export function shortText(text: string, most: number): string {
  const cut = cutText(text, most);
  return cut === text ? text : `${cut}…`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
