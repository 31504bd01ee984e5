import { expect } from "vitest";
import { isFinal } from "../../src/loop/phase.ts";
import { nextTimer } from "../../src/loop/timers.ts";
import type { Ask } from "../../src/loop/types.ts";
import type { Message, ReplyMessage } from "../../src/protocol/message.ts";
import type { Outcome } from "../../src/protocol/outcome.ts";
import type { Task } from "../../src/protocol/task.ts";
import { type Random, upTo } from "../sim/random.ts";
import { control } from "./letters.ts";
import { Station, type StationOptions } from "./station.ts";

/** What a scripted brain does with a question: its outcome, after so many milliseconds. */
export type Brain = (ask: Ask, agent: string) => { outcome: Outcome; ms?: number };

export interface NetworkOptions {
  stations: StationOptions[];
  brain: Brain;
  /** Chooses what happens next; without it everything is in order. */
  random?: Random;
  /** Of 100 messages and answers so many come twice. */
  duplicates?: number;
  /** Of 100 turns so many begin with a restart of all hosts. */
  restarts?: number;
  /** Of 100 turns so many begin with a person who pauses something, or lets it go on. Before time passes everything goes on. */
  pauses?: number;
}

interface Running {
  station: Station;
  ask: Ask;
  readyAt: number;
}

const MOST_TURNS = 20_000;

/**
 * Agents whose messages cross from one to the other in any order, more than once where chance wants it. Time passes only when
 * nothing else can happen.
 */
export class Network {
  readonly stations: ReadonlyMap<string, Station>;
  /** Replies to `human`. */
  readonly replies: ReplyMessage[] = [];
  readonly #options: NetworkOptions;
  readonly #flying: Message[] = [];
  readonly #running: Running[] = [];
  readonly #held = new Map<string, { agent: string; task: string; id: string | undefined }>();
  readonly #seen = new Map<string, string>();
  turns = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.stations = new Map(
      options.stations.map((station) => [station.id ?? "lead", new Station(station)] as const),
    );
  }

  send(message: Message): void {
    this.#fly(message);
  }

  /** What a person says is taken at once. */
  say(agent: string, message: Message): void {
    const station = this.stations.get(agent);
    if (station === undefined) throw new Error(`${agent} is not there`);
    station.deliver(message);
    this.#collect(station);
  }

  /** Messages on their way. */
  get flying(): number {
    return this.#flying.length;
  }

  /** Runs until nothing can happen any more. */
  run(): void {
    while (this.turn()) {
      this.turns++;
      if (this.turns > MOST_TURNS) throw new Error("it does not end");
    }
  }

  tasks(): { agent: string; task: Task }[] {
    return [...this.stations].flatMap(([agent, { tasks }]) =>
      [...tasks.values()].map((task) => ({ agent, task })),
    );
  }

  /** The next thing that happens. @returns whether something did */
  turn(): boolean {
    if (this.#chance(this.#options.restarts)) this.#restart();
    if (this.#chance(this.#options.pauses)) this.#hold();
    const ready = this.#running.filter(({ readyAt, station }) => readyAt <= station.now.running);
    const choices = this.#flying.length + ready.length;
    if (choices === 0) return this.#goOn() || this.#passTime();
    const choice = this.#choose(choices);
    if (choice < this.#flying.length) this.#deliver(choice);
    else this.#answer(ready[choice - this.#flying.length] as Running);
    return true;
  }

  #deliver(index: number): void {
    const first = this.#flying[index] as Message;
    const station = this.stations.get(first.to);
    if (station === undefined) throw new Error(`${first.to} is not there`);
    // Replies to one task that are there are one batch, however many chance takes.
    const batch = this.#flying.filter(
      (message) => message === first || (isReply(first) && sameTask(first, message) && this.#chance(50)),
    );
    for (const message of batch) this.#flying.splice(this.#flying.indexOf(message), 1);
    station.deliver(...batch);
    this.#collect(station);
    for (const message of batch) if (this.#chance(this.#options.duplicates)) this.#fly(message);
  }

  #answer(running: Running): void {
    const { station, ask } = running;
    this.#running.splice(this.#running.indexOf(running), 1);
    const { outcome } = this.#options.brain(ask, station.self.id);
    station.answerAsk(ask, outcome);
    this.#collect(station);
    if (!this.#chance(this.#options.duplicates)) return;
    station.answerAsk(ask, outcome);
    this.#collect(station);
  }

  /** A person pauses a task or a subtask, or lets it go on, whatever it is at. */
  #hold(): void {
    const held = [...this.#held][this.#choose(this.#held.size)];
    if (held !== undefined && this.#chance(60)) {
      const [key, { agent, task, id }] = held;
      this.#held.delete(key);
      this.#tell(agent, "resume", task, id);
      return;
    }
    const open = this.tasks().filter(({ task }) => !isFinal(task));
    const chosen = open[this.#choose(open.length)];
    if (chosen === undefined) return;
    const { agent, task } = chosen;
    const ids = [undefined, ...task.subtasks.keys()];
    const id = ids[this.#choose(ids.length)];
    this.#held.set(`${agent}/${task.task_id}/${id}`, { agent, task: task.task_id, id });
    this.#tell(agent, "pause", task.task_id, id);
  }

  /** What a person paused goes on, and all below it must by itself. @returns whether something was paused */
  #goOn(): boolean {
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const { agent, task, id } of held) this.#tell(agent, "resume", task, id);
    return held.length > 0;
  }

  #tell(agent: string, what: "pause" | "resume", task_id: string, id?: string): void {
    this.say(agent, control(what, { to: agent, task_id, ...(id === undefined ? {} : { subtask_id: id }) }));
  }

  #restart(): void {
    this.#running.length = 0;
    for (const station of this.stations.values()) {
      station.restart();
      this.#collect(station);
    }
  }

  /** To the next time at which a brain is ready or something is due. */
  #passTime(): boolean {
    // All that was said has arrived, and all goes on.
    if (this.#options.pauses !== undefined)
      for (const { agent, task } of this.tasks())
        expect(task.paused, `${agent}/${task.task_id}`).toBeUndefined();
    let next = Number.POSITIVE_INFINITY;
    for (const { readyAt } of this.#running) next = Math.min(next, readyAt);
    for (const station of this.stations.values()) {
      for (const task of station.tasks.values()) next = Math.min(next, nextTimer(station.self, task) ?? next);
    }
    if (next === Number.POSITIVE_INFINITY) return false;
    for (const station of this.stations.values()) {
      station.now = { ...station.now, running: Math.max(next, station.now.running) };
      station.tick();
      this.#collect(station);
    }
    return true;
  }

  /** Takes over what a station decided. */
  #collect(station: Station): void {
    for (const message of station.leaving.splice(0)) this.#fly(message);
    const open = new Set(station.asks);
    for (const running of this.#running.filter((other) => other.station === station && !open.has(other.ask)))
      this.#running.splice(this.#running.indexOf(running), 1);
    for (const ask of station.asks) {
      if (this.#running.some((running) => running.ask === ask)) continue;
      const { ms = 0 } = this.#options.brain(ask, station.self.id);
      this.#running.push({ station, ask, readyAt: station.now.running + ms });
    }
  }

  #fly(message: Message): void {
    const text = JSON.stringify(message);
    expect(this.#seen.get(message.id) ?? text, `another message of id ${message.id}`).toBe(text);
    this.#seen.set(message.id, text);
    if (message.to === "human") {
      if (!this.replies.some(({ id }) => id === message.id)) this.replies.push(message as ReplyMessage);
      return;
    }
    this.#flying.push(structuredClone(message));
  }

  #choose(count: number): number {
    const { random } = this.#options;
    return random === undefined ? 0 : upTo(random, count - 1);
  }

  #chance(percent = 0): boolean {
    const { random } = this.#options;
    return random !== undefined && percent > 0 && random() * 100 < percent;
  }
}

