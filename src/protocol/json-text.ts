import { ClawflowError, type ErrorCode } from "./errors.ts";
import { checkKey, MAX_DEPTH, pathText } from "./plain-value.ts";
import { wellFormedValue } from "./well-formed.ts";

/** Half a pair, of a whole one that is written out as well, or NUL. */
const NOT_WELL_FORMED = /\\u(?:[dD][89a-fA-F]|0000)|[\ud800-\udfff]/u;

/**
 * A JSON text as plain values. `JSON.parse` keeps the last of two equal keys and takes `__proto__`: this refuses both, and
 * anything deeper than 100 levels; half a surrogate pair and NUL are U+FFFD.
 *
 * @throws E_JSON with the place
 */
export function parseJson(text: string, code: ErrorCode = "E_JSON"): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ClawflowError(code, "not valid JSON", {
      expected: "one JSON value",
      found: message,
      cause: error,
    });
  }
  checkKeys(text, code);
  return NOT_WELL_FORMED.test(text) ? wellFormedValue(value, code) : value;
}

interface Level {
  /** Keys so far of an object; `undefined` for an array. */
  keys: Record<string, true> | undefined;
  /** The key or index that is being read. */
  part: string | number;
}

/** `text` is valid JSON: strings and brackets are all that must be told apart. Not recursive, as the depth is not known yet. */
function checkKeys(text: string, code: ErrorCode): void {
  const levels: Level[] = [];
  let expectKey = false;
  for (let at = 0; at < text.length; at++) {
    const level = levels.at(-1);
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = stringEnd(text, at);
        if (expectKey && level?.keys !== undefined) {
          const key = JSON.parse(text.slice(at, end)) as string;
          const path = levels.slice(0, -1).map(({ part }) => part);
          checkKey(level.keys, key, path, code);
          level.keys[key] = true;
          level.part = key;
          expectKey = false;
        }
        at = end - 1;
        break;
      }
      case 0x7b:
      case 0x5b: {
        if (levels.length >= MAX_DEPTH) {
          throw new ClawflowError(code, "nested too deeply", {
            at: pathText(levels.slice(0, 5).map(({ part }) => part)),
            expected: `at most ${MAX_DEPTH} levels`,
          });
        }
        const isObject = text.charCodeAt(at) === 0x7b;
        levels.push(isObject ? { keys: Object.create(null), part: "" } : { keys: undefined, part: 0 });
        expectKey = isObject;
        break;
      }
      case 0x7d:
      case 0x5d:
        levels.pop();
        expectKey = false;
        break;
      case 0x2c:
        expectKey = level?.keys !== undefined;
        if (level !== undefined && typeof level.part === "number") level.part += 1;
        break;
    }
  }
}

/** The position after the closing quote. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at + 1;
  }
  return text.length;
}
