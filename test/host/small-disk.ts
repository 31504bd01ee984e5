import { execFileSync } from "node:child_process";
import { closeSync, openSync, truncateSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const PAGE = 4096;

/** A file system of its own, in memory, that can be filled. */
export interface SmallDisk {
  readonly folder: string;
  /** Nothing more goes in, but for so many blocks, or, of `names`, so many files. */
  fill(what: "space" | "names", left?: number): void;
  /** There is room again. */
  free(): void;
  remove(): void;
}

/** Mounts one on a folder. @returns `undefined` where this user may not */
export function smallDisk(folder: string, { megabytes = 6, names = 1_000 } = {}): SmallDisk | undefined {
  const who = `uid=${process.getuid?.() ?? 0},gid=${process.getgid?.() ?? 0}`;
  const options = `size=${megabytes}m,nr_inodes=${names},${who}`;
  const asRoot = asRootOf(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]);
  if (asRoot === undefined) return undefined;
  const fillers: string[] = [];
  return {
    folder,
    fill(what, left = 0) {
      fillers.push(...(what === "space" ? fillSpace(folder, left) : fillNames(folder, left)));
    },
    free() {
      for (const path of fillers.splice(0)) unlinkSync(path);
    },
    remove() {
      const [program = "", ...args] = [...asRoot, "umount", "-l", folder];
      execFileSync(program, args);
    },
  };
}

/** Runs it, if need be by `sudo`. @returns the words before a command that needs the same rights */
function asRootOf(command: readonly string[]): string[] | undefined {
  for (const before of [[], ["sudo", "-n"]]) {
    const [program = "", ...args] = [...before, ...command];
    try {
      execFileSync(program, args, { stdio: "ignore" });
      return before;
    } catch {}
  }
  return undefined;
}

/** Writes until not a single byte more goes in, then gives some blocks back. */
function fillSpace(folder: string, left: number): string[] {
  const path = join(folder, "filler");
  const file = openSync(path, "w");
  let written = 0;
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) written += writeSync(file, Buffer.alloc(size, "x"));
    } catch {}
  }
  closeSync(file);
  truncateSync(path, Math.max(0, written - left * PAGE));
  return [path];
}

function fillNames(folder: string, left: number): string[] {
  const paths: string[] = [];
  try {
    for (;;) {
      const path = join(folder, `filler-${paths.length}`);
      writeFileSync(path, "");
      paths.push(path);
    }
  } catch {}
  for (const path of paths.splice(Math.max(0, paths.length - left))) unlinkSync(path);
  return paths;
}
