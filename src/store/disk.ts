/**
 * The narrow port that everything on disk goes through. `node-disk.ts` is the real one; the simulator has one that forgets
 * what was not synced. Paths are absolute. Calls are synchronous but for the syncs: a sync is the only call that waits for hardware.
 *
 * Errors are those of Node (`code: "ENOENT"`, `"EEXIST"`, `"ENOSPC"`, …); the caller gives them a meaning.
 */
export interface Disk {
  /** The whole content. @throws ENOENT, EISDIR, EACCES, EIO */
  read(path: string): Uint8Array;
  /** Names in a folder, unsorted; with `most` it may stop after so many. @throws ENOENT, ENOTDIR */
  list(path: string, most?: number): string[];
  /** Does not follow links. `undefined`: there is nothing. */
  stat(path: string): FileStat | undefined;
  /** Makes the folder and those above it; nothing happens if it is there. */
  mkdir(path: string): void;
  /** A new file with this content, whole: a short write is an error and leaves no file. @throws EEXIST, ENOSPC */
  create(path: string, content: string | Uint8Array, mode?: number): void;
  /** A second name. @throws EEXIST if the name is taken, EXDEV across file systems */
  link(from: string, to: string): void;
  /** Replaces what stands at `to`. */
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Removes an empty folder. @throws ENOTEMPTY */
  rmdir(path: string): void;
  /** Opens a file for appending, making it if need be. */
  openAppend(path: string): AppendFile;
  /** Makes contents and names durable; files first, then folders, each in the given order. What is gone is passed over. */
  sync(files: readonly string[], folders: readonly string[]): Promise<void>;
  /**
   * Makes everything durable on the file system that holds `path`; `false` when that is not to be had here. Optional: used in place
   * of `sync` where many files are due.
   */
  syncAll?(path: string): Promise<boolean>;
  /** A small file that is rarely written, replaced whole and durable (file and folder) when it resolves. @throws ENOSPC */
  replace(path: string, text: string): Promise<void>;
  /** Sets the permission bits, where a disk has such. @throws EPERM for what belongs to somebody else */
  chmod?(path: string, mode: number): void;
  /** What this process may do there; `undefined` of a disk that does not tell. */
  access?(path: string): Access;
}

export interface Access {
  read: boolean;
  write: boolean;
}

/** What of the port changes nothing. */
export type ReadDisk = Pick<Disk, "read" | "list" | "stat" | "access">;

export interface FileStat {
  kind: "file" | "folder" | "link" | "other";
  size: number;
  mtimeMs: number;
  ino: number;
  dev: number;
  nlink: number;
  /** The permission bits, where a disk has such. */
  mode?: number;
}

/** A file that only grows. */
export interface AppendFile {
  /** Bytes so far. */
  readonly size: number;
  /** Appends all of it or throws; after a short write the file is cut back to its size before. */
  append(content: Uint8Array): void;
  datasync(): Promise<void>;
  truncate(size: number): void;
  close(): void;
}
