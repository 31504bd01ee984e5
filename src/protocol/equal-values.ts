import { isPlainObject } from "./plain-value.ts";
import { wellFormed } from "./well-formed.ts";

/**
 * Whether two values of YAML or JSON are written as the same: the order of a map is no difference, a field that is `undefined` is not
 * there, and half a character is the one that stands for it in a file.
 */
export function equalValues(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a === "string" && typeof b === "string") return wellFormed(a) === wellFormed(b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => equalValues(item, b[at]));
  }
  if (!isPlainObject(a) || !isPlainObject(b)) return false;
  for (const key in a) if (!equalValues(a[key], ownValue(b, key))) return false;
  for (const key in b) if (b[key] !== undefined && ownValue(a, key) === undefined) return false;
  return true;
}

/** Of a key of the map itself, not of what it inherits. */
export function ownValue<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
