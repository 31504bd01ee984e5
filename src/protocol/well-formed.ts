import type { ErrorCode } from "./errors.ts";
import { checkKey, isPlainObject } from "./plain-value.ts";

/**
 * Half a surrogate pair cannot be written as UTF-8: it becomes U+FFFD wherever text comes in, so that what is kept can be read back. So does
 * NUL, as in any Markdown: a file that holds one is taken for no text, by editors, and by us for what a power cut left.
 */
export function wellFormed(text: string): string {
  return text.isWellFormed() && !text.includes("\0") ? text : text.toWellFormed().replaceAll("\0", "\ufffd");
}

/** The same for all texts of a plain value. @throws `code` for two keys that become one */
export function wellFormedValue(value: unknown, code: ErrorCode, path: readonly PropertyKey[] = []): unknown {
  if (typeof value === "string") return wellFormed(value);
  if (Array.isArray(value)) return value.map((item, at) => wellFormedValue(item, code, [...path, at]));
  if (!isPlainObject(value)) return value;
  const map: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const key = wellFormed(name);
    checkKey(map, key, path, code);
    map[key] = wellFormedValue(item, code, [...path, key]);
  }
  return map;
}
