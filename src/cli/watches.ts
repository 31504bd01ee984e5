import { type FSWatcher, watch } from "node:fs";

/** Watches of folders; where there are too many those go that told nothing for longest. */
export class Watches {
  readonly #most: number;
  readonly #open = new Map<string, { ino: number; watcher: FSWatcher }>();

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** @param ino of the folder that stands there; `undefined`: there is none */
  open(path: string, ino: number | undefined, tell: (name: string | null) => void): void {
    const before = this.#open.get(path);
    if (before !== undefined && before.ino === ino) return;
    this.#close(path);
    if (ino === undefined) return;
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => tell(name));
      watcher.on("error", () => this.#close(path));
      this.#open.set(path, { ino, watcher });
    } catch {
      // It is gone, or there are too many watches: the looks are enough.
    }
    const first = this.#open.keys().next().value;
    if (this.#open.size > this.#most && first !== undefined) this.#close(first);
  }

  closeAll(): void {
    for (const path of [...this.#open.keys()]) this.#close(path);
  }

  #close(path: string): void {
    this.#open.get(path)?.watcher.close();
    this.#open.delete(path);
  }
}
