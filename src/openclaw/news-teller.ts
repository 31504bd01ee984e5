import type { Clock } from "../host/clock.ts";
import type { HostEvent } from "../host/events.ts";
import { errorText } from "../protocol/errors.ts";
import type { ProgressMessage } from "../protocol/message.ts";
import type { Task, Waiting } from "../protocol/task.ts";
import {
  type ChatJob,
  type News,
  newsOfEnd,
  newsOfWaiting,
  newsText,
  receiptName,
  receiptOf,
  waitsOf,
} from "./chat-news.ts";
import { heardIn } from "./heard.ts";
import { pauseOf, runTurn } from "./run-turn.ts";
import type { ChatDesk } from "./running-team.ts";
import { toldBefore } from "./told-before.ts";
import { readTranscript } from "./transcript.ts";
import type { NextTurnText, SubagentRuntime } from "./types.ts";

export interface TellerPorts {
  subagent: SubagentRuntime;
  clock: Pick<Clock, "wall" | "after">;
  /** Leaves a text for the next turn of a session. */
  leave(text: NextTurnText): Promise<{ enqueued: boolean }>;
  /** A task as it stands, open or finished. */
  task(agent: string, id: string): Readonly<Task> | undefined;
  /** Puts a receipt into its agent's mailbox; it stands there durable when this resolves. */
  keep(receipt: ProgressMessage): Promise<void>;
  newTag(): string;
  onProblem(text: string): void;
}

/** Milliseconds before a wake that did not come about is tried again. */
const PAUSES = [2_000, 15_000, 60_000];

/**
 * Tells chats how their jobs go: that one has ended, or waits for a person. What there is to tell stands in the agents' files before
 * anything is said, and a receipt in the mailbox says that it was told; so each is told once, however often this process ends in
 * between. It is told by a turn in the chat's session, which waits behind a turn that goes on there; where none can be had it is left for
 * the session's next turn; and where that is not possible either, whoever asks in that chat is told.
 */
export class NewsTeller implements ChatDesk {
  readonly #ports: TellerPorts;
  readonly #jobs = new Map<string, ChatJob>();
  readonly #receipts: Set<string>;
  /** News that are being told, by id; `turn`: one was asked for, and may come. `stands`: it is still so. */
  readonly #open = new Map<string, { news: News; turn: boolean; stands(): boolean }>();
  readonly #telling = new Map<string, number>();
  readonly #queues = new Map<string, Promise<void>>();
  readonly #ended = new AbortController();

  constructor(ports: TellerPorts, known: { jobs: readonly ChatJob[]; receipts: Iterable<string> }) {
    this.#ports = ports;
    this.#receipts = new Set(known.receipts);
    for (const job of known.jobs) this.expect(job);
  }

  expect(job: ChatJob): void {
    this.#jobs.set(`${job.agent}/${job.task_id}`, job);
  }

  /** The session of the chat that began that job. */
  chatOf(agent: string, id: string): string | undefined {
    return this.#jobs.get(`${agent}/${id}`)?.chat;
  }

