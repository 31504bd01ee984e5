import { dirname } from "node:path";

/**
 * What was written since the journal's generation began and is not known to be durable. Folders that names leave (inbox, pending) are
 * synced before those that names enter: a rename that happens between the two then stands in at least one of them.
 */
export class Touched {
  readonly files = new Set<string>();
  readonly sources = new Set<string>();
  readonly folders = new Set<string>();
  /** Workspaces in which something changed. */
  readonly workspaces = new Set<string>();

  get size(): number {
    return this.files.size + this.sources.size + this.folders.size;
  }

  /** A file with new content, under a new name. */
  file(path: string): void {
    this.files.add(path);
    this.folders.add(dirname(path));
  }

  /** A new name of a file whose content is cared for elsewhere. */
  name(path: string): void {
    this.folders.add(dirname(path));
  }

  /** A name that is gone. */
  gone(path: string): void {
    this.files.delete(path);
    this.sources.add(dirname(path));
  }

  moved(from: string, to: string): void {
    if (this.files.delete(from)) this.files.add(to);
    this.sources.add(dirname(from));
    this.folders.add(dirname(to));
  }

  /** Source folders first; each folder once, at its last place. */
  folderList(): string[] {
    return [...[...this.sources].filter((path) => !this.folders.has(path)), ...this.folders];
  }
}
