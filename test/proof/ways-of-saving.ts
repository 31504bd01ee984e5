import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pick, type Random, upTo } from "../sim/random.ts";

/** How a person's program brings a changed text to disk. `change` makes it of the text that the person had before them. */
export type Save = (path: string, change: (text: string) => string, random: Random) => Promise<void>;

/** Editors, and accidents that people have with them. Each leaves the edit in `path` at the end. */
export const WAYS: Readonly<Record<string, Save>> = {
  "in place": async (path, change) => writeFileSync(path, change(read(path))),

  "a new file renamed into place": async (path, change) => {
    writeFileSync(`${path}.new`, change(read(path)));
    renameSync(`${path}.new`, path);
  },

  "the old one renamed, a new one made": async (path, change) => {
    const text = change(read(path));
    renameSync(path, `${path}~`);
    writeFileSync(path, text);
  },

  "cut to nothing, written in pieces": async (path, change, random) => {
    const text = change(read(path));
    const file = openSync(path, "w");
    try {
      for (let at = 0; at < text.length; at += 400) {
        await pause(upTo(random, 80));
        writeSync(file, text.slice(at, at + 400));
      }
    } finally {
      closeSync(file);
    }
  },

  "with CRLF and a byte order mark": async (path, change) => {
    const text = change(read(path)).replaceAll(/\r?\n/g, "\r\n");
    writeFileSync(path, text.startsWith("\ufeff") ? text : `\ufeff${text}`);
  },

  "swap files, probes and links beside it": async (path, change, random) => {
    const folder = dirname(path);
    const text = change(read(path));
    const [swap, probe, link] = [".task.md.swp", "4913", ".#task.md"].map((name) => join(folder, name));
    writeFileSync(swap as string, text);
    writeFileSync(probe as string, "");
    unlinkSync(probe as string);
    symlinkSync(`somebody@elsewhere.${upTo(random, 9999)}`, link as string);
    await pause(upTo(random, 200));
    renameSync(path, `${path}~`);
    writeFileSync(path, text);
    unlinkSync(link as string);
    unlinkSync(swap as string);
  },

  "deleted, and saved anew some time later": async (path, change, random) => {
    const text = change(read(path));
    rmSync(path);
    await pause(pick(random, [5, 150, 400, 800]));
    writeFileSync(path, text);
  },

  "renamed away, changed there, and back": async (path, change, random) => {
    const away = join(dirname(path), "mine.md");
    renameSync(path, away);
    await pause(pick(random, [5, 150, 400, 800]));
    writeFileSync(away, change(readFileSync(away, "utf8")));
    renameSync(away, path);
  },

  "half of it, left so, then whole": async (path, change, random) => {
    const text = change(read(path));
    writeFileSync(path, text.slice(0, upTo(random, text.length - 1)));
    await pause(pick(random, [100, 700, 1_500]));
    writeFileSync(path, text);
  },

  "an old buffer, saved when much has happened": async (path, change, random) => {
    const text = change(read(path));
    await pause(400 + upTo(random, 800));
    writeFileSync(path, text);
  },
};

/** It may be gone for a moment while the runtime replaces it. */
function read(path: string): string {
  for (let tries = 0; ; tries++) {
    try {
      if (existsSync(path)) return readFileSync(path, "utf8");
    } catch {}
    if (tries > 1_000) throw new Error(`${path} is not there`);
  }
}
