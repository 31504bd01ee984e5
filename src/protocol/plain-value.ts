import { ClawflowError, type ErrorCode } from "./errors.ts";

/** Deeper values are refused: nothing of the protocol nests more than a few levels, and recursion must stay shallow. */
export const MAX_DEPTH = 100;

/** Keys that would reach an object's prototype where a careless program copies them. */
export const FORBIDDEN_KEYS: readonly string[] = ["__proto__", "constructor", "prototype"];

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A known field that was left blank (`subtask_id:`) is a field that is not there. */
export function withoutBlanks(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** As `extra`, the fields that are not among the known ones; nothing if there are none. */
export function unknownFields(
  fields: Record<string, unknown>,
  known: readonly string[] = [],
): { extra?: Record<string, unknown> } {
  const extra = Object.entries(fields).filter(([key]) => !known.includes(key));
  return extra.length === 0 ? {} : { extra: Object.fromEntries(extra) };
}

/** Keys are what somebody wrote, as long and as deep as they like. */
const LONGEST_PATH = 300;

/** `subtasks.scan.depends_on[0]` for the path of a value in a document, as an error shows it. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? String(part) : `.${String(part)}`;
    if (text.length > LONGEST_PATH) return `${text.slice(0, LONGEST_PATH)}…`;
  }
  return text;
}

/** A value as an error shows it. */
export function foundText(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** @throws the given code for a key that stands twice or is forbidden; `path` is that of the map. */
export function checkKey(
  map: Record<string, unknown>,
  key: string,
  path: readonly PropertyKey[],
  code: ErrorCode,
): void {
  if (FORBIDDEN_KEYS.includes(key)) {
    throw new ClawflowError(code, "a forbidden key", {
      at: pathText([...path, key]),
      expected: `no key named ${FORBIDDEN_KEYS.join(", ")}`,
      found: key,
    });
  }
  if (Object.hasOwn(map, key)) {
    throw new ClawflowError(code, "a key that stands twice", {
      at: pathText([...path, key]),
      expected: "each key once",
      found: `${key} again`,
    });
  }
}
