import type { AppendFile, Disk, FileStat } from "../../src/store/disk.ts";
import { ProcessLife } from "./process-life.ts";
import { upTo } from "./random.ts";
import type { DiskCall } from "./virtual-disk.ts";
import { diskError } from "./virtual-errors.ts";
import { appended, NO_BYTES, truncated, type VirtualFile, viewOf } from "./virtual-file.ts";
import type { VirtualFolder, VirtualNode } from "./virtual-folder.ts";

/** The disk port of one process on a virtual machine. */
export class VirtualProcess extends ProcessLife implements Disk {
  read(path: string): Uint8Array {
    this.enter("read", path);
    const node = this.existing("read", path);
    if (node.kind === "folder") throw diskError("EISDIR", "read", path);
    if (node.kind !== "file") throw diskError("ELOOP", "open", path);
    return viewOf(node.content).slice();
  }

  list(path: string): string[] {
    this.enter("list", path);
    const node = this.existing("scandir", path);
    if (node.kind !== "folder") throw diskError("ENOTDIR", "scandir", path);
    return [...node.names.keys()].filter((name) => this.machine.names.get(node, name) !== undefined);
  }

  stat(path: string): FileStat | undefined {
    this.enter("stat", path);
    const node = this.machine.lookAt(path);
    if (node === undefined) return undefined;
    const { kind, ino, mtimeMs } = node;
    if (node.kind === "folder") return { kind, ino, mtimeMs, size: node.names.size, dev: 1, nlink: 1 };
    return { kind, ino, mtimeMs, size: node.content.size, dev: 1, nlink: node.links };
  }

  mkdir(path: string): void {
    const parts = path.split("/").filter((part) => part !== "");
    const make = (count: number): void => {
      for (let level = 1; level <= count; level++) {
        const here = `/${parts.slice(0, level).join("/")}`;
        const node = this.machine.find("mkdir", here);
        if (node === undefined) {
          const { folder, name } = this.machine.place("mkdir", here);
          this.machine.setName(folder, name, this.machine.newFolder(here));
        } else if (node.kind !== "folder") {
          throw diskError(level === parts.length ? "EEXIST" : "ENOTDIR", "mkdir", path);
        }
      }
    };
    this.change(
      "mkdir",
      path,
      () => make(parts.length),
      (random) => make(upTo(random, parts.length)),
    );
  }

