import type { Clock } from "../host/clock.ts";
import { errorText } from "../protocol/errors.ts";
import type { Notice } from "../protocol/notify.ts";
import type { LookOptions } from "./find-notices.ts";

export interface LookPorts {
  clock: Pick<Clock, "wall" | "monotonic" | "after">;
  /** `last`: when an earlier host of this root noted something last. Milliseconds since 1970. */
  log: { readonly last: number | undefined };
  find(options: LookOptions): Promise<Notice[]>;
  onProblem(text: string): void;
}

export interface LookActions {
  /** The least time after which something is stuck, if anybody asks; milliseconds. */
  stuckAfter: number | undefined;
  taken(notices: readonly Notice[]): void;
  /** What was so in none of the last looks at everything. */
  forget(gone: (event: string) => boolean): void;
  looked(): void;
}

/** A look follows so soon when something has happened, and comes by itself that often. Milliseconds. */
const AFTER_EVENT = 100;
const EVERY = 5_000;
/** Between two looks; and a look that takes long costs at most this part of the time. */
const PAUSE = 400;
const SHARE = 20;
const LONGEST_PAUSE = 10_000;
/** How often everything is looked at; else what ended just now. */
const ALL_EVERY = 60_000;
const JUST_NOW = 10 * 60_000;
const DAY = 24 * 3600 * 1000;

/** When the files are looked at, and what of it was so. */
export class Looks {
  readonly #ports: LookPorts;
  readonly #actions: LookActions;
  #cancel = () => {};
  /** When the look that is planned comes, by the monotonic clock. */
  #planned = Number.POSITIVE_INFINITY;
  #notBefore = 0;
  #looking: Promise<void> | undefined;
  #woken = false;
  #ended = false;
  /** The last look at everything: when, and what was so then and before that. */
  #all: { at: number; now: ReadonlySet<string>; before: ReadonlySet<string> } | undefined;
  #stuckAt = Number.NEGATIVE_INFINITY;
  #fault: string | undefined;

  constructor(ports: LookPorts, actions: LookActions) {
    this.#ports = ports;
    this.#actions = actions;
  }

  start(): void {
    this.#plan(0);
  }

  wake(): void {
    if (this.#looking !== undefined) this.#woken = true;
    else this.#plan(AFTER_EVENT);
  }

  /** One more look, and no other after it. */
  async last(): Promise<void> {
    await this.#looking;
    this.#ended = true;
    this.#cancel();
    await this.#look();
  }

  /** Whether that was so at the last look at everything, or the one before. */
  isSo(event: string): boolean {
    return this.#all === undefined || this.#all.now.has(event) || this.#all.before.has(event);
  }

  /** Whether everything was looked at since, and that was not so any more. @param found when it was found; `undefined`: by an earlier host */
  isOver(event: string, found = Number.NEGATIVE_INFINITY): boolean {
    return this.#all !== undefined && found < this.#all.at && !this.#all.now.has(event);
  }

  #plan(wait: number): void {
    const now = this.#ports.clock.monotonic();
    const at = Math.max(now + wait, this.#notBefore);
    if (this.#ended || at >= this.#planned) return;
    this.#cancel();
    this.#planned = at;
    this.#cancel = this.#ports.clock.after(at - now, () => {
      this.#planned = Number.POSITIVE_INFINITY;
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
        this.#plan(this.#woken ? AFTER_EVENT : EVERY);
        this.#woken = false;
      });
    });
  }

  async #look(): Promise<void> {
    const { clock, find, onProblem } = this.#ports;
    const begun = clock.monotonic();
    const isAll = this.#all === undefined || begun - this.#all.at >= ALL_EVERY;
    const stuck = this.#isStuckDue(begun);
    try {
      const notices = await find({
        now: clock.wall(),
        lately: isAll ? this.#lately() : JUST_NOW,
        stuck: isAll || stuck,
      });
      if (isAll) this.#noteAll(begun, notices);
      if (isAll || stuck) this.#stuckAt = begun;
      this.#actions.taken(notices);
      this.#fault = undefined;
    } catch (error) {
      // The files may be well again at the next look.
      const text = errorText(error);
      if (text !== this.#fault) onProblem(`looking for what is to be told: ${text}`);
      this.#fault = text;
    }
    const ended = clock.monotonic();
    this.#notBefore = ended + Math.min(LONGEST_PAUSE, Math.max(PAUSE, SHARE * (ended - begun)));
    this.#actions.looked();
  }

  #noteAll(at: number, notices: readonly Notice[]): void {
    const now = new Set(notices.map(({ id }) => id));
    const before = this.#all?.now;
    this.#all = { at, now, before: before ?? now };
    if (before !== undefined) this.#actions.forget((id) => !now.has(id) && !before.has(id));
  }

  #isStuckDue(now: number): boolean {
    const { stuckAfter } = this.#actions;
    if (stuckAfter === undefined) return false;
    return now - this.#stuckAt >= Math.min(ALL_EVERY, Math.max(1_000, stuckAfter / 10));
  }

  /** At first also what ended since an earlier host wrote last. */
  #lately(): number {
    const { clock, log } = this.#ports;
    if (this.#all !== undefined || log.last === undefined) return DAY;
    return Math.min(7 * DAY, Math.max(DAY, clock.wall() - log.last + DAY));
  }
}
