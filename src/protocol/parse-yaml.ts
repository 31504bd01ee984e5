import {
  Composer,
  type CST,
  type Document,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  Parser,
  type YAMLError,
} from "yaml";
import { ClawflowError, type ErrorCode } from "./errors.ts";
import { parseSimpleYaml } from "./parse-simple-yaml.ts";
import { checkKey, MAX_DEPTH, pathText } from "./plain-value.ts";
import { wellFormed } from "./well-formed.ts";

/**
 * Strict YAML 1.2 (core schema) as plain values: no anchors or aliases, no tags but the core ones, no key twice, none of
 * the forbidden keys, at most 100 levels. Timestamps stay strings; half a surrogate pair is U+FFFD. Keys are strings.
 *
 * @param firstLine the line of the file on which `text` begins, for messages
 * @param maxValues keys, texts, lists and maps that it may hold, where it is more than plain lines
 * @throws `code` for anything else; E_TOO_LARGE
 */
export function parseYaml(
  text: string,
  code: ErrorCode,
  firstLine = 1,
  maxValues = Number.POSITIVE_INFINITY,
): unknown {
  const simple = parseSimpleYaml(text);
  if (simple !== undefined) return simple;
  return parseAnyYaml(text, code, firstLine, maxValues);
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
export function parseAnyYaml(
  text: string,
  code: ErrorCode,
  firstLine: number,
  maxValues = Number.POSITIVE_INFINITY,
): unknown {
  const source = { text, code, firstLine };
  const document = composed(tokensOf(source, maxValues), source);
  const problem = document?.errors[0] ?? document?.warnings[0];
  if (problem !== undefined) throw notYaml(source, problem.pos[0], problem.message, problem);
  return plainValue(document?.contents, source, []);
}

/** The package collects all faults: of a text that is made of them, a hundred times its size. Here the first one ends it. */
function composed(tokens: CST.Token[], source: Source): Document.Parsed | undefined {
  const composer = new Composer(OPTIONS);
  const { errors, warnings } = composer.streamInfo();
  let first: YAMLError | undefined;
  const end = (fault: YAMLError): never => {
    // What is thrown within a list is caught there, and comes once more as a fault of the list.
    first ??= fault;
    throw first;
  };
  errors.push = end;
  warnings.push = end;
  try {
    return composer.compose(tokens, true, source.text.length).next().value ?? undefined;
  } catch (error) {
    if (first === undefined) throw error;
    throw notYaml(source, first.pos[0], first.message, first);
  }
}

/** What the lexer says before a text, whatever that looks like. */
const TEXT_FOLLOWS = "\x1f";

/** A value or a key begins. */
const STARTS = new Set([TEXT_FOLLOWS, "[", "{", "-"]);

function tokensOf(source: Source, maxValues: number): CST.Token[] {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const take = (token: CST.Token): void => {
    if (token.type === "error") throw notYaml(source, token.offset, token.message);
    if (token.type === "document" && tokens.some(({ type }) => type === "document")) {
      throw notYaml(source, token.offset, "a second document");
    }
    tokens.push(token);
  };
  let isText = false;
  let values = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    if (!isText && (lexeme.startsWith("&") || lexeme.startsWith("*")))
      throw anAlias(source, parser.offset, lexeme);
    isText = lexeme === TEXT_FOLLOWS;
    if (STARTS.has(lexeme) && ++values > maxValues) throw tooMany(maxValues);
    for (const token of parser.next(lexeme)) take(token);
    if (parser.stack.length > MAX_STACK) throw tooDeep(source.code);
  }
  for (const token of parser.end()) take(token);
  return tokens;
}

interface Source {
  text: string;
  code: ErrorCode;
  firstLine: number;
}

function plainValue(node: unknown, source: Source, path: PropertyKey[]): unknown {
  if (node === null || node === undefined) return null;
  if (path.length > MAX_DEPTH) throw tooDeep(source.code);
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

function tooMany(maxValues: number): ClawflowError {
  return new ClawflowError("E_TOO_LARGE", "too many values", {
    at: "frontmatter",
    expected: `at most ${maxValues} keys, texts, lists and maps`,
  });
}

function tooDeep(code: ErrorCode): ClawflowError {
  return new ClawflowError(code, "nested too deeply", { expected: `at most ${MAX_DEPTH} levels` });
}

function anAlias({ text, code, firstLine }: Source, position: number, lexeme: string): ClawflowError {
  return new ClawflowError(code, "an anchor or alias", {
    at: placeText(text, position, firstLine),
    expected: "every value written out",
    found: lexeme,
    hint: "A text that begins with & or * is to be quoted",
  });
}

function notYaml(
  { text, code, firstLine }: Source,
  position: number,
  found: string,
  cause?: unknown,
): ClawflowError {
  return new ClawflowError(code, "not valid YAML", {
    at: placeText(text, position, firstLine),
    expected: "YAML 1.2 without tags of its own",
    found,
    cause,
  });
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
