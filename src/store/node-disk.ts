import * as fs from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { Access, AppendFile, Disk, FileStat } from "./disk.ts";
import { errorCode } from "./disk-error.ts";
import { makeFolders } from "./make-folders.ts";

const datasync = promisify(fs.fdatasync);
const sync = promisify(fs.fsync);

/** Syncs running at a time: as many as libuv has threads by default. */
const PARALLEL_SYNCS = 4;

export interface NodeDiskOptions {
  /** Syncs a whole file system, e.g. by `sync -f <path>`; `false` if it cannot. Given by the caller, who may start processes. */
  syncAll?: (path: string) => Promise<boolean>;
}

/** The disk of this machine: the only module of the store, with `makeFolders`, that touches the file system. */
export function nodeDisk({ syncAll }: NodeDiskOptions = {}): Disk {
  return {
    read: readWhole,
    list: (path, most) => (most === undefined ? fs.readdirSync(path) : listSome(path, most)),
    stat,
    mkdir: (path) => makeFolders(path, 0o700),
    create,
    link: (from, to) => fs.linkSync(from, to),
    rename: (from, to) => fs.renameSync(from, to),
    unlink: (path) => fs.unlinkSync(path),
    rmdir: (path) => fs.rmdirSync(path),
    openAppend,
    sync: syncPaths,
    replace,
    chmod: (path, mode) => fs.chmodSync(path, mode),
    access,
    ...(syncAll === undefined ? {} : { syncAll }),
  };
}

const TO_READ = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

/** Most files here are small: they are read into this, and then need only as much memory as they have bytes. */
const desk = Buffer.allocUnsafeSlow(16 * 1024);

function listSome(path: string, most: number): string[] {
  const folder = fs.opendirSync(path);
  try {
    const names: string[] = [];
    while (names.length < most) {
      const entry = folder.readSync();
      if (entry === null) break;
      names.push(entry.name);
    }
    return names;
  } finally {
    folder.closeSync();
  }
}

/** Never follows a link that stands at `path`, and never waits for the other end of a pipe. */
function readWhole(path: string): Uint8Array {
  const file = fs.openSync(path, TO_READ);
  try {
    const start = readStart(file);
    return start.length < desk.length ? start : Buffer.concat([start, fs.readFileSync(file)]);
  } finally {
    fs.closeSync(file);
  }
}

/** As much of a file as the desk has room for. */
function readStart(file: number): Buffer {
  let length = 0;
  while (length < desk.length) {
    const count = fs.readSync(file, desk, length, desk.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return Buffer.from(desk.subarray(0, length));
}

function stat(path: string): FileStat | undefined {
  const found = lookAt(path);
  if (found === undefined) return undefined;
  const { size, mtimeMs, ino, dev, nlink, mode } = found;
  return { kind: kindOf(found), size, mtimeMs, ino, dev, nlink, mode: mode & 0o7777 };
}

/** Below a plain file there is nothing, as in a folder that is empty. */
function lookAt(path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A folder is of use only to who may enter it as well. */
function access(path: string): Access {
  const { R_OK, W_OK, X_OK } = fs.constants;
  const enter = lookAt(path)?.isDirectory() === true ? X_OK : 0;
  const may = (mode: number) => {
    try {
      fs.accessSync(path, mode | enter);
      return true;
    } catch {
      return false;
    }
  };
  return { read: may(R_OK), write: may(W_OK) };
}

function kindOf(found: fs.Stats): FileStat["kind"] {
  if (found.isFile()) return "file";
  if (found.isDirectory()) return "folder";
  return found.isSymbolicLink() ? "link" : "other";
}

function create(path: string, content: string | Uint8Array, mode = 0o600): void {
  const file = fs.openSync(path, "wx", mode);
  try {
    writeAll(file, content);
  } catch (error) {
    fs.closeSync(file);
    fs.unlinkSync(path);
    throw error;
  }
  fs.closeSync(file);
}

/** `write` may take less than it was given, as it does when the disk fills; the next call then says why. */
function writeAll(file: number, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(file, bytes, done, bytes.length - done);
}

function openAppend(path: string): AppendFile {
  const file = fs.openSync(path, "a", 0o600);
  let size = fs.fstatSync(file).size;
  return {
    get size() {
      return size;
    },
    append(content) {
      try {
        writeAll(file, content);
      } catch (error) {
        fs.ftruncateSync(file, size);
        throw error;
      }
      size += content.length;
    },
    datasync: () => datasync(file),
    truncate(to) {
      fs.ftruncateSync(file, to);
      size = to;
    },
    close: () => fs.closeSync(file),
  };
}

async function syncPaths(files: readonly string[], folders: readonly string[]): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let path = files[next++]; path !== undefined; path = files[next++]) await syncPath(path);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_SYNCS, files.length) }, worker));
  for (const folder of folders) await syncPath(folder);
}

async function syncPath(path: string): Promise<void> {
  try {
    // Opening and closing are nothing beside a turn in the queue of those who wait for a thread.
    const file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
    try {
      await sync(file);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return;
    // Windows syncs neither folders nor files that are open for reading alone.
    if (process.platform === "win32" && (code === "EPERM" || code === "EISDIR")) return;
    throw error;
  }
}

/**
 * write-file-atomic syncs the content, but ignores the count that `write` returns, so on a full disk it reports success for a file cut
 * short; and it does not sync the folder. So it writes beside the file, the size is checked, and the rename is ours. The files of a
 * commit do not come this way: the journal makes them durable, and a sync for each of them would cost ten times as much.
 */
async function replace(path: string, text: string): Promise<void> {
  // Few commands write such a file, and loading the package takes as long as what else they do.
  const { default: writeFileAtomic } = await import("write-file-atomic");
  const staged = `${path}.new`;
  await writeFileAtomic(staged, text, { mode: 0o600 });
  if (fs.statSync(staged).size !== Buffer.byteLength(text)) {
    fs.unlinkSync(staged);
    throw Object.assign(new Error(`ENOSPC: only a part of ${path} could be written`), { code: "ENOSPC" });
  }
  fs.renameSync(staged, path);
  await syncPath(dirname(path));
}
