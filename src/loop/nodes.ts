import type { Subtask } from "../protocol/task.ts";

/** The subtasks of a task as a step sees them: those of the task, with what the step changed of them so far. */
export class Nodes implements ReadonlyMap<string, Subtask> {
  readonly #base: ReadonlyMap<string, Subtask>;
  readonly #changed = new Map<string, Subtask>();
  readonly #removed = new Set<string>();
  #added = 0;

  constructor(base: ReadonlyMap<string, Subtask>) {
    this.#base = base;
  }

  put(id: string, subtask: Subtask): void {
    if (!this.has(id) && !this.#removed.delete(id)) this.#added++;
    this.#changed.set(id, subtask);
  }

  remove(id: string): void {
    if (!this.has(id)) return;
    this.#changed.delete(id);
    if (this.#base.has(id)) this.#removed.add(id);
    else this.#added--;
  }

  get size(): number {
    return this.#base.size + this.#added - this.#removed.size;
  }

  get(id: string): Subtask | undefined {
    if (this.#removed.size > 0 && this.#removed.has(id)) return undefined;
    return (this.#changed.size === 0 ? undefined : this.#changed.get(id)) ?? this.#base.get(id);
  }

  has(id: string): boolean {
    return (this.#base.has(id) && !this.#removed.has(id)) || this.#changed.has(id);
  }

  *entries(): MapIterator<[string, Subtask]> {
    for (const entry of this.#base) {
      if (this.#removed.size > 0 && this.#removed.has(entry[0])) continue;
      const changed = this.#changed.get(entry[0]);
      yield changed === undefined ? entry : [entry[0], changed];
    }
    if (this.#added === 0) return;
    for (const entry of this.#changed) if (!this.#base.has(entry[0])) yield entry;
  }

  *keys(): MapIterator<string> {
    for (const [id] of this.entries()) yield id;
  }

  *values(): MapIterator<Subtask> {
    for (const [, subtask] of this.entries()) yield subtask;
  }

  forEach(visit: (subtask: Subtask, id: string, map: ReadonlyMap<string, Subtask>) => void): void {
    for (const [id, subtask] of this.entries()) visit(subtask, id, this);
  }

  [Symbol.iterator](): MapIterator<[string, Subtask]> {
    return this.entries();
  }
}
