import { colonOf, type PairPlace, pairTokens } from "./block-map.ts";
import { isPlainObject } from "./plain-value.ts";
import type { Splice } from "./splice.ts";
import type { Shape } from "./task-shape.ts";
import { formatYamlKey, formatYamlMap } from "./yaml-text.ts";

/** The lines of a pair in canonical form. */
export function pairText(key: string, value: unknown, indent: string, shape: Shape | undefined): string {
  const inner = shape?.inner(key);
  if (!inner?.block || !isPlainObject(value)) return formatYamlMap({ [key]: value }, indent);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return formatYamlMap({ [key]: value }, indent);
  const lines = entries.map(([name, each]) => pairText(name, each, `${indent}  `, inner));
  return `${indent}${formatYamlKey(key, indent)}\n${lines.join("")}`;
}

/** Takes a pair out; its comments stay, as lines of their own. */
export function removal(text: string, pair: PairPlace, indent: number): Splice {
  const comments = [...pairTokens(text, pair)].filter(isComment).map(({ source }) => source);
  return { from: pair.start, to: pair.end, text: commentLines(comments, indent) };
}

/** Gives a pair another value. A comment on the line of the key stays where it is, others come above it. */
export function replacement(
  text: string,
  pair: PairPlace,
  value: unknown,
  indent: number,
  shape: Shape | undefined,
): Splice[] {
  const blanks = " ".repeat(indent);
  const whole = pairText(pair.key, value, blanks, shape);
  const colon = colonOf(text, pair);
  if (colon === undefined) {
    const { text: comments, ...extent } = removal(text, pair, indent);
    return [{ ...extent, text: comments + whole }];
  }
  const written = whole.slice(`${blanks}${formatYamlKey(pair.key, blanks)}`.length);
  const first = written.slice(0, written.indexOf("\n"));
  const rest = written.slice(first.length + 1);
  const old = oldValue(text, pair, colon);
  if (old.end <= old.lineEnd && (rest === "" || pair.end === old.lineEnd + 1)) {
    return [lineSplice(colon, old, first), ...(rest === "" ? [] : [insertion(old.lineEnd + 1, rest)])];
  }
  const [above, behind] = [
    old.comments.filter(({ at }) => at > old.lineEnd),
    old.comments.find(({ at }) => at < old.lineEnd),
  ];
  const line = behind === undefined ? first : `${first} ${behind.source}`;
  return [
    insertion(
      pair.start,
      commentLines(
        above.map(({ source }) => source),
        indent,
      ),
    ),
    { from: colon, to: pair.end, text: `${line}\n${rest}` },
  ];
}

interface OldValue {
  /** Of the value, without blanks and comments around it; both behind the colon if there is none. */
  start: number;
  end: number;
  /** Of the line that the colon is in, without its line break. */
  lineEnd: number;
  comments: { source: string; at: number }[];
}

function oldValue(text: string, pair: PairPlace, colon: number): OldValue {
  const newline = text.indexOf("\n", colon);
  const old: OldValue = {
    start: colon,
    end: colon,
    lineEnd: newline === -1 ? pair.end : newline,
    comments: [],
  };
  for (const token of pairTokens(text, pair)) {
    if (token.at < colon) continue;
    if (isComment(token)) old.comments.push(token);
    else if (token.isText || token.source.trim() !== "") {
      if (old.end === colon) old.start = token.at;
      old.end = token.at + token.source.length;
    }
  }
  return old;
}

/** Within the line: the blanks before the value and what follows it stay as they are. */
function lineSplice(colon: number, old: OldValue, first: string): Splice {
  if (first === "") return { from: colon, to: old.end, text: "" };
  if (old.end === colon) return insertion(colon, first);
  return { from: old.start, to: old.end, text: first.slice(1) };
}

function insertion(at: number, text: string): Splice {
  return { from: at, to: at, text };
}

function isComment({ source, isText }: { source: string; isText: boolean }): boolean {
  return !isText && source.startsWith("#");
}

function commentLines(comments: readonly string[], indent: number): string {
  return comments.map((comment) => `${" ".repeat(indent)}${comment.trimEnd()}\n`).join("");
}
