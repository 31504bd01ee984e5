import { untilAborted } from "../brain/until-aborted.ts";
import type { Clock } from "../host/clock.ts";
import { parseDuration } from "../protocol/duration.ts";
import { errorText } from "../protocol/errors.ts";
import type { Notice, Notification, NotifyTarget } from "../protocol/notify.ts";
import type { Entry, OpenMessage, PlaceState } from "./entries.ts";
import { composeNotification, headlineOf, messageId } from "./message.ts";
import type { DeadNotification } from "./notify-log.ts";
import { heldUntil, type NotifyPlace, type Rule, wants } from "./rules.ts";
import { DeadEnd, targetText } from "./types.ts";

export interface PostPorts {
  clock: Pick<Clock, "wall" | "monotonic" | "after">;
  /** Folder of the workspaces. */
  root: string;
  deliver(target: NotifyTarget, notification: Notification, signal: AbortSignal): Promise<void>;
  note(entry: Entry): void;
  bury(dead: DeadNotification): Promise<void>;
  /** Whether something that was found then is not so any more; `undefined`: found by an earlier host. */
  isOver(event: string, found: number | undefined): boolean;
  onProblem(text: string): void;
}

/** What is found within that time is one message. With the time until it is found no more than 2 s. Milliseconds. */
const TOGETHER = 1_400;
/** Pauses between tries: doubled from the first to the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5 * 60_000;
const MOST_TRIES = 10;
/** Events that wait for one place. There is no room for more: those are found again later. */
const MOST_DUE = 1_000;
/** Of a place that says nothing of it. A turn in a chat may take long. */
const PATIENCE = 10_000;
const PATIENCE_OPENCLAW = 10 * 60_000;
/** The time of day is looked at again after so long, for a machine may have slept. */
const LONGEST_SLEEP = 60_000;

/** Takes to one place what is due there, one message at a time, and tries again what did not arrive. */
export class Post {
  readonly place: NotifyPlace;
  readonly state: PlaceState;
  readonly #ports: PostPorts;
  readonly #rules: readonly Rule[];
  /** When each event was found, by the monotonic clock; what an earlier host found is not here. */
  readonly #found = new Map<string, number>();
  /** Held back by quiet hours. */
  readonly #held = new Set<string>();
  readonly #stop = new AbortController();
  /** Until the message that is under way has arrived, or has not. */
  #busy: Promise<void> | undefined;
  /** The same, and what it left behind is ended. */
  #delivering: Promise<unknown> = Promise.resolve();
  #notBefore = 0;
  #cancel = () => {};
  #last = false;
  /** The last try failed, and somebody was told so. */
  #failing = false;

  constructor(ports: PostPorts, place: NotifyPlace, rules: readonly Rule[], state: PlaceState) {
    this.#ports = ports;
    this.place = place;
    this.state = state;
    this.#rules = rules.filter((rule) => rule.place.id === place.id);
  }

  /** Whether this is to be told here and was not. */
  awaits(notice: Notice): boolean {
    const { known, due, began } = this.state;
    const { id, status, since = "" } = notice;
    if (known.has(id) || due.has(id) || due.size >= MOST_DUE) return false;
    // What had ended before anybody asked to be told is no news.
    if (status !== undefined && since < began) return false;
    return this.#rules.some((rule) => wants(rule, notice));
  }

  add(notice: Notice): void {
    this.#ports.note({ do: "due", at: this.#now(), place: this.place.id, event: notice });
    this.#found.set(notice.id, this.#ports.clock.monotonic());
  }

