import type { AppendFile, Disk } from "../../src/store/disk.ts";
import type { Random } from "./random.ts";
import { diskError } from "./virtual-errors.ts";
import { afterPowerCut, NO_BYTES, type VirtualFile, viewOf, withoutLost } from "./virtual-file.ts";
import { NameLog, type VirtualFolder, type VirtualNode } from "./virtual-folder.ts";
import { VirtualProcess } from "./virtual-process.ts";

/** What can be counted and made to fail: the calls of the port and of its append files. */
export type DiskCall = keyof Disk | Exclude<keyof AppendFile, "size">;

export interface VirtualDiskOptions {
  /** Bytes of all files together; what would go beyond fails with ENOSPC. Default: no limit. */
  capacity?: number;
  /** Milliseconds for mtimes. Default: counts the changes. */
  now?: () => number;
  /** What a sync waits for before it is done; until then a power cut may undo all that it is about. Default: one microtask. */
  hardware?: () => Promise<void>;
  /** Whether `syncAll` is to be had. Default: true. */
  syncAll?: boolean;
  /** Whether names that differ in case alone are one. Default: false. */
  ignoresCase?: boolean;
}

/** Who looks on at what happens, and must not change anything. */
export interface DiskWatcher {
  /** A name stands for another file or folder than before, or for nothing. */
  named(
    folder: VirtualFolder,
    name: string,
    node: VirtualNode | undefined,
    before: VirtualNode | undefined,
  ): void;
  /** Somebody will append to this file. */
  opened(path: string, file: VirtualFile): void;
  /** What the file holds in `durable` is there after a power cut as well. */
  durable(file: VirtualFile): void;
}

/**
 * A machine's disk in memory, with two states: what running processes see, and what is certain to be there after a power cut. Only
 * syncs carry the one into the other: of a file its content, of a folder the names in it. Everything is deterministic.
 *
 * A process gets its port with `attach`. `kill` of a process leaves what it wrote; `crash` ends all of them and throws away, tears or
 * keeps each thing that was not synced.
 */
export class VirtualDisk {
  readonly counts: Partial<Record<DiskCall, number>> = {};
  readonly written = { bytes: 0, syncedFiles: 0, syncedFolders: 0 };
  capacity: number;
  readonly names = new NameLog();
  watcher: DiskWatcher | undefined;
  private readonly root: VirtualFolder = { kind: "folder", ino: 1, path: "", mtimeMs: 0, names: new Map() };
  private readonly unsynced = new Set<VirtualFile>();
  private readonly failures: { call: DiskCall; code: string }[] = [];
  private processes: VirtualProcess[] = [];
  private inodes = 1;
  private bytes = 0;
  private readonly options: VirtualDiskOptions;

  constructor(options: VirtualDiskOptions = {}) {
    this.options = options;
    this.capacity = options.capacity ?? Number.POSITIVE_INFINITY;
  }

  /** The port for one process. */
  attach(): VirtualProcess {
    const process = new VirtualProcess(this);
    this.processes.push(process);
    return process;
  }

  /** The next call of this kind that any process makes fails with this code (`"ENOSPC"`, `"EIO"`, `"EACCES"`, …). */
  failNext(call: DiskCall, code: string): void {
    this.failures.push({ call, code });
  }

  /** The power is cut: every process is dead, and of what was not synced something between all and nothing is left. */
  crash(random: Random): void {
    for (const process of this.processes) process.kill();
    this.processes = [];
    this.failures.length = 0;
    for (const file of this.unsynced) file.content = afterPowerCut(file, random);
    this.unsynced.clear();
    this.names.cut(random);
    this.recount();
  }

  /** Puts something into a folder that is neither file nor folder, as a stranger would. */
  plant(path: string, kind: "link" | "other"): void {
    const { folder, name } = this.place("symlink", path);
    this.setName(folder, name, { ...this.newFile(0o777), kind });
  }

  /** Every file that a process sees now, by path, for assertions. */
  files(): Map<string, Uint8Array> {
    const found = new Map<string, Uint8Array>();
    this.walk((path, node) => {
      if (node.kind !== "folder") found.set(path, viewOf(node.content));
    });
    return found;
  }

  /** Bytes of all files together. */
  get used(): number {
    return this.bytes;
  }

  // What follows is for VirtualProcess.

  get hasSyncAll(): boolean {
    return this.options.syncAll ?? true;
  }

  unsyncedNodes(): { files: VirtualFile[]; folders: VirtualFolder[] } {
    return { files: [...this.unsynced], folders: this.names.openFolders() };
  }

  count(call: DiskCall): void {
    this.counts[call] = (this.counts[call] ?? 0) + 1;
  }

  /** The code that was ordered for this call, once. */
  takeFailure(call: DiskCall): string | undefined {
    const index = this.failures.findIndex((failure) => failure.call === call);
    return index < 0 ? undefined : this.failures.splice(index, 1)[0]?.code;
  }

  /** What stands at a path. @throws ENOTDIR */
  find(call: string, path: string): VirtualNode | undefined {
    const parts = this.partsOf(call, path);
    return this.walkTo(call, path, parts, parts.length);
  }

