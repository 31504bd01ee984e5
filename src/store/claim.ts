import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ClawflowError } from "../protocol/errors.ts";
import type { Disk, FileStat, ReadDisk } from "./disk.ts";
import { errorCode, unlessMissing } from "./disk-error.ts";
import { sameFile } from "./inbox.ts";
import { type HostPaths, hostPaths } from "./layout.ts";
import { sameFolder } from "./owner.ts";
import type { ProcessIdentity, ProcessRecord } from "./process-identity.ts";
import type { Exclusive } from "./with-lock.ts";

const LONGEST_REPLAY = 30_000;

/*
 * Who may write the journal of a host's folder.
 *
 * Claims are numbered. Whoever finds the newest claim, n, given back or its process gone, makes claim n + 1 by an exclusive link: of any
 * number of takers one wins, whatever the lock around it does. Giving back is a claim too (`released`), so numbers only grow; the two
 * newest files are always kept, so a taker that was stopped for a while and then makes an old number sees a newer one and steps back.
 * `host` is a second name of the newest claim. A process that was taken over sees there, before and after each commit, that it is
 * not its own any more.
 */
interface ClaimRecord extends ProcessRecord {
  token: string;
  term: number;
  directory: string;
  released?: true;
  /** Held only while a journal is replayed for another host: it ends by itself, soon. */
  brief?: true;
}

export interface Claim {
  readonly term: number;
  /** @throws E_LOCKED when another process has taken over. */
  check(): void;
  release(): void;
}

export interface ClaimOptions {
  disk: Disk;
  directory: string;
  process: ProcessIdentity;
  exclusive: Exclusive;
  /** Take over from a process of another machine, or one that is stopped: the caller knows that it will not go on. */
  takeOver?: boolean;
  /** To replay the journal for another host, no longer; whoever meets it waits. */
  brief?: boolean;
}

/** Claims of this process that are over: on a full disk that cannot be said in a file, and the same process is to go on later. */
const givenUp = new Set<string>();

function isGivenBack(disk: ReadDisk, paths: HostPaths, record: ClaimRecord): boolean {
  return record.released === true || givenUp.has(record.token) || isCopied(disk, paths, record);
}

/**
 * The folder was copied while a host ran: its process holds the one that it names, by its path, and never looks here. A folder that was only
 * renamed stands there no more.
 */
function isCopied(disk: ReadDisk, paths: HostPaths, { directory }: ClaimRecord): boolean {
  if (directory === paths.directory || disk.stat(directory)?.kind !== "folder") return false;
  return !sameFolder(disk, directory, paths.directory);
}

/** @throws E_LOCKED, naming the process that holds it */
export async function claimHost(options: ClaimOptions): Promise<Claim> {
  const paths = hostPaths(options.directory);
  options.disk.mkdir(paths.directory);
  const until = performance.now() + LONGEST_REPLAY;
  for (;;) {
    try {
      return await options.exclusive(`${paths.host}.claim`, async () => takeClaim(options, paths));
    } catch (error) {
      const isBrief = newestClaim(options.disk, paths)?.record?.brief === true;
      if (!isBrief || performance.now() > until) throw error;
    }
    await delay(20);
  }
}

/** The newest claim, whoever made it; `undefined`: nobody ever did. `dead` where it can be read no more, too. */
export function lastHost(
  disk: ReadDisk,
  directory: string,
  process: ProcessIdentity,
): { state: "alive" | "unknown" | "dead" | "released"; record?: ProcessRecord } | undefined {
  const newest = newestClaim(disk, hostPaths(directory));
  if (newest === undefined) return undefined;
  const { record } = newest;
  if (record === undefined) return { state: "dead" };
  const isOver = isGivenBack(disk, hostPaths(directory), record);
  return { state: isOver ? "released" : process.isAlive(record), record };
}

/** The process that hosts here now, if any can be alive. */
export function currentHost(
  disk: ReadDisk,
  directory: string,
  process: ProcessIdentity,
): { record: ProcessRecord; state: "alive" | "unknown"; brief: boolean } | undefined {
  const paths = hostPaths(directory);
  const newest = newestClaim(disk, paths);
  if (newest?.record === undefined || isGivenBack(disk, paths, newest.record)) return undefined;
  const state = process.isAlive(newest.record);
  return state === "dead" ? undefined : { record: newest.record, state, brief: newest.record.brief === true };
}

