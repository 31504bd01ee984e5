import type { Clock } from "./clock.ts";

/** Quiet for so long is rest: task.md files are written then. */
const REST_AFTER = 20;
/** The journal is emptied so long after the last work, and under steady work at the latest after so long or so many bytes. */
const CHECKPOINT_AFTER = 1_000;
const CHECKPOINT_AT_LATEST = 5_000;
const CHECKPOINT_BYTES = 16 * 1024 * 1024;

export interface RhythmActions {
  /** Something may be due. */
  wake(): void;
  rest(): void;
  checkpoint(): void;
}

/** When the host looks again, rests, and empties the journal. Holds the timers; decides nothing about tasks. */
export class Rhythm {
  readonly #clock: Clock;
  readonly #actions: RhythmActions;
  #cancelNext = () => {};
  #cancelRest = () => {};
  #cancelCheckpoint = () => {};
  /** A checkpoint is to come. */
  #isPlanned = false;
  #emptiedAt: number;
  /** A host that runs keeps its process alive, with or without a watcher. */
  #release: (() => void) | undefined;

  constructor(clock: Clock, actions: RhythmActions) {
    this.#clock = clock;
    this.#actions = actions;
    this.#emptiedAt = clock.monotonic();
  }

  /**
   * After each pass. One that only looked changes nothing of what is to come.
   *
   * @param journalBytes what stands in the journal now
   */
  afterPass(handled: boolean, journalBytes: number): void {
    this.#release ??= this.#clock.hold?.();
    if (!handled && (journalBytes === 0 || this.#isPlanned)) return;
    this.#cancelRest();
    this.#cancelCheckpoint();
    const overdue = this.#clock.monotonic() - this.#emptiedAt >= CHECKPOINT_AT_LATEST;
    if (journalBytes > 0 && (overdue || journalBytes >= CHECKPOINT_BYTES)) {
      this.#actions.checkpoint();
    }
    this.#cancelRest = this.#clock.after(REST_AFTER, () => this.#actions.rest());
    this.#isPlanned = true;
    this.#cancelCheckpoint = this.#clock.after(CHECKPOINT_AFTER, () => {
      this.#isPlanned = false;
      this.#actions.checkpoint();
    });
  }

  emptied(): void {
    this.#emptiedAt = this.#clock.monotonic();
  }

  /** Wakes the host after `ms`, if nothing wakes it before. */
  wakeIn(ms: number): void {
    this.#cancelNext();
    this.#cancelNext = this.#clock.after(Math.max(1, ms), () => this.#actions.wake());
  }

  stop(): void {
    this.#release?.();
    this.#cancelNext();
    this.#cancelRest();
    this.#cancelCheckpoint();
  }
}
