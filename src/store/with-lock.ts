import { randomBytes } from "node:crypto";
import { lock } from "proper-lockfile";
import { ClawflowError } from "../protocol/errors.ts";
import type { Disk } from "./disk.ts";
import { errorCode, unlessMissing } from "./disk-error.ts";
import type { ProcessIdentity, ProcessRecord } from "./process-identity.ts";

export type Exclusive = <T>(path: string, action: (signal: AbortSignal) => Promise<T>) => Promise<T>;

interface Holder extends ProcessRecord {
  token: string;
}

/** Only where a holder was killed before it could say who it is: then nothing but age can tell. */
const STALE_MS = 10_000;

/**
 * One at a time among processes, for short actions: the only use of proper-lockfile. It keeps `<path>.lock`; beside it `<path>.holder` says
 * who holds it, so that a holder that was killed is taken over at once: liveness is asked, not guessed from age. Each killed holder's
 * lock is removed by one waiter alone, who wins the exclusive link `<path>.broken-<token>`.
 *
 * proper-lockfile can let in two where a lock is stale by age, and it notices only a second later. So nothing may depend on this lock for
 * being right: what is done under it must itself have one winner (see claim.ts). `signal` is aborted when the lock is lost.
 */
export function withLock(disk: Disk, process: ProcessIdentity, timeoutMs = 30_000): Exclusive {
  return async (path, action) => {
    const lost = new AbortController();
    const release = await acquire(disk, process, path, timeoutMs, () => lost.abort());
    const token = randomBytes(8).toString("hex");
    const holder = `${path}.holder`;
    try {
      publish(disk, holder, `${holder}.${token}`, { ...process.identity, token });
      return await action(lost.signal);
    } finally {
      // First the name, then the lock: a lock without a name is never taken for a dead process's.
      if (!lost.signal.aborted) dropName(disk, holder);
      await release().catch(() => {});
    }
  };
}

/** A name that stays is written over by the next holder; what was done under the lock is done. */
function dropName(disk: Disk, holder: string): void {
  try {
    disk.unlink(holder);
  } catch {}
}

async function acquire(
  disk: Disk,
  process: ProcessIdentity,
  path: string,
  timeoutMs: number,
  onCompromised: () => void,
): Promise<() => Promise<void>> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await lock(path, { realpath: false, stale: STALE_MS, update: 2000, retries: 0, onCompromised });
    } catch (error) {
      if (errorCode(error) !== "ELOCKED") throw error;
    }
    const holder = readHolder(disk, `${path}.holder`);
    if (holder !== undefined && process.isAlive(holder) === "dead") {
      if (breakLock(disk, path, holder)) continue;
    }
    if (performance.now() > until) throw busy(path, holder);
    await new Promise((resolve) => setTimeout(resolve, 2 + Math.random() * 8));
  }
}

/** True for the one waiter that removed the lock of this dead holder. */
function breakLock(disk: Disk, path: string, holder: Holder): boolean {
  const broken = `${path}.broken-${holder.token}`;
  try {
    disk.link(`${path}.holder`, broken);
  } catch (error) {
    if (errorCode(error) === "EEXIST" || errorCode(error) === "ENOENT") return false;
    throw error;
  }
  // The name may have become another's between reading and linking it.
  const mine = readHolder(disk, broken)?.token === holder.token;
  if (mine) {
    unlessMissing(() => disk.unlink(`${path}.holder`));
    unlessMissing(() => disk.rmdir(`${path}.lock`));
  }
  unlessMissing(() => disk.unlink(broken));
  return mine;
}

function readHolder(disk: Disk, path: string): Holder | undefined {
  const bytes = unlessMissing(() => disk.read(path));
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function publish(disk: Disk, path: string, staged: string, holder: Holder): void {
  disk.create(staged, `${JSON.stringify(holder)}\n`);
  disk.rename(staged, path);
}

function busy(path: string, holder: Holder | undefined): ClawflowError {
  return new ClawflowError("E_LOCKED", "another process is at work here", {
    at: path,
    ...(holder === undefined ? {} : { found: `process ${holder.pid}` }),
    hint: "Try again in a moment",
  });
}
