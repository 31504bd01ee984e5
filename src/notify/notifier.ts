import type { Clock } from "../host/clock.ts";
import { errorText } from "../protocol/errors.ts";
import type { Notice } from "../protocol/notify.ts";
import type { Entry, PlaceState } from "./entries.ts";
import type { LookOptions } from "./find-notices.ts";
import { Looks } from "./looks.ts";
import { TIMELESS } from "./make-notice.ts";
import type { DeadNotification, NotifyLog } from "./notify-log.ts";
import { Post, type PostPorts } from "./post.ts";
import { placesOf, type Rule } from "./rules.ts";

export interface NotifierPorts extends Pick<PostPorts, "root" | "deliver"> {
  clock: Pick<Clock, "wall" | "monotonic" | "after">;
  log: Pick<NotifyLog, "places" | "last" | "add" | "shorten" | "bury" | "again" | "taken" | "close">;
  /** What is to be told, as the files stand now. */
  find(options: LookOptions): Promise<Notice[]>;
  /** In a line, for whoever looks after this process. */
  onProblem(text: string): void;
}

/** What is under way when the host stops gets so long; what it leaves behind is given so long to end. Milliseconds. */
const LAST_WORDS = 1_500;
const TO_END = 1_000;

/**
 * Tells people. Nothing here is waited for by anybody: it looks at the files, notes what is due, and takes it to each place, one message
 * at a time. What is noted as due is told at least once, also after a restart, under an id that stays the same.
 */
export class Notifier {
  readonly #ports: NotifierPorts;
  readonly #posts: Post[];
  readonly #looks: Looks;
  #stopped: Promise<void> | undefined;

  constructor(ports: NotifierPorts, rules: readonly Rule[]) {
    this.#ports = ports;
    const after = rules.flatMap(({ stuck }) => (stuck === undefined ? [] : [stuck]));
    this.#looks = new Looks(ports, {
      stuckAfter: after.length === 0 ? undefined : Math.min(...after),
      taken: (notices) => this.#take(notices),
      forget: (gone) => this.#forget(gone),
      looked: () => this.#advance(),
    });
    this.#posts = placesOf(rules).map((place) => {
      const state = this.#stateOf(place.id);
      return new Post(this.#postPorts(), place, rules, state);
    });
  }

  start(): void {
    this.#looks.start();
  }

  /** Something has happened. */
  wake(): void {
    this.#looks.wake();
  }

  /** Tells what can be told at once; the rest is told by the next host. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { clock, log } = this.#ports;
    const within = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
    const finish = async () => {
      await this.#looks.last();
      await Promise.all(this.#posts.map((post) => post.finish()));
    };
    await Promise.race([finish(), within(LAST_WORDS)]);
    await Promise.race([Promise.all(this.#posts.map((post) => post.close())), within(TO_END)]);
    log.close();
  }

  #postPorts(): PostPorts {
    const { clock, root, deliver, onProblem } = this.#ports;
    return {
      clock,
      root,
      deliver,
      onProblem,
      note: (entry) => this.#note(entry),
      bury: (dead) => this.#bury(dead),
      isOver: (event, found) => this.#looks.isOver(event, found),
    };
  }

  #stateOf(place: string): PlaceState {
    const { places } = this.#ports.log;
    if (!places.has(place)) this.#note({ do: "began", at: this.#now(), place });
    return places.get(place) as PlaceState;
  }

  /** Notes what is due, and where. */
  #take(notices: readonly Notice[]): void {
    for (const post of this.#posts) for (const notice of notices) if (post.awaits(notice)) post.add(notice);
    for (const dead of this.#ports.log.again()) this.#takeAgain(dead);
  }

  /** What a person wants to be tried again. */
  #takeAgain(dead: DeadNotification): void {
    const { log } = this.#ports;
    const { place, message, events } = dead;
    if (this.#posts.some((post) => post.place.id === place)) {
      this.#note({ do: "again", at: this.#now(), place, message, events });
      log.taken(message);
    } else {
      const error = "no rule has this place any more";
      void this.#bury({ ...dead, error }).then(() => log.taken(message));
    }
  }

  /** What is over and has no time of its own is news when it comes again. */
  #forget(gone: (event: string) => boolean): void {
    for (const { place, state } of this.#posts) {
      const events = [...state.known.keys()].filter((id) => id.startsWith(TIMELESS) && gone(id));
      if (events.length > 0) this.#note({ do: "over", at: this.#now(), place: place.id, events });
    }
  }

  #advance(): void {
    for (const post of this.#posts) post.advance();
    const { log, clock } = this.#ports;
    const isSo = (event: string) => this.#looks.isSo(event);
    log.shorten(clock.wall(), isSo).catch((error: unknown) => this.#logFault(error));
  }

  async #bury(dead: DeadNotification): Promise<void> {
    try {
      await this.#ports.log.bury(dead);
    } catch (error) {
      this.#ports.onProblem(`${dead.headline}: could not be kept among the dead: ${errorText(error)}`);
    }
  }

  /** A log that cannot be written keeps nobody from being told. */
  #note(entry: Entry): void {
    try {
      this.#ports.log.add(entry);
    } catch (error) {
      this.#logFault(error);
    }
  }

  #logFault(error: unknown): void {
    this.#ports.onProblem(`the log of deliveries: ${errorText(error)}`);
  }

  #now(): string {
    return new Date(this.#ports.clock.wall()).toISOString();
  }
}
