import type { Io } from "../../src/cli/io.ts";

/** Streams that are strings. */
export function fakeIo(parts: Partial<Io> = {}): Io & { outText(): string; errText(): string } {
  let outText = "";
  let errText = "";
  return {
    cwd: "/",
    env: {},
    out: (text) => {
      outText += text;
    },
    err: (text) => {
      errText += text;
    },
    terminal: { out: false, err: false },
    colour: { out: false, err: false },
    size: () => ({ columns: 80, rows: 24 }),
    input: async () => "",
    closed: new AbortController().signal,
    ...parts,
    outText: () => outText,
    errText: () => errText,
  };
}
