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
import type { FakeClock } from "../fake-clock.ts";

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
