import { join } from "node:path";
import { errorText } from "../../protocol/errors.ts";
import { lastHost } from "../../store/claim.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import { readJournal } from "../../store/journal.ts";
import { hostPaths } from "../../store/layout.ts";
import { isStopped, type ProcessIdentity, type ProcessRecord } from "../../store/process-identity.ts";
import { listNames } from "../read-text.ts";
import { ageOf, type Finding } from "./finding.ts";

/** Whoever makes such a file ends or removes it within that time. */
const HELD = 60_000;
const WORLD_WRITABLE = 0o002;
const KNOWN = /^(journal|journal\.old|journal\.new|failed|host|host\.term-\d+|notify|dashboard\.json)$/;
const LOCK = /^(host\.claim\.(lock|holder|holder\.[0-9a-f]+|broken-[0-9a-f]+)|host\.new-[0-9a-f]+-\d+)$/;

export interface HostFolder {
  disk: ReadDisk;
  directory: string;
  process: ProcessIdentity;
  now: number;
  found(finding: Finding): void;
}

/** The folder of a host: who holds it, what the journal holds, what is left of locks. */
export function examineHostFolder(folder: HostFolder): void {
  const { disk, directory, process, found } = folder;
  const last = lastHost(disk, directory, process);
  const isRunning = last?.state === "alive" || last?.state === "unknown";
  examineClaim(folder, last);
  examineLocks(folder);
  if (!isRunning) examineJournal(folder);
  const mode = disk.stat(directory)?.mode ?? 0;
  if ((mode & WORLD_WRITABLE) !== 0) {
    const text =
      "every user of this machine may write here, and so into every workspace that it is the journal of";
    found({ kind: "permission", path: directory, text, todo: `chmod o-w ${directory}` });
  }
  const may = disk.access?.(directory);
  if (may !== undefined && !(may.read && may.write)) {
    const text = "this user may not read and write in the folder of the host: none can begin";
    found({ kind: "permission", path: directory, text, todo: "chown or chmod it" });
  }
  for (const name of listNames(disk, directory)) {
    const isOnly = /^only-[0-9a-f]+$/.test(name) && disk.stat(join(directory, name))?.kind === "folder";
    if (KNOWN.test(name) || LOCK.test(name) || isOnly) continue;
    found({ kind: "foreign", path: join(directory, name), text: "not a file of the host" });
  }
}

function examineClaim({ disk, directory, found }: HostFolder, last: ReturnType<typeof lastHost>): void {
  const path = hostPaths(directory).host;
  const pid = last?.record?.pid;
  if (last?.state === "dead") {
    found({
      kind: "lock",
      path,
      text: `held by ${pid === undefined ? "a process that cannot be named" : `process ${pid}`}, which is gone: it was killed, or the machine was`,
      fix: "takes it over and gives it back; so does the next host",
      mends: [{ do: "open" }],
    });
  } else if (last?.state === "unknown") {
    found({
      kind: "lock",
      path,
      text: `held by process ${pid} of another machine (${last.record?.machine}): nobody here can tell whether it runs`,
      todo: "if it is surely not running any more: clawflow up --take-over",
    });
  } else if (last?.state === "alive" && pid !== undefined && isStopped(disk, pid)) {
    found({
      kind: "lock",
      path,
      text: `held by process ${pid}, which was stopped by a signal and does nothing`,
      todo: `kill -CONT ${pid}; or end it, and start another: clawflow up`,
    });
  }
}

function examineJournal({ disk, directory, found }: HostFolder): void {
  const paths = hostPaths(directory);
  const size = (disk.stat(paths.journal)?.size ?? 0) + (disk.stat(paths.oldJournal)?.size ?? 0);
  const open = { mends: [{ do: "open" }] } as const;
  try {
    readJournal(disk, paths);
    if (size > 0)
      found({
        kind: "journal",
        path: paths.journal,
        text: `${size} bytes that may not stand in the files yet, and no host runs`,
        fix: "brings them into the files, without running agents; so does the next host",
        ...open,
      });
  } catch (error) {
    const todo = "keep a copy of the folder, then see docs/recovery.md, E_JOURNAL";
    found({ kind: "journal", path: paths.journal, text: `no host can begin: ${errorText(error)}`, todo });
  }
  if (disk.stat(paths.failed) !== undefined)
    found({
      kind: "journal",
      path: paths.failed,
      text: "the disk failed under the last host: what it had not synced is written anew",
      fix: "writes it anew; so does the next host",
      ...open,
    });
  if (disk.stat(paths.newJournal) !== undefined)
    found({
      kind: "leftover",
      path: paths.newJournal,
      text: "a journal that was never begun",
      fix: "removes it; so does the next host",
      ...open,
    });
}

/** Locks are held for moments. One whose process is gone stops nobody, but nobody removes it either before the next claim. */
function examineLocks(folder: HostFolder): void {
  const { disk, directory, now, found } = folder;
  const names = listNames(disk, directory).filter((name) => LOCK.test(name));
  for (const name of names) {
    const path = join(directory, name);
    const stat = disk.stat(path);
    const isFolder = stat?.kind === "folder";
    const holder = recordIn(disk, isFolder ? path.replace(/\.lock$/, ".holder") : path);
    if (stat === undefined || isHeld(folder, holder, stat.mtimeMs)) continue;
    const whose = holder === undefined ? "nobody's" : `process ${holder.pid}'s, which is gone`;
    found({
      kind: "lock",
      path,
      text: `${isFolder ? "a lock" : "left over from taking a lock"}, ${whose}, ${ageOf(stat.mtimeMs, now)} old`,
      fix: "removes it",
      mends: [{ do: "discard", path }],
    });
  }
}

function isHeld({ process, now }: HostFolder, holder: ProcessRecord | undefined, changed: number): boolean {
  return holder === undefined ? now - changed < HELD : process.isAlive(holder) !== "dead";
}

function recordIn(disk: ReadDisk, path: string): ProcessRecord | undefined {
  try {
    const bytes = unlessMissing(() => disk.read(path));
    return bytes === undefined
      ? undefined
      : (JSON.parse(Buffer.from(bytes).toString("utf8")) as ProcessRecord);
  } catch {
    return undefined;
  }
}
