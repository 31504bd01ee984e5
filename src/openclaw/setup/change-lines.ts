import { plainLine } from "../../cli/render/plain.ts";
import type { Change } from "./change.ts";

/** Changes as a person reads them: each setting with what it was and what it becomes. */
export function changeLines(changes: readonly Change[]): string[] {
  return changes.flatMap(({ path, before, after }) => [
    plainLine(path.join("."), 300),
    ...(before === undefined ? [] : [`  - ${shown(before)}`]),
    ...(after === undefined ? ["  + (not set)"] : [`  + ${shown(after)}`]),
  ]);
}

/** What undoing them does. */
export function undoLines(changes: readonly Change[]): string[] {
  return changeLines(changes.map(({ path, before, after }) => ({ path, before: after, after: before })));
}

function shown(value: unknown): string {
  return plainLine(JSON.stringify(value), 500);
}
