interface Due {
  at: number;
  order: number;
  run: (() => void) | undefined;
}

/** The time of a simulated world, in milliseconds from its beginning. It stands still but for `step`. */
export class VirtualTime {
  now = 0;
  /** Callbacks that were run so far. */
  steps = 0;
  private order = 0;
  private readonly heap: Due[] = [];

  /** Runs `run` once after `ms`; what is due at one time runs in the order in which it was asked for. */
  after(ms: number, run: () => void): () => void {
    const due: Due = { at: this.now + Math.max(0, ms), order: ++this.order, run };
    this.push(due);
    return () => {
      due.run = undefined;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Goes to the next thing that is due and runs it. `false`: there is nothing. */
  step(): boolean {
    for (let due = this.pop(); due !== undefined; due = this.pop()) {
      if (due.run === undefined) continue;
      this.now = Math.max(this.now, due.at);
      this.steps++;
      due.run();
      return true;
    }
    return false;
  }

  private push(due: Due): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent] as Due)) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  private pop(): Due | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child++;
      if (!isBefore(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Resolves when every promise that can go on has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
