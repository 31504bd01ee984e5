import { relative } from "node:path";
import { plainLine } from "./plain.ts";

/** A path as a person at `from` would type it. */
export function shownPath(from: string, path: string): string {
  const shown = relative(from, path);
  return plainLine(shown === "" ? "." : shown.startsWith("../../..") ? path : shown);
}
