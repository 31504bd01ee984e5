import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, type Node, Parser } from "yaml";
import { ClawflowError, type ErrorCode } from "./errors.ts";
import { parseSimpleYaml } from "./parse-simple-yaml.ts";
import { checkKey, MAX_DEPTH, pathText } from "./plain-value.ts";
import { wellFormed } from "./well-formed.ts";

/**
 * Strict YAML 1.2 (core schema) as plain values: no anchors or aliases, no tags but the core ones, no key twice, none of
 * the forbidden keys, at most 100 levels. Timestamps stay strings; half a surrogate pair is U+FFFD. Keys are strings.
 *
 * @param firstLine the line of the file on which `text` begins, for messages
 * @throws `code` for anything else
 */
export function parseYaml(text: string, code: ErrorCode, firstLine = 1): unknown {
  const simple = parseSimpleYaml(text);
  if (simple !== undefined) return simple;
  return parseAnyYaml(text, code, firstLine);
}

/**
 * Of the package's parser: a level of ours is one of its own, or two. What it makes of its tokens is made by recursion; and where the stack
 * comes to its end while a regular expression is compiled, Node aborts the process and nothing can catch it. So what is too deep must be
 * known before.
 */
const MAX_STACK = 3 * MAX_DEPTH;

const OPTIONS = {
  version: "1.2",
  schema: "core",
  // Keys are checked below with a set: the library compares every key with every other.
  uniqueKeys: false,
  stringKeys: true,
} as const;

/** Without the quick way. */
export function parseAnyYaml(text: string, code: ErrorCode, firstLine: number): unknown {
  const documents = [...new Composer(OPTIONS).compose(tokensOf(text, code), true, text.length)];
  const [document, second] = documents;
  if (document === undefined) return null;
  const problem =
    document.errors[0] ?? (second === undefined ? document.warnings[0] : anotherDocument(second.range));
  if (problem !== undefined) {
    throw new ClawflowError(code, "not valid YAML", {
      at: placeText(text, problem.pos[0], firstLine),
      expected: "YAML 1.2 without tags of its own",
      found: problem.message,
      cause: problem,
    });
  }
  return plainValue(document.contents, { text, code, firstLine }, []);
}

function tokensOf(text: string, code: ErrorCode): CST.Token[] {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_STACK) throw tooDeep(code);
  }
  tokens.push(...parser.end());
  return tokens;
}

function anotherDocument([start]: readonly [number, ...number[]]): { pos: [number]; message: string } {
  return { pos: [start], message: "a second document" };
}

interface Source {
  text: string;
  code: ErrorCode;
  firstLine: number;
}

function plainValue(node: unknown, source: Source, path: PropertyKey[]): unknown {
  if (node === null || node === undefined) return null;
  if (path.length > MAX_DEPTH) throw tooDeep(source.code);
  if (isAlias(node) || (node as { anchor?: string }).anchor !== undefined) {
    throw new ClawflowError(source.code, "an anchor or alias", {
      at: placeText(source.text, (node as Node).range?.[0] ?? 0, source.firstLine),
      expected: "every value written out",
      found: isAlias(node) ? `*${node.source}` : `&${(node as { anchor?: string }).anchor}`,
      hint: "A text that begins with & or * is to be quoted",
    });
  }
  if (isScalar(node)) return scalarValue(node.value, source, path);
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      path.push(index);
      const value = plainValue(item, source, path);
      path.pop();
      return value;
    });
  }
  if (!isMap(node)) throw new ClawflowError(source.code, "not plain YAML", { at: pathText(path) });
  const map: Record<string, unknown> = {};
  for (const pair of node.items) {
    const key = String(plainValue(pair.key, source, path));
    checkKey(map, key, path, source.code);
    path.push(key);
    map[key] = plainValue(pair.value, source, path);
    path.pop();
  }
  return map;
}

function scalarValue(value: unknown, source: Source, path: PropertyKey[]): unknown {
  if (typeof value === "string") return wellFormed(value);
  if (value === null || typeof value !== "object") return value;
  throw new ClawflowError(source.code, "a value of a special kind", {
    at: pathText(path),
    expected: "text, a number, true, false or null",
  });
}

function tooDeep(code: ErrorCode): ClawflowError {
  return new ClawflowError(code, "nested too deeply", { expected: `at most ${MAX_DEPTH} levels` });
}

function placeText(text: string, position: number, firstLine: number): string {
  let line = firstLine;
  let start = 0;
  for (let next = text.indexOf("\n"); next !== -1 && next < position; next = text.indexOf("\n", next + 1)) {
    line += 1;
    start = next + 1;
  }
  return `line ${line}, column ${position - start + 1}`;
}
