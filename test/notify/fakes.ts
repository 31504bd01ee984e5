import { setImmediate as turn } from "node:timers/promises";
import {
  applyEntry,
  compactEntries,
  type Entry,
  formatEntry,
  type PlaceState,
  parseEntries,
  replayEntries,
} from "../../src/notify/entries.ts";
import type { NotifierPorts } from "../../src/notify/notifier.ts";
import type { DeadNotification } from "../../src/notify/notify-log.ts";
import type { Notice } from "../../src/protocol/notify.ts";

/** A clock that stands still but while `advance` runs. */
export class FakeClock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];
  readonly #epoch: number;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  monotonic = (): number => this.#now;
  wall = (): number => this.#epoch + this.#now;
  after = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Everybody who waits is gone. */
  clear(): void {
    this.#timers = [];
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = end;
  }
}

/** Everything that does not wait for time has happened. */
export async function settle(): Promise<void> {
  await turn();
  await turn();
}

/** What `NotifyLog` is on a disk. */
export class MemoryLog {
  text: string;
  places: Map<string, PlaceState>;
  last: number | undefined;
  readonly dead: DeadNotification[] = [];
  waiting: DeadNotification[] = [];
  isClosed = false;

  constructor(text = "") {
    const short = compactEntries(parseEntries(text), "1970", () => true);
    this.text = short.map(formatEntry).join("");
    this.places = replayEntries(short);
    this.last = text === "" ? undefined : Math.max(...parseEntries(text).map(({ at }) => Date.parse(at)));
  }
  add(entry: Entry): void {
    if (this.isClosed) throw new Error("the log is closed");
    applyEntry(this.places, entry);
    this.text += formatEntry(entry);
  }
  async shorten(): Promise<void> {}
  async bury(dead: DeadNotification): Promise<void> {
    this.dead.push(dead);
  }
  again(): DeadNotification[] {
    return this.waiting;
  }
  taken(message: string): void {
    this.waiting = this.waiting.filter((dead) => dead.message !== message);
  }
  close(): void {
    this.isClosed = true;
  }
}

export function notice(id: string, more: Partial<Notice> = {}): Notice {
  return {
    id: `e-${id}`,
    kind: "needs-you",
    problem: "answer",
    agent: "lead",
    task: id,
    job: id,
    title: `Task ${id}`,
    text: "Which one?",
    since: "2026-11-20T10:00:00.000Z",
    ...more,
  };
}

export function ports(
  clock: FakeClock,
  log: MemoryLog,
  find: () => Notice[],
  deliver: NotifierPorts["deliver"],
  problems: string[] = [],
): NotifierPorts {
  return {
    clock,
    log,
    root: "/team",
    find: async () => find(),
    deliver,
    onProblem: (text) => problems.push(text),
  };
}
