import { FORBIDDEN_KEYS } from "./plain-value.ts";
import { PLAIN, PLAIN_IN_FLOW, READ_AS_OTHER, TIMESTAMP } from "./yaml-text.ts";

const MAX_LEVELS = 8;
const KEY = /([A-Za-z_][A-Za-z0-9_-]{0,99}):(?: |$)/y;
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;

/**
 * The quick way for the YAML that `formatYaml` writes, because reading the head of a message with the yaml package costs ten times as
 * much as everything else that is done with it. It knows block maps, lists and maps on one line, plain and JSON-quoted scalars,
 * and gives `undefined` for anything else and for anything wrong: `parseYaml` then lets the package read or refuse the
 * text. What it does give is what the package would give; a property test holds the two together.
 */
export function parseSimpleYaml(text: string): Record<string, unknown> | undefined {
  if (text === "" || !text.endsWith("\n") || text.includes("\r")) return undefined;
  const lines = text.slice(0, -1).split("\n");
  const block = blockMap(lines, 0, 0, 0);
  return block?.next === lines.length ? block.map : undefined;
}

type Map = Record<string, unknown>;

/** The map whose entries begin with `indent` blanks, from line `from` on; `next` is the first line behind it. */
function blockMap(
  lines: readonly string[],
  from: number,
  indent: number,
  level: number,
): { map: Map; next: number } | undefined {
  if (level > MAX_LEVELS) return undefined;
  const map: Map = {};
  let at = from;
  while (at < lines.length) {
    const line = lines[at] as string;
    const blanks = leadingBlanks(line);
    if (blanks < indent) break;
    KEY.lastIndex = indent;
    const key = blanks === indent ? KEY.exec(line)?.[1] : undefined;
    if (key === undefined || !isFree(map, key)) return undefined;
    const value = line.slice(KEY.lastIndex);
    if (value !== "") {
      const parsed = blockValue(value);
      if (parsed === undefined) return undefined;
      map[key] = parsed;
      at += 1;
      continue;
    }
    const inner = leadingBlanks(lines[at + 1] ?? "");
    // A key without a value is for the package to judge, and so is one with a blank behind it.
    if (inner <= indent || !line.endsWith(":")) return undefined;
    const block = blockMap(lines, at + 1, inner, level + 1);
    if (block === undefined) return undefined;
    map[key] = block.map;
    at = block.next;
  }
  return at === from ? undefined : { map, next: at };
}

function leadingBlanks(line: string): number {
  let count = 0;
  while (line.charCodeAt(count) === 0x20) count += 1;
  return count;
}

function isFree(map: Map, key: string): boolean {
  return !FORBIDDEN_KEYS.includes(key) && !Object.hasOwn(map, key);
}

function blockValue(text: string): unknown {
  const first = text.charAt(0);
  if (first === "[" || first === "{") {
    const flow = flowValue(text, 0, 0);
    return flow?.next === text.length ? flow.value : undefined;
  }
  return first === '"' ? quoted(text) : plain(text, PLAIN);
}

function flowValue(text: string, from: number, level: number): { value: unknown; next: number } | undefined {
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
  return { value: plain(text.slice(from, next), PLAIN_IN_FLOW), next };
}

/** `[a, b]` or `{a: b, c: d}`, written exactly so. */
function flowItems(
  text: string,
  from: number,
  close: string,
  level: number,
  items: unknown[] | Map,
): { value: unknown; next: number } | undefined {
  let at = from + 1;
  if (text.charAt(at) === close) return { value: items, next: at + 1 };
  for (;;) {
    let key = "";
    if (!Array.isArray(items)) {
      KEY.lastIndex = at;
      key = KEY.exec(text)?.[1] ?? "";
      if (key === "" || !isFree(items, key)) return undefined;
      at = KEY.lastIndex;
    }
    const item = flowValue(text, at, level + 1);
    if (item?.value === undefined) return undefined;
    if (Array.isArray(items)) items.push(item.value);
    else items[key] = item.value;
    at = item.next;
    if (text.charAt(at) === close) return { value: items, next: at + 1 };
    if (!text.startsWith(", ", at)) return undefined;
    at += 2;
  }
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
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

function plain(text: string, pattern: RegExp): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  if (pattern.test(text) && !READ_AS_OTHER.test(text)) return text;
  if (NUMBER.test(text)) return Number(text);
  return TIMESTAMP.test(text) ? text : undefined;
}
