import type { Claim } from "./claim.ts";
import type { AppendFile, Disk } from "./disk.ts";
import { errorCode, unlessMissing } from "./disk-error.ts";
import type { Batch } from "./entries.ts";
import { sameFile } from "./inbox.ts";
import { formatRecord, type JournalRecord, parseJournal } from "./journal-record.ts";
import type { HostPaths } from "./layout.ts";

export type Sync = (files: readonly string[], folders: readonly string[]) => Promise<void>;

/** The commits that are not yet known to be durable in the files. One writer: the host that holds the claim. */
export class Journal {
  readonly generation: number;
  #number = 0;
  #whole = 0;
  readonly #file: AppendFile;

  constructor(file: AppendFile, generation: number) {
    this.#file = file;
    this.generation = generation;
  }

  get bytes(): number {
    return this.#whole;
  }

  /** Appends one record with one write. It is durable after `datasync`; until `keep` is called `cut` takes it back. */
  append(batch: Batch): void {
    this.#file.append(formatRecord(this.generation, this.#number + 1, batch));
  }

  datasync(): Promise<void> {
    return this.#file.datasync();
  }

  keep(): void {
    this.#number += 1;
    this.#whole = this.#file.size;
  }

  cut(): void {
    this.#file.truncate(this.#whole);
  }

  close(): void {
    this.#file.close();
  }
}

/** What both files of a journal hold, the older first. */
export function readJournal(
  disk: Pick<Disk, "read">,
  paths: HostPaths,
): { records: JournalRecord[]; generation: number } {
  const read = (path: string) => {
    const bytes = unlessMissing(() => disk.read(path));
    return bytes === undefined ? [] : parseJournal(bytes, path).records;
  };
  const old = read(paths.oldJournal);
  const current = read(paths.journal);
  const generation = (current[0] ?? old[0])?.generation ?? 0;
  // A crash in the middle of `rotate` leaves one file under both names.
  const records = old[0]?.generation === current[0]?.generation ? current : [...old, ...current];
  return { records, generation };
}

/** A journal with no records in place of what was there, all of which is durable in the files. */
export async function renewJournal(disk: Disk, paths: HostPaths, generation: number, sync: Sync) {
  // In this order: the newer records alone are a state that replay knows, the older ones alone are not.
  await dropOldJournal(disk, paths, sync);
  const journal = await startJournal(disk, paths, generation, sync);
  unlessMissing(() => disk.unlink(paths.failed));
  return journal;
}

/**
 * Puts the journal's records aside as `journal.old` and begins the next generation. At every instant the name `journal` stands for the
 * one file or the other, never for none. Both names may be another host's by the time that a sync is over.
 * @throws E_LOCKED
 */
export async function rotateJournal(
  disk: Disk,
  paths: HostPaths,
  journal: Journal,
  sync: Sync,
  claim: Pick<Claim, "check">,
) {
  claim.check();
  putAside(disk, paths);
  await sync([], [paths.directory]);
  claim.check();
  const next = await startJournal(disk, paths, journal.generation + 1, sync, claim);
  journal.close();
  return next;
}

function putAside(disk: Disk, paths: HostPaths): void {
  try {
    disk.link(paths.journal, paths.oldJournal);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    // A host that was taken over just before it did the same may have done it since, to what is the journal now.
    if (!sameFile(disk.stat(paths.journal), disk.stat(paths.oldJournal))) throw error;
  }
}

export async function dropOldJournal(disk: Disk, paths: HostPaths, sync: Sync): Promise<void> {
  unlessMissing(() => disk.unlink(paths.oldJournal));
  await sync([], [paths.directory]);
}

/**
 * After a sync that failed the system shows files that it has not written and calls them synced. Whoever starts next while it still shows
 * them writes them anew; after a loss of power it shows what is there, and the mark may be gone with the rest.
 */
export function markFailed(disk: Disk, paths: HostPaths): void {
  if (disk.stat(paths.failed) === undefined) disk.create(paths.failed, "");
}

export function isMarkedFailed(disk: Disk, paths: HostPaths): boolean {
  return disk.stat(paths.failed) !== undefined;
}

/**
 * After a sync that failed a journal may hold less on the disk than it shows, and a second sync of the same file would call that good: what it
 * shows is written into a new file, before anything follows from it.
 */
export async function rewriteJournal(disk: Disk, paths: HostPaths, sync: Sync): Promise<void> {
  for (const path of [paths.oldJournal, paths.journal]) {
    const bytes = unlessMissing(() => disk.read(path));
    if (bytes === undefined) continue;
    unlessMissing(() => disk.unlink(paths.newJournal));
    disk.create(paths.newJournal, bytes);
    await sync([paths.newJournal], []);
    disk.rename(paths.newJournal, path);
  }
  await sync([], [paths.directory]);
}

/** @param claim of a host that runs: whoever takes over removes the new file, or is seen before it gets the journal's name. */
async function startJournal(
  disk: Disk,
  paths: HostPaths,
  generation: number,
  sync: Sync,
  claim?: Pick<Claim, "check">,
) {
  // A new file, never an old one cut to nothing: records behind its end, or a host that was taken over and still holds it open, cannot
  // reach this one.
  unlessMissing(() => disk.unlink(paths.newJournal));
  const file = disk.openAppend(paths.newJournal);
  claim?.check();
  disk.rename(paths.newJournal, paths.journal);
  await sync([paths.journal], [paths.directory]);
  return new Journal(file, generation);
}
