import { FORBIDDEN_KEYS } from "./plain-value.ts";
import { wellFormed } from "./well-formed.ts";
import { PLAIN, PLAIN_IN_FLOW, READ_AS_OTHER, TIMESTAMP } from "./yaml-text.ts";

const MAX_LEVELS = 8;
const KEY = /([A-Za-z_][A-Za-z0-9_-]{0,99}):(?: |$)/y;
/** Of characters that nobody could take for something else. */
const SINGLE = /^'(?:[ -&(-~\u00a1-\u167f\u1681-\u1fff\u2070-\u2fff\u3001-\ud7ff]|'')*'$/;
const NOT_LITERAL = /[^ -~\u00a1-\u167f\u1681-\u1fff\u2070-\u2fff\u3001-\ud7ff]/;
/** `./brain.mjs`, `../team`, `-p`, `--print`, `30s`: as they stand in team files. */
const IN_TEAMS = /^(?:\.{1,2}\/[\w./-]*|--?[A-Za-z][\w-]*|\d{1,9}(?:ms|s|m|h))$/;
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;

/**
 * The quick way for the YAML that `formatYaml` writes and a person leaves of it, because reading the head of a message with the yaml package
 * costs ten times as much as everything else that is done with it. It knows block maps, lists of values and of maps, lists and maps on one line, plain
 * and quoted scalars on one line, literal texts, comments and blank lines, and gives `undefined` for anything else and for anything wrong:
 * `parseYaml` then lets the package read or refuse the text. What it does give is what the package would give; a property
 * test holds the two together.
 */
export function parseSimpleYaml(text: string): Record<string, unknown> | undefined {
  if (text === "" || !text.endsWith("\n") || text.includes("\r")) return undefined;
  const lines = text.slice(0, -1).split("\n");
  const block = blockMap(lines, 0, 0, 0);
  return block?.next === lines.length ? (block.value as Map) : undefined;
}

type Map = Record<string, unknown>;

/** A value, and the first line (or place in the line) behind it. */
interface Parsed {
  value: unknown;
  next: number;
}

/** The map whose entries begin with `indent` blanks, from line `from` on. */
function blockMap(lines: readonly string[], from: number, indent: number, level: number): Parsed | undefined {
  if (level > MAX_LEVELS) return undefined;
  const map: Map = {};
  let isEmpty = true;
  let at = contentLine(lines, from);
  while (at < lines.length) {
    const line = lines[at] as string;
    const blanks = leadingBlanks(line);
    if (blanks < indent) break;
    KEY.lastIndex = indent;
    const key = blanks === indent ? KEY.exec(line)?.[1] : undefined;
    if (key === undefined || !isFree(map, key)) return undefined;
    const value = withoutBlanks(line, KEY.lastIndex);
    const parsed = isComment(value, 0)
      ? blockBelow(lines, at + 1, indent, level)
      : (literal(value, lines, at + 1, indent) ?? lineValue(value, at + 1));
    if (parsed?.value === undefined) return undefined;
    map[key] = parsed.value;
    isEmpty = false;
    at = contentLine(lines, parsed.next);
  }
  return isEmpty ? undefined : { value: map, next: at };
}

/** What stands below a key: a map or a list. A key without a value is for the package to judge. */
function blockBelow(
  lines: readonly string[],
  from: number,
  indent: number,
  level: number,
): Parsed | undefined {
  const at = contentLine(lines, from);
  const line = lines[at] ?? "";
  const inner = leadingBlanks(line);
  if (isItem(line, inner)) return inner < indent ? undefined : blockList(lines, at, inner, indent, level);
  return inner <= indent ? undefined : blockMap(lines, at, inner, level + 1);
}

function isItem(line: string, from: number): boolean {
  return line.charAt(from) === "-" && (line.length === from + 1 || line.charAt(from + 1) === " ");
}

/**
 * A list of values that stand on one line each, and of maps, each below a dash that stands alone; it may be indented as the key above it
 * is.
 */
function blockList(
  lines: readonly string[],
  from: number,
  indent: number,
  outer: number,
  level: number,
): Parsed | undefined {
  const list: unknown[] = [];
  let at = from;
  while (at < lines.length) {
    const line = lines[at] as string;
    const blanks = leadingBlanks(line);
    if (blanks < indent || (blanks === outer && !line.startsWith("-", blanks))) break;
    if (blanks > indent || !isItem(line, blanks)) return undefined;
    const text = withoutBlanks(line, blanks + 1);
    const item = isComment(text, 0) ? mapBelow(lines, at + 1, indent, level) : lineValue(text, at + 1);
    if (item?.value === undefined) return undefined;
    list.push(item.value);
    at = contentLine(lines, item.next);
  }
  return { value: list, next: at };
}

/** The map that stands deeper than `indent`. */
function mapBelow(lines: readonly string[], from: number, indent: number, level: number): Parsed | undefined {
  const at = contentLine(lines, from);
  const inner = leadingBlanks(lines[at] ?? "");
  return inner <= indent ? undefined : blockMap(lines, at, inner, level + 1);
}

/** A text of several lines, the first of which says how deep it is indented. */
function literal(header: string, lines: readonly string[], from: number, indent: number): Parsed | undefined {
  const sign = /^\|(-?) *$/.exec(header)?.[1];
  if (sign === undefined) return undefined;
  const found: string[] = [];
  let inner = 0;
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at] as string;
    const blanks = leadingBlanks(line);
    if (blanks <= indent && line !== "") break;
    if (inner === 0) inner = blanks;
    if (line !== "" && (blanks < inner || blanks === line.length)) return undefined;
    if (NOT_LITERAL.test(line)) return undefined;
    found.push(line.slice(inner));
  }
  while (found.at(-1) === "") found.pop();
  return inner === 0 ? undefined : { value: found.join("\n") + (sign === "" ? "\n" : ""), next: at };
}

/** The first line from there on that is neither blank nor a comment. */
function contentLine(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && isComment(lines[at] as string, leadingBlanks(lines[at] as string))) at += 1;
  return at;
}

/** Whether nothing but blanks or a comment follows. */
function isComment(text: string, from: number): boolean {
  return from === text.length || text.charAt(from) === "#";
}

function withoutBlanks(line: string, from: number): string {
  return line.slice(blanksEnd(line, from));
}

function leadingBlanks(line: string): number {
  let count = 0;
  while (line.charCodeAt(count) === 0x20) count += 1;
  return count;
}

function isFree(map: Map, key: string): boolean {
  return !FORBIDDEN_KEYS.includes(key) && !Object.hasOwn(map, key);
}

/** A value on one line, a comment behind it left out. */
function lineValue(text: string, next: number): Parsed | undefined {
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
  items: unknown[] | Map,
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

function blanksEnd(text: string, from: number): number {
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
