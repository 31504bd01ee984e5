import {
  blanksEnd,
  isFree,
  KEY,
  lineValue,
  MAX_LEVELS,
  type Parsed,
  type ValueMap,
} from "./parse-yaml-line.ts";

/** Characters that somebody could take for something else. */
const NOT_LITERAL = /[^ -~\u00a1-\u167f\u1681-\u1fff\u2070-\u2fff\u3001-\ud7ff]/;

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
  return block?.next === lines.length ? (block.value as ValueMap) : undefined;
}

/** The map whose entries begin with `indent` blanks, from line `from` on. */
function blockMap(lines: readonly string[], from: number, indent: number, level: number): Parsed | undefined {
  if (level > MAX_LEVELS) return undefined;
  const map: ValueMap = {};
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
