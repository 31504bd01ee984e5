import type { ErrorCode } from "./errors.ts";
import { checkKey, isPlainObject } from "./plain-value.ts";

/** Half a surrogate pair cannot be written as UTF-8: it becomes U+FFFD wherever text comes in, so that what is kept can be read back. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
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
