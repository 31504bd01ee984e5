import { dirname } from "node:path";
import type { Disk } from "./disk.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { Touched } from "./touched.ts";
import type { Exclusive } from "./with-lock.ts";

export type Durability = "full" | "os";

/** What the parts of one open store share. */
export interface StoreContext {
  readonly disk: Disk;
  /** The host's folder, absolute. */
  readonly directory: string;
  readonly durability: Durability;
  readonly process: ProcessIdentity;
  readonly exclusive: Exclusive;
  monotonic(): number;
  wall(): number;
  /** A text of a person stood where task.md was written; it is kept at `keptAs`. */
  onForeign(agent: string, task: string, keptAs: string): void;
  /** Something about the files that a person should know; work goes on. */
  onProblem(agent: string, text: string): void;
  /** @throws E_LOCKED when another process has taken over. */
  fence(): void;
  touched: Touched;
  /** What the running checkpoint is syncing: files that are renamed meanwhile are synced once more under their new name. */
  syncing: { files: ReadonlySet<string>; late: Set<string> } | undefined;
  /** What stands on the disk may not be what it shows: it is written anew before it is synced. */
  rewrite: boolean;
  /** What is to be written anew and stands in no record: it must be durable before it takes the place of the old. */
  unrecorded: (() => Promise<void>)[];
  /** Syncs asked of the disk so far. */
  syncs: number;
  stages: number;
  /** Monotonic time before which no open task's text is written again while work goes on. */
  textsAt: number;
}

export function newContext(
  fixed: Omit<
    StoreContext,
    "fence" | "touched" | "syncing" | "rewrite" | "unrecorded" | "syncs" | "stages" | "textsAt"
  >,
): StoreContext {
  return {
    ...fixed,
    fence() {},
    touched: new Touched(),
    syncing: undefined,
    rewrite: false,
    unrecorded: [],
    syncs: 0,
    stages: 0,
    textsAt: Number.NEGATIVE_INFINITY,
  };
}

/** Syncs where the durability asks for it. */
export async function syncPaths(
  context: Pick<StoreContext, "disk" | "durability" | "syncs">,
  files: readonly string[],
  folders: readonly string[],
): Promise<void> {
  if (context.durability === "os" || files.length + folders.length === 0) return;
  context.syncs += files.length + folders.length;
  await context.disk.sync(files, folders);
}

/** A small file replaced whole; durable where the durability asks for it. */
export async function replaceFile(
  context: Pick<StoreContext, "disk" | "durability" | "syncs">,
  path: string,
  text: string,
): Promise<void> {
  if (context.durability === "full") {
    context.syncs += 2;
    return context.disk.replace(path, text);
  }
  context.disk.create(`${path}.new`, text);
  context.disk.rename(`${path}.new`, path);
}

/**
 * Makes a folder and those above it that are missing; their names are durable when this resolves. One level after the other, and the
 * last that is there first: whoever made that one may have died before it was durable.
 */
export async function makeFolder(
  context: Pick<StoreContext, "disk" | "durability" | "syncs">,
  path: string,
): Promise<void> {
  const missing: string[] = [];
  let at = path;
  for (; context.disk.stat(at) === undefined && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  await syncPaths(context, [], [dirname(at)]);
  for (const folder of missing) {
    context.disk.mkdir(folder);
    await orWithout(context.disk, [folder], syncPaths(context, [], [dirname(folder)]));
  }
}

/**
 * Waits for a sync; when it fails the folders that were made for it go again, as far as they are empty. A second sync would call their names
 * durable where they are not: whoever tries again makes them anew.
 *
 * @param made those above first
 */
export async function orWithout(disk: Disk, made: readonly string[], sync: Promise<void>): Promise<void> {
  try {
    await sync;
  } catch (error) {
    try {
      for (const folder of [...made].reverse()) disk.rmdir(folder);
    } catch {
      // Something is in it, or the disk does nothing any more.
    }
    throw error;
  }
}
