import { FORBIDDEN_KEYS } from "./plain-value.ts";
import { wellFormed } from "./well-formed.ts";
import { PLAIN, PLAIN_IN_FLOW, READ_AS_OTHER, TIMESTAMP } from "./yaml-text.ts";

export const MAX_LEVELS = 8;
/** A key at a place of a line, with what ends it. */
export const KEY = /([A-Za-z_][A-Za-z0-9_-]{0,99}):(?: |$)/y;
/** Of characters that nobody could take for something else. */
const SINGLE = /^'(?:[ -&(-~\u00a1-\u167f\u1681-\u1fff\u2070-\u2fff\u3001-\ud7ff]|'')*'$/;
/** `./brain.mjs`, `../team`, `-p`, `--print`, `30s`: as they stand in team files. */
const IN_TEAMS = /^(?:\.{1,2}\/[\w./-]*|--?[A-Za-z][\w-]*|\d{1,9}(?:ms|s|m|h))$/;
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;

export type ValueMap = Record<string, unknown>;

/** A value, and the first line (or place in the line) behind it. */
export interface Parsed {
  value: unknown;
  next: number;
}

export function isFree(map: ValueMap, key: string): boolean {
  return !FORBIDDEN_KEYS.includes(key) && !Object.hasOwn(map, key);
}

/** A value that stands on one line, a comment behind it left out; `undefined`: the package is to read it. */
export function lineValue(text: string, next: number): Parsed | undefined {
  const first = text.charAt(0);
  let parsed: Parsed | undefined;
  if (first === "[" || first === "{") parsed = flowValue(text, 0, 0);
  else if (first === '"' || first === "'") {
    const end = first === '"' ? quoteEnd(text, 0) : singleEnd(text);
    const quotes = text.slice(0, end);
    parsed = { value: first === '"' ? quoted(quotes) : singleQuoted(quotes), next: end };
  } else {
    const comment = text.indexOf(" #");
    const end = comment === -1 ? text.length : comment;
    parsed = { value: plain(text.slice(0, end).replace(/ +$/, ""), PLAIN), next: end };
  }
  if (parsed === undefined || !/^(?: *| +#.*)$/.test(text.slice(parsed.next))) return undefined;
  return { value: parsed.value, next };
}

function flowValue(text: string, from: number, level: number): Parsed | undefined {
  if (level > MAX_LEVELS) return undefined;
  const first = text.charAt(from);
  if (first === "[") return flowItems(text, from, "]", level, []);
  if (first === "{") return flowItems(text, from, "}", level, {});
  if (first === '"') {
    const next = quoteEnd(text, from);
    return { value: quoted(text.slice(from, next)), next };
  }
  let next = from;
  while (next < text.length && !",]}".includes(text.charAt(next))) next += 1;
  while (text.charCodeAt(next - 1) === 0x20) next -= 1;
  return { value: plain(text.slice(from, next), PLAIN_IN_FLOW), next };
}

/** `[a, b]` or `{a: b, c: d}`, with or without blanks inside the brackets. */
function flowItems(
  text: string,
  from: number,
  close: string,
  level: number,
  items: unknown[] | ValueMap,
): Parsed | undefined {
  let at = blanksEnd(text, from + 1);
  if (text.charAt(at) === close) return { value: items, next: at + 1 };
  for (;;) {
    let key = "";
    if (!Array.isArray(items)) {
      KEY.lastIndex = at;
      key = KEY.exec(text)?.[1] ?? "";
      if (key === "" || !isFree(items, key)) return undefined;
      at = blanksEnd(text, KEY.lastIndex);
    }
    const item = flowValue(text, at, level + 1);
    if (item?.value === undefined) return undefined;
    if (Array.isArray(items)) items.push(item.value);
    else items[key] = item.value;
    at = blanksEnd(text, item.next);
    if (text.charAt(at) === close) return { value: items, next: at + 1 };
    if (!text.startsWith(", ", at)) return undefined;
    at = blanksEnd(text, at + 1);
  }
}

export function blanksEnd(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x20) at += 1;
  return at;
}

function quoteEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\") at += 1;
    else if (char === '"') return at + 1;
  }
  return text.length;
}

function quoted(text: string): string | undefined {
  if (quoteEnd(text, 0) !== text.length) return undefined;
  try {
    return wellFormed(JSON.parse(text) as string);
  } catch {
    return undefined;
  }
}

function singleEnd(text: string): number {
  return /^'(?:[^']|'')*'/.exec(text)?.[0].length ?? text.length;
}

function singleQuoted(text: string): string | undefined {
  return SINGLE.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
}

function plain(text: string, pattern: RegExp): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  if (pattern.test(text) && !READ_AS_OTHER.test(text)) return text;
  if (IN_TEAMS.test(text)) return text;
  if (NUMBER.test(text)) return Number(text);
  return TIMESTAMP.test(text) ? text : undefined;
}
