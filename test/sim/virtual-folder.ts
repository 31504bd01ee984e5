import { type Random, upTo } from "./random.ts";
import type { VirtualFile } from "./virtual-file.ts";

export interface VirtualFolder {
  readonly kind: "folder";
  readonly ino: number;
  /** Where it was made. */
  readonly path: string;
  mtimeMs: number;
  readonly names: Map<string, NameHistory>;
}

export type VirtualNode = VirtualFile | VirtualFolder;

/**
 * What a name stood for, from the durable state (first) to what a running process sees (last). `at` is the number of the change.
 * Never empty.
 */
export interface NameHistory {
  readonly folder: VirtualFolder;
  readonly name: string;
  states: { at: number; node: VirtualNode | undefined }[];
}

/** A rename not yet durable at both ends: once `from` is past change `at`, `to` must be too, or the file would have no name. */
interface Rename {
  at: number;
  from: NameHistory;
  to: NameHistory;
}

/** All names that are not durable yet, and how they hang together. */
export class NameLog {
  private changes = 0;
  private readonly open = new Set<NameHistory>();
  private renames: Rename[] = [];

  /** The number of the last change. */
  get last(): number {
    return this.changes;
  }

  get(folder: VirtualFolder, name: string): VirtualNode | undefined {
    return folder.names.get(name)?.states.at(-1)?.node;
  }

  set(folder: VirtualFolder, name: string, node: VirtualNode | undefined): void {
    this.put(folder, name, node, ++this.changes);
  }

  rename(from: VirtualFolder, fromName: string, to: VirtualFolder, toName: string): void {
    const at = ++this.changes;
    const node = this.get(from, fromName);
    this.renames.push({
      at,
      to: this.put(to, toName, node, at),
      from: this.put(from, fromName, undefined, at),
    });
  }

  /** Everything that happened to names of this folder up to change `at` is durable, with the other end of each rename. */
  settle(folder: VirtualFolder, at: number): void {
    for (const history of [...this.open]) if (history.folder === folder) this.raise(history, at);
    for (let moved = true; moved; ) {
      moved = false;
      for (const { at, from, to } of this.renames) {
        if (floor(from) >= at && floor(to) < at) {
          this.raise(to, at);
          moved = true;
        }
      }
    }
    this.renames = this.renames.filter(({ at, to }) => floor(to) < at);
  }

  /** The folders that hold names which are not durable yet. */
  openFolders(): VirtualFolder[] {
    return [...new Set(Array.from(this.open, ({ folder }) => folder))];
  }

  /** A power cut: each name is left in one of its states, chosen by itself, but no rename loses both of its names. */
  cut(random: Random): void {
    const mode = random();
    const chosen = new Map<NameHistory, number>();
    for (const history of this.open) {
      const last = history.states.length - 1;
      chosen.set(history, mode < 0.2 ? 0 : mode < 0.4 ? last : upTo(random, last));
    }
    mend(this.renames, chosen, random() < 0.5);
    for (const [history, index] of chosen) {
      const { node } = history.states[index] as NameHistory["states"][number];
      history.states = [{ at: this.changes, node }];
      if (node === undefined) history.folder.names.delete(history.name);
    }
    this.open.clear();
    this.renames = [];
  }

  private put(folder: VirtualFolder, name: string, node: VirtualNode | undefined, at: number): NameHistory {
    let history = folder.names.get(name);
    if (history === undefined) {
      history = { folder, name, states: [{ at: 0, node: undefined }] };
      folder.names.set(name, history);
    }
    history.states.push({ at, node });
    this.open.add(history);
    return history;
  }

  private raise(history: NameHistory, at: number): void {
    const index = history.states.findLastIndex((state) => state.at <= at);
    if (index > 0) history.states.splice(0, index);
    if (history.states.length > 1) return;
    this.open.delete(history);
    if (history.states[0]?.node === undefined) history.folder.names.delete(history.name);
  }
}

function floor(history: NameHistory): number {
  return history.states[0]?.at ?? 0;
}

/** Moves choices, all forwards or all backwards, until no rename has lost both of its names. */
function mend(renames: readonly Rename[], chosen: Map<NameHistory, number>, forwards: boolean): void {
  const isPast = (history: NameHistory, at: number): boolean =>
    (history.states[chosen.get(history) ?? 0]?.at ?? 0) >= at;
  for (let moved = true; moved; ) {
    moved = false;
    for (const { at, from, to } of renames) {
      if (!isPast(from, at) || isPast(to, at)) continue;
      moved = true;
      const [history, back] = forwards ? [to, 0] : [from, 1];
      chosen.set(history, history.states.findIndex((state) => state.at >= at) - back);
    }
  }
}
