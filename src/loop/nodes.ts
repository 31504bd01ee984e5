import type { Subtask } from "../protocol/task.ts";

/** The subtasks of a task as a step sees them: those of the task, with what the step changed of them so far. */
export class Nodes implements ReadonlyMap<string, Subtask> {
  readonly #base: ReadonlyMap<string, Subtask>;
  readonly #changed = new Map<string, Subtask>();
  #added = 0;

  constructor(base: ReadonlyMap<string, Subtask>) {
    this.#base = base;
  }

  put(id: string, subtask: Subtask): void {
    if (!this.has(id)) this.#added++;
    this.#changed.set(id, subtask);
  }

  get size(): number {
    return this.#base.size + this.#added;
  }

  get(id: string): Subtask | undefined {
    return (this.#changed.size === 0 ? undefined : this.#changed.get(id)) ?? this.#base.get(id);
  }

  has(id: string): boolean {
    return this.#base.has(id) || this.#changed.has(id);
  }

  *entries(): MapIterator<[string, Subtask]> {
    for (const entry of this.#base) {
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
