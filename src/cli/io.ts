import { text } from "node:stream/consumers";

import type { Embedded } from "./embedded.ts";

/** What a command may touch of the process it runs in. Tests put their own in place. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. Written whole before the process ends. */
  out(text: string): void;
  /** Progress, warnings, errors. */
  err(text: string): void;
  /** Whether a person's terminal is at the end of each. */
  readonly terminal: { out: boolean; err: boolean };
  readonly colour: { out: boolean; err: boolean };
  /** Of the terminal; as it is now. */
  size(): { columns: number; rows: number };
  /** All of standard input. */
  input(): Promise<string>;
  /** Aborted when nobody reads standard output any more. */
  readonly closed: AbortSignal;
  /** Absent: the command was called as `clawflow`, in a shell. */
  readonly embedded?: Embedded;
}

/** The process's own streams. A reader that goes away (`| head`) is no error: what is still to be written there is dropped. */
export function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  const closed = new AbortController();
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    closed.abort();
  });
  let errClosed = false;
  stderr.on("error", () => {
    errClosed = true;
  });
  return {
    cwd: process.cwd(),
    env,
    out: (written) => void (closed.signal.aborted || stdout.write(written)),
    err: (written) => void (errClosed || stderr.write(written)),
    terminal: { out: isTerminal(stdout), err: isTerminal(stderr) },
    colour: { out: wantsColour(env, stdout.isTTY), err: wantsColour(env, stderr.isTTY) },
    size: () => ({ columns: stderr.columns ?? stdout.columns ?? 80, rows: stderr.rows ?? stdout.rows ?? 24 }),
    input: () => text(stdin),
    closed: closed.signal,
  };
}

/** One on which the cursor can be moved. */
function isTerminal(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.TERM !== "dumb";
}

/** `NO_COLOR` and a dumb terminal say no, `FORCE_COLOR` says yes, else a terminal decides. */
export function wantsColour(env: Io["env"], isTerminal: boolean | undefined): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isTerminal === true && env.TERM !== "dumb";
}