  create(path: string, content: string | Uint8Array, mode = 0o644): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const write = (part: Uint8Array): void => {
      const { folder, name } = this.machine.place("open", path);
      if (this.machine.names.get(folder, name) !== undefined) throw diskError("EEXIST", "open", path);
      const file = this.machine.newFile(mode);
      this.machine.setContent("write", path, file, appended(NO_BYTES, part));
      this.machine.setName(folder, name, file);
    };
    this.change(
      "create",
      path,
      () => write(bytes),
      (random) => write(bytes.subarray(0, upTo(random, bytes.length))),
    );
  }

  link(from: string, to: string): void {
    this.change("link", from, () => {
      const node = this.existing("link", from);
      const { folder, name } = this.machine.place("link", to);
      if (this.machine.names.get(folder, name) !== undefined) throw diskError("EEXIST", "link", to);
      if (node.kind === "folder") throw diskError("EPERM", "link", from);
      this.machine.setName(folder, name, node);
    });
  }

  rename(from: string, to: string): void {
    this.change("rename", from, () => {
      const source = this.machine.place("rename", from);
      const target = this.machine.place("rename", to);
      const node = this.existing("rename", from);
      const replaced = this.machine.names.get(target.folder, target.name);
      if (node === replaced) return;
      if (isWithin(to, from)) throw diskError("EINVAL", "rename", from);
      if (isWithin(from, to)) throw diskError("ENOTEMPTY", "rename", from);
      if (replaced !== undefined) this.checkReplace(node, replaced, to);
      this.machine.moveName(source.folder, source.name, target.folder, target.name);
    });
  }

  unlink(path: string): void {
    this.change("unlink", path, () => {
      const { folder, name } = this.machine.place("unlink", path);
      if (this.existing("unlink", path).kind === "folder") throw diskError("EISDIR", "unlink", path);
      this.machine.setName(folder, name, undefined);
    });
  }

  rmdir(path: string): void {
    this.change("rmdir", path, () => {
      const { folder, name } = this.machine.place("rmdir", path);
      const node = this.existing("rmdir", path);
      if (node.kind !== "folder") throw diskError("ENOTDIR", "rmdir", path);
      if (!this.isEmpty(node)) throw diskError("ENOTEMPTY", "rmdir", path);
      this.machine.setName(folder, name, undefined);
    });
  }

  openAppend(path: string): AppendFile {
    const open = (): VirtualFile => {
      const { folder, name } = this.machine.place("open", path);
      const node = this.machine.names.get(folder, name);
      if (node?.kind === "folder") throw diskError("EISDIR", "open", path);
      if (node !== undefined) return node;
      const file = this.machine.newFile(0o644);
      this.machine.setName(folder, name, file);
      return file;
    };
    const file = this.change("openAppend", path, open);
    file.handles++;
    this.machine.watcher?.opened(path, file);
    return this.handle(path, file);
  }

  async sync(files: readonly string[], folders: readonly string[]): Promise<void> {
    const found = (path: string): VirtualNode[] => {
      try {
        return [this.existing("open", path)];
      } catch {
        return [];
      }
    };
    const fileNodes = files.flatMap(found).filter((node): node is VirtualFile => node.kind === "file");
    const folderNodes = folders
      .flatMap(found)
      .filter((node): node is VirtualFolder => node.kind === "folder");
    await this.syncNodes("sync", files[0] ?? folders[0] ?? "", fileNodes, folderNodes);
  }

  async syncAll(path: string): Promise<boolean> {
    if (!this.machine.hasSyncAll) return false;
    const { files, folders } = this.machine.unsyncedNodes();
    await this.syncNodes("syncAll", path, files, folders);
    return true;
  }

  async replace(path: string, text: string): Promise<void> {
    this.enter("replace", path);
    const stage = `${path}.new`;
    if (this.stat(stage) !== undefined) this.unlink(stage);
    this.create(stage, text);
    await this.sync([stage], []);
    this.rename(stage, path);
    await this.sync([], [path.slice(0, path.lastIndexOf("/")) || "/"]);
  }

  private handle(path: string, file: VirtualFile): AppendFile {
    const set = (call: DiskCall, content: VirtualFile["content"]): void =>
      this.machine.setContent(call, path, file, content);
    const open = (): void => {
      if (closed) throw diskError("EBADF", "write", path);
    };
    const release = (): void => this.machine.release(file, "handles");
    this.handles.add(release);
    let closed = false;
    return {
      get size() {
        return file.content.size;
      },
      append: (content) => {
        open();
        this.change(
          "append",
          path,
          () => set("append", appended(file.content, content)),
          (random) =>
            set("append", appended(file.content, content.subarray(0, upTo(random, content.length)))),
        );
      },
      datasync: async () => {
        open();
        await this.syncNodes("datasync", path, [file], []);
      },
      truncate: (size) => {
        open();
        this.change("truncate", path, () => set("truncate", truncated(file.content, size)));
      },
      close: () => {
        if (closed) return;
        closed = true;
        this.enter("close", path);
        this.handles.delete(release);
        release();
      },
    };
  }

  private existing(call: string, path: string): VirtualNode {
    const node = this.machine.find(call, path);
    if (node === undefined) throw diskError("ENOENT", call, path);
    return node;
  }

  private checkReplace(node: VirtualNode, replaced: VirtualNode, to: string): void {
    if (node.kind === "folder" && replaced.kind !== "folder") throw diskError("ENOTDIR", "rename", to);
    if (node.kind !== "folder" && replaced.kind === "folder") throw diskError("EISDIR", "rename", to);
    if (replaced.kind === "folder" && !this.isEmpty(replaced)) throw diskError("ENOTEMPTY", "rename", to);
  }

  private isEmpty(folder: VirtualFolder): boolean {
    return [...folder.names.keys()].every((name) => this.machine.names.get(folder, name) === undefined);
  }
}

function isWithin(path: string, folder: string): boolean {
  return path !== folder && path.startsWith(`${folder}/`);
}
