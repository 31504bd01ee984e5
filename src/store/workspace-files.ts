import { dirname, join } from "node:path";
import type { StoreContext } from "./context.ts";
import { errorCode, unlessMissing } from "./disk-error.ts";
import type { WorkspacePaths } from "./layout.ts";

/** Published messages are not changed any more, by anybody. */
export const MESSAGE_MODE = 0o444;
const FILE_MODE = 0o600;
const MAX_FOLDERS_KNOWN = 10_000;

/** The single operations on the files of one workspace; each notes what must be synced before the journal may be emptied. */
export class WorkspaceFiles {
  readonly #context: StoreContext;
  readonly #paths: WorkspacePaths;
  readonly #folders = new Set<string>();

  constructor(context: StoreContext, paths: WorkspacePaths) {
    this.#context = context;
    this.#paths = paths;
  }

  /** Makes a folder of the workspace once, and remembers it. */
  folder(path: string): void {
    if (this.#folders.has(path)) return;
    if (this.#folders.size > MAX_FOLDERS_KNOWN) this.#folders.clear();
    this.#context.disk.mkdir(path);
    this.#folders.add(path);
    for (let at = path; at.length > this.#paths.root.length; at = dirname(at)) {
      this.#context.touched.folders.add(dirname(at));
    }
  }

  forgetFolder(path: string): void {
    this.#folders.delete(path);
  }

  /**
   * A new file in `tmp/`; nobody looks there. Whoever takes over removes it: a process that stood still for however long between here and
   * the moment at which it gives this file its name finds none, and changes nothing.
   * @throws E_LOCKED when another process has taken over
   */
  stage(content: string | Uint8Array, mode = FILE_MODE): string {
    const path = this.#create(content, mode);
    try {
      this.#context.fence();
    } catch (error) {
      unlessMissing(() => this.#context.disk.unlink(path));
      throw error;
    }
    return path;
  }

  /** A process that ended may have left one of the same name. */
  #create(content: string | Uint8Array, mode: number): string {
    const { pid, started } = this.#context.process.identity;
    for (;;) {
      const path = join(this.#paths.tmp, `s-${pid}-${started}-${++this.#context.stages}`);
      try {
        this.retrying(this.#paths.tmp, () => this.#context.disk.create(path, content, mode));
        return path;
      } catch (error) {
        if (errorCode(error) !== "EEXIST") throw error;
      }
    }
  }

  /** A staged file to where nobody but the runtime writes; replaces what stands there. */
  publish(staged: string, path: string): void {
    this.retrying(dirname(path), () => this.#context.disk.rename(staged, path));
    this.#context.touched.file(path);
    this.#context.touched.workspaces.add(this.#paths.root);
  }

  put(path: string, content: string | Uint8Array, mode = FILE_MODE): void {
    this.folder(dirname(path));
    this.publish(this.stage(content, mode), path);
  }

  /** A second name; `false` if the name is taken. */
  linkNew(from: string, to: string): boolean {
    try {
      this.retrying(dirname(to), () => this.#context.disk.link(from, to));
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
    this.#context.touched.name(to);
    this.#context.touched.workspaces.add(this.#paths.root);
    return true;
  }

  /** A second name of a file that is replaced next; `false` if there is no such file, or the name is taken. */
  keepAs(from: string, to: string): boolean {
    const { touched, syncing } = this.#context;
    if (unlessMissing(() => this.linkNew(from, to)) !== true) return false;
    if (touched.files.has(from)) touched.files.add(to);
    if (syncing?.files.has(from) || syncing?.late.has(from)) syncing.late.add(to);
    return true;
  }

  /** `false` if there is nothing at `from`. */
  move(from: string, to: string): boolean {
    this.folder(dirname(to));
    try {
      this.#context.disk.rename(from, to);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      if (this.#context.disk.stat(from) === undefined) return false;
      this.forgetFolder(dirname(to));
      this.folder(dirname(to));
      this.#context.disk.rename(from, to);
    }
    this.#context.touched.moved(from, to);
    this.#context.touched.workspaces.add(this.#paths.root);
    const { syncing } = this.#context;
    if (syncing?.files.has(from) || syncing?.late.has(from)) syncing.late.add(to);
    return true;
  }

  /** What `action` puts in the place of a file that was moved away: where it cannot, that file goes back, as far as the disk still allows. */
  orBack<T>({ from, to }: { from: string; to: string }, action: () => T): T {
    try {
      return action();
    } catch (error) {
      try {
        if (this.linkNew(to, from)) this.remove(to);
      } catch {
        // The start after this one finds it where it is.
      }
      throw error;
    }
  }

  /** That it is gone is made durable too, where somebody else removed it. */
  remove(path: string): void {
    if (this.#context.disk.stat(path) !== undefined) this.#context.disk.unlink(path);
    this.#context.touched.gone(path);
  }

  /** Once more with the folder made again: somebody may have removed it under a running host. */
  retrying(folder: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      this.forgetFolder(folder);
      this.folder(folder);
      action();
    }
  }
}
