import { isDeepStrictEqual } from "node:util";
import { isPlainObject } from "../../protocol/plain-value.ts";

/** One setting of OpenClaw's configuration; what is absent is not set. */
export interface Change {
  path: readonly string[];
  before?: unknown;
  after: unknown;
}

export function valueAt(config: unknown, path: readonly string[]): unknown {
  let value = config;
  for (const key of path) value = isPlainObject(value) || Array.isArray(value) ? own(value, key) : undefined;
  return value;
}

export function makeChanges(config: object, changes: readonly Change[]): void {
  for (const { path, after } of changes) setAt(config, path, structuredClone(after));
}

/**
 * Puts back what was before, where it is still as it was left. Of a list that somebody changed since, only what was added is taken out.
 * @returns those that somebody else has changed, which stay
 */
export function undoChanges(config: object, changes: readonly Change[]): Change[] {
  return changes.toReversed().filter((change) => !undo(config, change));
}

function undo(config: object, { path, before, after }: Change): boolean {
  const now = valueAt(config, path);
  if (isDeepStrictEqual(now, before)) return true;
  if (isDeepStrictEqual(now, after)) setAt(config, path, structuredClone(before));
  else if (Array.isArray(now) && Array.isArray(after) && Array.isArray(before)) {
    const added = after.filter((value) => !before.includes(value));
    const left = now.filter((value) => !added.includes(value));
    setAt(config, path, left);
  } else return false;
  return true;
}

/** `undefined` takes the setting out, and whatever is empty above it by that. */
function setAt(config: object, path: readonly string[], value: unknown): void {
  const [key, ...below] = path;
  if (key === undefined) return;
  const map = config as Record<string, unknown>;
  if (below.length === 0) {
    if (value === undefined) delete map[key];
    else map[key] = value;
    return;
  }
  const inner = own(map, key);
  if (typeof inner !== "object" || inner === null) {
    if (value === undefined) return;
    map[key] = {};
  }
  const next = map[key] as object;
  setAt(next, below, value);
  if (value === undefined && isPlainObject(next) && Object.keys(next).length === 0) delete map[key];
}

function own(map: object, key: string): unknown {
  return Object.hasOwn(map, key) ? (map as Record<string, unknown>)[key] : undefined;
}
