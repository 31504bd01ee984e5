import { isScalar, Lexer, parseDocument } from "yaml";

/** A pair of a block map in its text: from the beginning of its first line to behind its last. */
export interface PairPlace {
  key: string;
  start: number;
  end: number;
}

/** A block map in its text. */
export interface BlockMap {
  indent: number;
  pairs: PairPlace[];
}

/**
 * The pairs of the block map that the lines from `from` to `to` hold. The text is known to be valid YAML, so indentation alone tells them
 * apart: whatever is indented more deeply than the keys belongs to the pair before it, comments as well. Blank lines, and comments
 * that are not deeper, stand between pairs.
 *
 * @returns `undefined` where the lines begin with something else than a block map
 */
export function blockMap(text: string, from: number, to: number): BlockMap | undefined {
  const pairs: PairPlace[] = [];
  let indent = -1;
  let isExplicit = false;
  let current: PairPlace | undefined;
  for (let at = from; at < to; ) {
    const next = nextLine(text, at, to);
    const column = blanksAt(text, at);
    const first = text.charAt(at + column);
    // A line of blanks may belong to a block text; one no deeper than the keys cannot.
    if (isBlankLine(text, at, next) || first === "#") {
      if (current !== undefined && column > indent) current.end = next;
      at = next;
      continue;
    }
    if (indent === -1) {
      if (first === "{" || first === "[" || first === "!" || isMark(text, at + column, "-")) return undefined;
      indent = column;
    }
    const isDeeper = column > indent || first === "\t";
    const isItem = isMark(text, at + column, "-");
    const isValue = isExplicit && isMark(text, at + column, ":");
    if (current !== undefined && (isDeeper || isItem || isValue)) current.end = next;
    else if (column < indent) return undefined;
    else if (column === 0 && text.startsWith("...", at)) break;
    else {
      isExplicit = isMark(text, at + column, "?");
      current = { key: "", start: at, end: next };
      pairs.push(current);
    }
    at = next;
  }
  for (const [index, pair] of pairs.entries()) {
    pair.end = withKeptBlanks(text, pair, pairs[index + 1]?.start ?? to);
    pair.key = keyOf(text, pair);
  }
  return pairs.length === 0 ? undefined : { indent, pairs };
}

/** The map that is the value of the pair, if it stands in block form on the lines below the key. */
export function innerMap(text: string, pair: PairPlace, indent: number): BlockMap | undefined {
  const colon = colonOf(text, pair);
  if (colon === undefined) return undefined;
  REST.lastIndex = colon;
  if (!REST.test(text)) return undefined;
  const inner = blockMap(text, REST.lastIndex, pair.end);
  return inner !== undefined && inner.indent > indent ? inner : undefined;
}

const REST = /[ \t]*(?:#[^\n]*|\r)?\n/y;

/** The place behind the colon of the pair; `undefined` for a key without one. */
export function colonOf(text: string, pair: PairPlace): number | undefined {
  SIMPLE_KEY.lastIndex = pair.start;
  if (SIMPLE_KEY.test(text)) return SIMPLE_KEY.lastIndex;
  for (const token of pairTokens(text, pair)) if (token.source === ":") return token.at + 1;
  return undefined;
}

const SIMPLE_KEY = / *([A-Za-z_][A-Za-z0-9_-]*)[ \t]*:(?=\s)/y;

function keyOf(text: string, pair: PairPlace): string {
  SIMPLE_KEY.lastIndex = pair.start;
  const simple = SIMPLE_KEY.exec(text)?.[1];
  if (simple !== undefined) return simple;
  const source = text.slice(pair.start, colonOf(text, pair) ?? pair.end);
  const { contents } = parseDocument(source, { version: "1.2", schema: "core", stringKeys: true });
  const key = (contents as { items?: { key: unknown }[] } | null)?.items?.[0]?.key;
  return isScalar(key) ? String(key.value) : "";
}

export interface Token {
  source: string;
  at: number;
  /** Text of a plain or block scalar, whatever it looks like. */
  isText: boolean;
}

const TEXT_FOLLOWS = "\x1f";
const MARKS = ["\x02", "\x18", TEXT_FOLLOWS];

/** The parts of a pair, lazily: only as much is read as is asked for. */
export function* pairTokens(text: string, { start, end }: PairPlace): Generator<Token> {
  let at = start;
  let isText = false;
  for (const source of new Lexer().lex(text.slice(start, end))) {
    if (!isText && MARKS.includes(source)) {
      isText = source === TEXT_FOLLOWS;
      continue;
    }
    yield { source, at, isText };
    at += source.length;
    isText = false;
  }
}

/** Blank lines behind a block text that keeps them (`|+`) are part of it. */
function withKeptBlanks(text: string, pair: PairPlace, to: number): number {
  let { end } = pair;
  if (!/[|>]\d?\+/.test(text.slice(pair.start, end))) return end;
  while (end < to) {
    const next = nextLine(text, end, to);
    if (!isBlankLine(text, end, next)) break;
    end = next;
  }
  return end;
}

function nextLine(text: string, at: number, to: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 || newline >= to ? to : newline + 1;
}

function blanksAt(text: string, at: number): number {
  let count = 0;
  while (text.charCodeAt(at + count) === 0x20) count += 1;
  return count;
}

function isBlankLine(text: string, at: number, next: number): boolean {
  for (let place = at; place < next; place++) {
    const code = text.charCodeAt(place);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return false;
  }
  return true;
}

/** An indicator: the character with a blank or the end of the line behind it. */
function isMark(text: string, at: number, mark: string): boolean {
  return text.charAt(at) === mark && /^\s?$/.test(text.charAt(at + 1));
}
