import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
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

/** Without the quick way. */
export function parseAnyYaml(text: string, code: ErrorCode, firstLine: number): unknown {
  let document: ReturnType<typeof parseDocument>;
  try {
    // Keys are checked below with a set: the library compares every key with every other.
    document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      uniqueKeys: false,
      stringKeys: true,
      prettyErrors: false,
      // "silent" would also hide that there is a second document.
      logLevel: "error",
    });
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(code, error);
    throw new ClawflowError(code, "not valid YAML", { cause: error, found: String(error) });
  }
  const problem = document.errors[0] ?? document.warnings[0];
  // What the library says of a stack that overflowed.
  if (document.errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")) throw tooDeep(code, problem);
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

function tooDeep(code: ErrorCode, cause?: unknown): ClawflowError {
  return new ClawflowError(code, "nested too deeply", { expected: `at most ${MAX_DEPTH} levels`, cause });
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
