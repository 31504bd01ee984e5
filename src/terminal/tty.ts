import { type Key, parseKeys } from "./keys.ts";
import type { Size } from "./state.ts";

/** The terminal that a person sits at. */
export interface Tty {
  size(): Size;
  write(text: string): void;
  /** Keys come one by one, nothing is echoed; or lines, as a shell has it. */
  raw(on: boolean): void;
  listen(heard: { key(key: Key): void; resized(): void; gone(): void }): () => void;
}

/** So long an escape may be the beginning of a key that comes in two parts. Milliseconds. */
const ESCAPE = 50;

/** Of the process. */
export function processTty(): Tty {
  const { stdin, stdout } = process;
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    write: (text) => void stdout.write(text),
    raw: (on) => {
      if (stdin.isTTY) stdin.setRawMode(on);
    },
    listen({ key, resized, gone }) {
      let rest = "";
      let timer: NodeJS.Timeout | undefined;
      const take = (text: string, isWhole: boolean) => {
        const found = parseKeys(rest + text, isWhole);
        rest = found.rest;
        for (const one of found.keys) key(one);
      };
      const onData = (text: string) => {
        clearTimeout(timer);
        take(text, false);
        // A paste takes as long as it takes.
        if (rest !== "" && rest.length < 8) timer = setTimeout(() => take("", true), ESCAPE);
      };
      stdin.setEncoding("utf8");
      stdin.on("data", onData);
      stdin.on("end", gone);
      stdin.on("error", gone);
      stdout.on("resize", resized);
      stdin.resume();
      return () => {
        clearTimeout(timer);
        stdin.off("data", onData);
        stdin.off("end", gone);
        stdin.off("error", gone);
        stdout.off("resize", resized);
        stdin.pause();
      };
    },
  };
}