  /** Looks at every job that is known, and at these tasks of its parts. */
  lookAtAll(parts: Iterable<Readonly<Task>>): void {
    for (const job of this.#jobs.values()) this.#look(job.agent, job.task_id);
    for (const task of parts) this.#lookAt(task);
  }

  onEvent(event: HostEvent): void {
    if (event.type === "task:finished" || event.type === "task:waiting") this.#look(event.agent, event.task);
  }

  isTelling(chat: string): boolean {
    return (this.#telling.get(chat) ?? 0) > 0;
  }

  /** What no turn will tell that chat: it is told by this. */
  async take(chat: string): Promise<string[]> {
    const texts: string[] = [];
    for (const { news, turn, stands } of [...this.#open.values()]) {
      if (news.chat !== chat || turn || !stands()) continue;
      await this.#told(news);
      texts.push(newsText(news, this.#ports.newTag()));
    }
    return texts;
  }

  /** Waits for no turn: what was not told is told by the next one. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#queues.values());
  }

  #look(agent: string, id: string): void {
    const task = this.#ports.task(agent, id);
    if (task !== undefined) this.#lookAt(task);
  }

  #lookAt(task: Readonly<Task>): void {
    const { root, path } = task.trace;
    const job = this.#jobs.get(`${path[0]}/${root}`);
    if (job === undefined) return;
    const end = task.task_id === root && task.trace.depth === 0 ? newsOfEnd(job, task) : undefined;
    const now = () => this.#ports.task(task.trace.path.at(-1) ?? job.agent, task.task_id);
    if (end !== undefined) {
      this.#tell(end, () => now()?.reply === end.about);
      return;
    }
    for (const { name, waiting } of waitsOf(task)) {
      const isSame = (other: { name: string; waiting: Waiting }) =>
        other.name === name && other.waiting.since === waiting.since;
      this.#tell(newsOfWaiting(job, name, waiting), () => waitsOf(now() ?? task).some(isSame));
    }
  }

  /** One after the other in each chat. */
  #tell(news: News, stands: () => boolean): void {
    if (this.#ended.signal.aborted || this.#open.has(news.id) || this.#receipts.has(receiptName(news)))
      return;
    this.#open.set(news.id, { news, turn: false, stands });
    const before = this.#queues.get(news.chat) ?? Promise.resolve();
    const mine = before
      .then(() => this.#tellNow(news))
      .catch((error: unknown) => {
        if (!this.#ended.signal.aborted)
          this.#ports.onProblem(`${news.chat} was not told of ${news.task_id}: ${errorText(error)}`);
      });
    this.#queues.set(news.chat, mine);
    void mine.then(() => {
      if (this.#queues.get(news.chat) === mine) this.#queues.delete(news.chat);
    });
  }

  async #tellNow(news: News): Promise<void> {
    const times = await toldBefore(this.#ports.subagent, news, (ms) => this.#pause(ms));
    if (times === "told") return await this.#told(news);
    for (let tries = 0; ; tries++) {
      if (!this.#isOpen(news.id)) return;
      if (await this.#turn(news, times === 0 ? `${tries}` : `${times}:${tries}`))
        return await this.#told(news);
      const pause = PAUSES[tries];
      if (pause === undefined) break;
      await this.#pause(pause);
    }
    const { id, chat } = news;
    const text = newsText(news, this.#ports.newTag());
    const { enqueued } = await this.#ports.leave({ sessionKey: chat, text, idempotencyKey: id });
    if (enqueued) await this.#told(news);
    else this.#ports.onProblem(`${chat} takes no turn: it hears of ${news.task_id} when somebody asks there`);
  }

  /**
   * Tells a chat what is no news of a job of its own. Who heard it before is not told again.
   *
   * @param text of it, in which `tag` closes off the words of others
   * @throws why the chat could not be told now
   */
  async tellOther(chat: string, id: string, tries: number, text: (tag: string) => string): Promise<void> {
    const other = { id, chat };
    if ((await this.#times(other)) > 0) return;
    const message = text(this.#ports.newTag());
    if (await this.#turnIn(chat, message, `${id}:${tries}`)) {
      if ((await this.#times(other)) > 0) return;
      throw new Error(`${chat} had a turn, but what it was told does not stand there`);
    }
    const { enqueued } = await this.#ports.leave({ sessionKey: chat, text: message, idempotencyKey: id });
    if (!enqueued) throw new Error(`${chat} takes no turn`);
  }

  /** @param key that tells it from other tries @returns whether the session has got it */
  async #turn(news: News, key: string): Promise<boolean> {
    const { id, chat } = news;
    const open = this.#open.get(id);
    if (open === undefined) return true;
    open.turn = true;
    try {
      const taken = await this.#turnIn(chat, newsText(news, this.#ports.newTag()), `${id}:${key}`);
      return taken && (await this.#times(news)) > 0;
    } finally {
      open.turn = false;
    }
  }

  /** A turn in which no person speaks. @param key of it; what the gateway refused under an id it refuses again @returns whether it was taken */
  async #turnIn(chat: string, message: string, key: string): Promise<boolean> {
    this.#telling.set(chat, (this.#telling.get(chat) ?? 0) + 1);
    try {
      for (const deliver of [true, false]) {
        const idempotencyKey = `${key}${deliver ? "" : ":here"}`;
        const end = await runTurn(
          this.#ports,
          { sessionKey: chat, message, deliver, idempotencyKey },
          this.#ended.signal,
        );
        if (end.type !== "refused") return true;
        // A chat in a browser has no channel to deliver to: it shows what stands in its session.
        if (!/delivery (channel|target)|channel is required/i.test(end.error)) break;
      }
      return false;
    } finally {
      this.#telling.set(chat, (this.#telling.get(chat) ?? 1) - 1);
    }
  }

  /** How often it stands in the session: who was told by a turn that failed afterwards has it before them in the next. */
  async #times({ id, chat }: Pick<News, "id" | "chat">): Promise<number> {
    return heardIn(await readTranscript(this.#ports.subagent, chat), id).times;
  }

  /** What it waited for may have been given meanwhile, and a job that ended may go on again. */
  #isOpen(id: string): boolean {
    const open = this.#open.get(id);
    if (open === undefined || this.#ended.signal.aborted) return false;
    if (open.stands()) return true;
    this.#open.delete(id);
    return false;
  }

  async #told(news: News): Promise<void> {
    if (!this.#open.delete(news.id)) return;
    this.#receipts.add(receiptName(news));
    await this.#ports.keep(receiptOf(news, new Date(this.#ports.clock.wall()).toISOString()));
  }

  async #pause(milliseconds: number): Promise<void> {
    await pauseOf(milliseconds, this.#ports.clock, this.#ended.signal);
  }
}