function takeClaim({ disk, process, takeOver, brief }: ClaimOptions, paths: HostPaths): Claim {
  const before = newestClaim(disk, paths);
  const held = before?.record;
  if (held !== undefined && !isGivenBack(disk, paths, held) && !takeOver) {
    const state = process.isAlive(held);
    if (state !== "dead") throw locked(paths, held, state);
  }
  const term = (before?.term ?? 0) + 1;
  const record: ClaimRecord = {
    ...process.identity,
    token: randomBytes(8).toString("hex"),
    term,
    directory: paths.directory,
    ...(brief === true ? { brief } : {}),
  };
  const own = makeClaim(disk, paths, record);
  return {
    term,
    check() {
      // Inodes are given again: the time of the file tells an old claim from the one that has its number now.
      if (sameFile(own, disk.stat(paths.host))) return;
      // Whoever was slow to give an older claim back may have put that under the second name; the numbers hold.
      const newest = newestClaim(disk, paths)?.record;
      if (newest?.token !== record.token) throw taken(paths, newest);
    },
    release() {
      // First of all: where the disk fails in what follows, the claim is over all the same.
      givenUp.add(record.token);
      if (newestClaim(disk, paths)?.record?.token !== record.token) return;
      try {
        publishClaim(disk, paths, { ...record, term: term + 1, released: true });
        dropOldClaims(disk, paths, term + 1);
      } catch (error) {
        // Another made its claim the moment this one was given back.
        if (!(error instanceof ClawflowError) || error.code !== "E_LOCKED") throw error;
      }
      givenUp.delete(record.token);
    },
  };
}

/** @returns the claim's file. What fails half-way leaves none that would stand in this process's own way. */
function makeClaim(disk: Disk, paths: HostPaths, record: ClaimRecord): FileStat | undefined {
  try {
    publishClaim(disk, paths, record);
    dropOldClaims(disk, paths, record.term);
    return disk.stat(termPath(paths, record.term));
  } catch (error) {
    givenUp.add(record.token);
    throw error;
  }
}

/** @throws E_LOCKED when another made this or a later claim first */
function publishClaim(disk: Disk, paths: HostPaths, record: ClaimRecord): void {
  const staged = `${paths.host}.new-${record.token}-${record.term}`;
  disk.create(staged, `${JSON.stringify(record)}\n`);
  try {
    disk.link(staged, termPath(paths, record.term));
  } catch (error) {
    disk.unlink(staged);
    if (errorCode(error) !== "EEXIST") throw error;
    throw taken(paths, newestClaim(disk, paths)?.record);
  }
  const newest = newestClaim(disk, paths);
  if (newest !== undefined && newest.term > record.term) {
    disk.unlink(staged);
    unlessMissing(() => disk.unlink(termPath(paths, record.term)));
    throw taken(paths, newest.record);
  }
  disk.rename(staged, paths.host);
  // Whoever took over between the look and the rename finds its own by the number; this one must not go on.
  if (Math.max(...terms(disk, paths)) > record.term) throw taken(paths, newestClaim(disk, paths)?.record);
}

function termPath(paths: HostPaths, term: number): string {
  return `${paths.host}.term-${term}`;
}

function terms(disk: ReadDisk, paths: HostPaths): number[] {
  const names = disk.list(paths.directory).map((name) => /^host\.term-(\d{1,15})$/.exec(name)?.[1]);
  return names.filter((term) => term !== undefined).map(Number);
}

/** `record` is absent where the file was cut short by a loss of power: its process is gone for sure. */
function newestClaim(disk: ReadDisk, paths: HostPaths): { term: number; record?: ClaimRecord } | undefined {
  const term = Math.max(0, ...terms(disk, paths));
  if (term === 0) return undefined;
  const bytes = unlessMissing(() => disk.read(termPath(paths, term)));
  try {
    return { term, record: JSON.parse(Buffer.from(bytes ?? []).toString("utf8")) as ClaimRecord };
  } catch {
    return { term };
  }
}

function dropOldClaims(disk: Disk, paths: HostPaths, newest: number): void {
  for (const term of terms(disk, paths)) {
    if (term < newest - 1) unlessMissing(() => disk.unlink(termPath(paths, term)));
  }
}

function locked(paths: HostPaths, held: ClaimRecord, state: "alive" | "unknown"): ClawflowError {
  const hint =
    state === "alive"
      ? `Send it work with \`clawflow send\`, or stop it: kill ${held.pid}`
      : "If it is surely not running any more: clawflow up --take-over";
  return new ClawflowError("E_LOCKED", "another host is running here", {
    at: paths.directory,
    found:
      state === "alive" ? `process ${held.pid}` : `process ${held.pid} of another machine, ${held.machine}`,
    hint,
  });
}

function taken(paths: HostPaths, by: ClaimRecord | undefined): ClawflowError {
  return new ClawflowError("E_LOCKED", "another process has taken over this host", {
    at: paths.directory,
    ...(by === undefined ? {} : { found: `process ${by.pid}` }),
    hint: "This process stops; the other one goes on from the files",
  });
}
