import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes of a line: all are alike, so that the size says how many there are. */
export const LINE = 13;

/** What is written down outside of the system, each line by one write, which a kill does not undo. */
export function logs(folder) {
  return {
    accepted: join(folder, "accepted"),
    effects: join(folder, "effects"),
  };
}

/** `told`: the handler knew that this message may have been handled before. */
export function effectLine(id, told) {
  return `${id} ${told ? 2 : 1}\n`;
}

export function readLog(path) {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => ({ id: line.slice(0, -2), told: line.endsWith("2") }));
}