function isReply(message: Message): boolean {
  return message.type === "reply";
}

function sameTask(a: Message, b: Message): boolean {
  return isReply(b) && a.to === b.to && a.task_id === b.task_id;
}

/** What must hold of a network that has come to rest. */
export function expectAtRest(network: Network): void {
  for (const { agent, task } of network.tasks())
    expect(isFinal(task), `${agent}/${task.task_id} is ${task.status}`).toBe(true);
  for (const station of network.stations.values()) {
    const taken = station.calls.filter((call) => call.taken).map(({ question }) => question);
    expect(new Set(taken).size, "a question was answered twice").toBe(taken.length);
    const ids = station.sent.map(({ id }) => id);
    expect(new Set(ids).size, "an id was used twice").toBe(ids.length);
    expectDispatches(station);
    expectOneReplyTaken(network, station);
  }
}

/** Each TASK went when all it depends on was done, and holds their results. */
function expectDispatches(station: Station): void {
  for (const message of station.sent) {
    if (message.type !== "task") continue;
    const task = station.task(message.task_id);
    expect(message.trace?.depth).toBe(task.trace.depth + 1);
    const { path = [] } = message.trace ?? {};
    for (const agent of path) expect(path.filter((other) => other === agent).length).toBeLessThanOrEqual(2);
    expect(message.trace?.depth).toBeLessThanOrEqual(station.self.limits.depth);
    for (const dependency of task.subtasks.get(message.subtask_id ?? "")?.depends_on ?? []) {
      const { results = "" } = task.subtasks.get(dependency) ?? {};
      const carried =
        message.body.context.includes(results) ||
        message.attachments?.some(({ sha256 }) => station.blobs.get(sha256) === results) === true;
      expect(carried, `${message.subtask_id} without the results of ${dependency}`).toBe(true);
    }
  }
}

/** Of each attempt one reply took effect. */
function expectOneReplyTaken(network: Network, station: Station): void {
  const taken = new Map<string, string>();
  for (const disposal of station.disposals) {
    if (disposal.to !== "archive" || disposal.note !== undefined) continue;
    const reply = sentTo(network, station.self.id).find(({ id }) => id === disposal.message);
    if (reply?.type !== "reply") continue;
    const attempt = `${reply.task_id}/${reply.subtask_id}/${reply.attempt}`;
    expect(taken.get(attempt) ?? reply.id, `two replies for ${attempt}`).toBe(reply.id);
    taken.set(attempt, reply.id);
  }
}

function sentTo(network: Network, agent: string): Message[] {
  return [...network.stations.values()].flatMap(({ sent }) => sent.filter(({ to }) => to === agent));
}
