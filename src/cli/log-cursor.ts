import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import type { LogEvent } from "../protocol/log-event.ts";
import { eventKey } from "../view/log/event-key.ts";

/** Which events a follower has had, kept in a file of its own. */
export interface LogCursor {
  isNew(event: LogEvent): boolean;
  /** The follower has them: durable when it returns. */
  passed(events: readonly LogEvent[]): void;
  close(): void;
}

const HEAD = "clawflow log cursor 1\n";

/**
 * Opens the cursor, or begins one. It names the events themselves, not a place in a file or a time: so it does not matter whether files were
 * moved, archived or removed since, and an event that comes late with an early time is not missed. It grows by 17 bytes an event.
 *
 * @throws E_USAGE where the file is something else, or cannot be written
 */
export function openCursor(path: string): LogCursor {
  const known = new Set<string>();
  const text = readCursor(path);
  for (const line of text.slice(HEAD.length).split("\n")) if (/^[0-9a-f]{16}$/.test(line)) known.add(line);
  const file = openToAppend(path);
  // What a crash left of a line stands for itself.
  if (text === "") append(file, HEAD);
  else if (!text.endsWith("\n")) append(file, "\n");
  return {
    isNew: (event) => !known.has(eventKey(event)),
    passed(events) {
      const keys = events.map(eventKey).filter((key) => !known.has(key));
      if (keys.length === 0) return;
      append(file, `${keys.join("\n")}\n`);
      for (const key of keys) known.add(key);
    },
    close: () => closeSync(file),
  };
}

function readCursor(path: string): string {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (text === "" || text.startsWith(HEAD)) return text;
  throw new ClawflowError("E_USAGE", "not a cursor of a log", {
    at: path,
    hint: "Name a file that is not there yet: it is made.",
  });
}

function openToAppend(path: string): number {
  try {
    const file = openSync(path, "a", 0o600);
    syncFolder(dirname(path));
    return file;
  } catch (cause) {
    throw new ClawflowError("E_USAGE", "the cursor cannot be written", { at: path, cause });
  }
}

function append(file: number, text: string): void {
  writeSync(file, text);
  fsyncSync(file);
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