  /** The same; below a plain file there is nothing. */
  lookAt(path: string): VirtualNode | undefined {
    try {
      return this.find("lstat", path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
      throw error;
    }
  }

  private partsOf(call: string, path: string): readonly string[] {
    return partsOf(call, this.options.ignoresCase === true ? path.toLowerCase() : path);
  }

  private walkTo(
    call: string,
    path: string,
    parts: readonly string[],
    count: number,
  ): VirtualNode | undefined {
    let node: VirtualNode | undefined = this.root;
    for (let index = 0; index < count && node !== undefined; index++) {
      if (node.kind !== "folder") throw diskError("ENOTDIR", call, path);
      node = this.names.get(node, parts[index] ?? "");
    }
    return node;
  }

  /** The folder and name that a path means. @throws ENOENT, ENOTDIR when the folder is not there */
  place(call: string, path: string): { folder: VirtualFolder; name: string } {
    const parts = this.partsOf(call, path);
    const name = parts.at(-1);
    if (name === undefined) throw diskError("EEXIST", call, path);
    const folder = this.walkTo(call, path, parts, parts.length - 1);
    if (folder === undefined) throw diskError("ENOENT", call, path);
    if (folder.kind !== "folder") throw diskError("ENOTDIR", call, path);
    return { folder, name };
  }

  newFile(mode: number): VirtualFile {
    const ino = ++this.inodes;
    const mtimeMs = this.now();
    const empty = { content: NO_BYTES, durable: NO_BYTES, durableAt: 0, lost: undefined };
    return { kind: "file", ino, mode, mtimeMs, links: 0, handles: 0, ...empty };
  }

  newFolder(path: string): VirtualFolder {
    return { kind: "folder", ino: ++this.inodes, path, mtimeMs: this.now(), names: new Map() };
  }

  setName(folder: VirtualFolder, name: string, node: VirtualNode | undefined): void {
    const before = this.names.get(folder, name);
    this.names.set(folder, name, node);
    folder.mtimeMs = this.now();
    if (node !== undefined && node.kind !== "folder") node.links++;
    if (before !== undefined && before.kind !== "folder") this.release(before, "links");
    this.watcher?.named(folder, name, node, before);
  }

  moveName(from: VirtualFolder, fromName: string, to: VirtualFolder, toName: string): void {
    const replaced = this.names.get(to, toName);
    const node = this.names.get(from, fromName);
    this.names.rename(from, fromName, to, toName);
    from.mtimeMs = to.mtimeMs = this.now();
    if (replaced !== undefined && replaced.kind !== "folder") this.release(replaced, "links");
    this.watcher?.named(to, toName, node, replaced);
    this.watcher?.named(from, fromName, undefined, node);
  }

  release(file: VirtualFile, what: "links" | "handles"): void {
    file[what]--;
    if (file.links > 0 || file.handles > 0) return;
    this.bytes -= file.content.size;
  }

  /** @throws ENOSPC, and nothing is written */
  setContent(call: string, path: string, file: VirtualFile, content: VirtualFile["content"]): void {
    const more = content.size - file.content.size;
    if (more > 0 && this.bytes + more > this.capacity) throw diskError("ENOSPC", call, path);
    this.bytes += more;
    this.written.bytes += Math.max(0, more);
    if (file.lost !== undefined && content.size < file.lost.to) {
      file.lost = content.size <= file.lost.from ? undefined : { ...file.lost, to: content.size };
    }
    file.content = content;
    file.mtimeMs = this.now();
    this.unsynced.add(file);
  }

  /** A sync: what stood in these when it began is durable when it ends. */
  async makeDurable(
    files: readonly VirtualFile[],
    folders: readonly VirtualFolder[],
    isAlive: () => boolean,
  ): Promise<void> {
    const began = this.names.last;
    const contents = files.map(({ content }) => content);
    await (this.options.hardware?.() ?? Promise.resolve());
    if (!isAlive()) return new Promise(() => {});
    for (const [index, file] of files.entries()) {
      if (file.durableAt > began) continue;
      file.durable = withoutLost(contents[index] ?? NO_BYTES, file.lost);
      file.durableAt = began;
      if (file.content === contents[index] && file.lost === undefined) this.unsynced.delete(file);
      this.watcher?.durable(file);
    }
    for (const folder of folders) this.names.settle(folder, began);
    this.written.syncedFiles += files.length;
    this.written.syncedFolders += folders.length;
  }

  now(): number {
    return this.options.now?.() ?? this.names.last;
  }

  /** Everything that stands somewhere now, folders before what is in them. */
  walk(visit: (path: string, node: VirtualNode, folder: VirtualFolder) => void): void {
    const below = (path: string, folder: VirtualFolder): void => {
      for (const [name, history] of folder.names) {
        const node = history.states.at(-1)?.node;
        if (node === undefined) continue;
        visit(`${path}/${name}`, node, folder);
        if (node.kind === "folder") below(`${path}/${name}`, node);
      }
    };
    below("", this.root);
  }

  /** After a power cut: links, space, and everything that is left is durable. */
  private recount(): void {
    const seen = new Set<VirtualFile>();
    this.bytes = 0;
    this.walk((_path, node) => {
      if (node.kind === "folder") return;
      if (!seen.has(node)) {
        seen.add(node);
        Object.assign(node, { links: 0, handles: 0, durable: node.content, lost: undefined });
        node.durableAt = this.names.last;
        this.bytes += node.content.size;
      }
      node.links++;
    });
  }
}

const known = new Map<string, readonly string[]>();

/** Bytes that a name may have. */
const MAX_NAME = 255;

/** @throws ENAMETOOLONG */
function partsOf(call: string, path: string): readonly string[] {
  const before = known.get(path);
  if (before !== undefined) return before;
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.some((part) => Buffer.byteLength(part) > MAX_NAME)) throw diskError("ENAMETOOLONG", call, path);
  if (known.size > 20_000) known.clear();
  known.set(path, parts);
  return parts;
}