  /** Begins the next message if one is due, else sees to it that it is begun in time. */
  advance(): void {
    this.#cancel();
    if (this.#busy !== undefined || this.#stop.signal.aborted) return;
    const wait = this.#begin();
    if (wait === undefined || this.#last) return;
    const { clock } = this.#ports;
    this.#cancel = clock.after(Math.min(Math.max(1, wait), LONGEST_SLEEP), () => this.advance());
  }

  /** Tells at once what may be told, and nothing after that. */
  async finish(): Promise<void> {
    await this.#busy;
    this.#last = true;
    this.advance();
    await this.#busy;
  }

  /** Ends what is under way: the next host tells it. Resolves when nothing is left of it. */
  async close(): Promise<void> {
    this.#cancel();
    this.#stop.abort(new Error("the host stops"));
    await this.#busy;
    await this.#delivering;
  }

  /** @returns milliseconds after which there may be something to do; `undefined`: nothing waits, or a message is under way */
  #begin(): number | undefined {
    const now = this.#ports.clock.monotonic();
    const [open] = this.state.open.values();
    if (open !== undefined) {
      if (this.#notBefore > now) return this.#notBefore - now;
      const { ready, wait } = this.#ready(open.events);
      if (ready.length === 0 && wait !== undefined) return wait;
      this.#send(open);
      return undefined;
    }
    const { ready, wait } = this.#ready([...this.state.due.keys()]);
    if (ready.length === 0) return wait;
    const first = Math.min(...ready.map((id) => this.#found.get(id) ?? Number.NEGATIVE_INFINITY));
    const isOverdue = this.#last || ready.some((id) => this.#held.has(id));
    if (!isOverdue && now < first + TOGETHER) return Math.min(first + TOGETHER - now, wait ?? LONGEST_SLEEP);
    this.#send({ id: messageId(this.place.id, ready), events: ready, tries: 0 });
    return undefined;
  }

  /** Which of the events may be told now, and how long the first of the others is held back. */
  #ready(events: readonly string[]): { ready: string[]; wait?: number } {
    const wall = this.#ports.clock.wall();
    const ready: string[] = [];
    let until: number | undefined;
    for (const id of events) {
      const notice = this.state.due.get(id);
      if (notice === undefined) continue;
      const end = heldUntil(
        this.#rules.filter((rule) => wants(rule, notice)),
        wall,
      );
      if (end === undefined) ready.push(id);
      else {
        this.#held.add(id);
        until = Math.min(until ?? end, end);
      }
    }
    return until === undefined ? { ready } : { ready, wait: until - wall };
  }

  #send(message: OpenMessage): void {
    this.#busy = this.#sendNow(message)
      .catch((error: unknown) =>
        this.#problem(`telling ${targetText(this.place.target)}: ${errorText(error)}`),
      )
      .then(() => {
        this.#busy = undefined;
        if (!this.#last) this.advance();
      });
  }

  async #sendNow({ id, events, tries: before }: OpenMessage): Promise<void> {
    const { place, state } = this;
    const tries = before + 1;
    const notices = events
      .flatMap((event) => state.due.get(event) ?? [])
      .map((notice) => this.#asOfNow(notice));
    const afterQuiet = events.some((event) => this.#held.has(event));
    const about = { place: place.id, message: id, events };
    const at = this.#now();
    this.#ports.note({ do: "try", at, ...about, try: tries, headline: headlineOf(notices) });
    try {
      const sent = { id, tries, root: this.#ports.root, sentAt: at };
      await this.#deliver(composeNotification(sent, notices, { afterQuiet }));
    } catch (error) {
      // Cut off by the end of this host, it is no failure: the next one tries again.
      if (this.#stop.signal.aborted) return;
      return await this.#failed({ id, events, tries }, notices, error);
    }
    this.#ports.note({ do: "told", at: this.#now(), ...about });
    this.#settled(events);
  }

  async #failed(message: OpenMessage, notices: Notice[], cause: unknown): Promise<void> {
    const { id, events, tries } = message;
    const place = this.place.id;
    const at = this.#now();
    const error = (cause instanceof Error ? cause.message : String(cause)).slice(0, 500);
    const to = targetText(this.place.target);
    if (cause instanceof DeadEnd || tries >= MOST_TRIES) {
      const headline = headlineOf(notices);
      await this.#ports.bury({ message: id, place, to, at, tries, error, headline, events: notices });
      this.#ports.note({ do: "dead", at, place, message: id, events, error });
      this.#problem(`${to} could not be told: ${error}; see \`clawflow notify dead\``);
      this.#settled(events);
      return;
    }
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1));
    this.#notBefore = this.#ports.clock.monotonic() + pause;
    this.#ports.note({ do: "failed", at, place, message: id, events, error });
    if (!this.#failing) this.#problem(`telling ${to}: ${error}; it is tried again`);
    this.#failing = true;
  }

  #settled(events: readonly string[]): void {
    this.#failing = false;
    this.#notBefore = 0;
    for (const event of events) {
      this.#found.delete(event);
      this.#held.delete(event);
    }
  }

  /** Never waits longer than the place may take, whatever is done there. */
  async #deliver(notification: Notification): Promise<void> {
    const { target } = this.place;
    const late = new AbortController();
    const patience = patienceFor(target);
    const cancel = this.#ports.clock.after(patience, () =>
      late.abort(new Error(`no end within ${Math.round(patience / 100) / 10} s`)),
    );
    const signal = AbortSignal.any([this.#stop.signal, late.signal]);
    try {
      const delivering = this.#ports.deliver(target, notification, signal);
      this.#delivering = delivering.catch(() => {});
      await untilAborted(signal, delivering);
    } finally {
      cancel();
    }
  }

  /** What waited a while may be settled by now. */
  #asOfNow(notice: Notice): Notice {
    const isPassing = notice.kind === "needs-you" || notice.kind === "stuck";
    const { over: _, ...rest } = notice;
    return isPassing && this.#ports.isOver(notice.id, this.#found.get(notice.id))
      ? { ...rest, over: true }
      : rest;
  }

  #problem(text: string): void {
    this.#ports.onProblem(text);
  }

  #now(): string {
    return new Date(this.#ports.clock.wall()).toISOString();
  }
}

function patienceFor(target: NotifyTarget): number {
  if (typeof target === "object" && "timeout" in target) return parseDuration(target.timeout);
  return typeof target === "object" && "openclaw" in target ? PATIENCE_OPENCLAW : PATIENCE;
}
