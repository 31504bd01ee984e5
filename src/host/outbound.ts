import { parseDuration } from "../protocol/duration.ts";
import { ClawflowError, type ErrorCode, errorText } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import type { Message } from "../protocol/message.ts";
import type { Limits } from "../protocol/team.ts";
import type { Parcel, Receipt, Transport } from "../transport/types.ts";
import type { Agent } from "./agent.ts";
import type { Clock } from "./clock.ts";

/** Between two attempts to deliver: doubled from the first to the longest. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 30_000;
/** A receipt only ends repeats, which do no harm: it waits so long for a commit of something else, and costs none of its own then. */
const RECEIPT_PAUSE = 20;
/** A transport that has not answered by then is taken not to know. */
const PATIENCE = 60_000;

/** A message that leaves this host and has no receipt yet. */
interface Outgoing {
  agent: Agent;
  to: string;
  name: string;
  message: Pick<Message, "id" | "type" | "task_id">;
  blobs: string[];
  attempts: number;
  /** Monotonic time of the next attempt, and running time of the first. */
  at: number;
  since: number;
  underWay: boolean;
  expired: boolean;
  problem?: string;
}

export type OutboundNews =
  | { type: "accepted"; agent: Agent; name: string; message: Pick<Message, "id" | "type" | "task_id"> }
  | { type: "undelivered"; agent: Agent; task: string; message: string; code: ErrorCode; text: string };

export interface OutboundOptions {
  clock: Clock;
  transports: readonly Transport[];
  limits: Limits;
  running(agent: Agent): number;
  /** The disk of a receiver, or ours, fails: told when it first does so, and when it fails in another way. */
  onProblem(agent: Agent, text: string): void;
  /** What keeps messages of that agent now, by their names: told when it has changed. */
  onKept(agent: Agent, reasons: Readonly<Record<string, string>>): void;
  wake(): void;
}

/**
 * Messages on their way to agents of other hosts: each is delivered again until there is a receipt, so a transport may lose, repeat
 * and reorder. A TASK has a limit; a reply is never given up.
 */
export class Outbound {
  readonly #options: OutboundOptions;
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #news: OutboundNews[] = [];
  /** Agents of whose messages something new is known that keeps them. */
  readonly #changed = new Set<Agent>();
  #closed = false;

  constructor(options: OutboundOptions) {
    this.#options = options;
  }

  add(agent: Agent, to: string, name: string, message: Message): void {
    const blobs =
      "attachments" in message ? (message.attachments ?? []).map((attachment) => attachment.sha256) : [];
    const since = this.#options.running(agent);
    const start = { attempts: 0, at: 0, since, underWay: false, expired: false };
    this.#outgoing.set(key(agent, name), { agent, to, name, message, blobs, ...start });
  }

  has(agent: Agent, name: string): boolean {
    return this.#outgoing.has(key(agent, name));
  }

  /** A message that was accepted once goes again, as it stands in the outbox. */
  again(agent: Agent, to: string, name: string): void {
    if (this.has(agent, name)) return;
    const bytes = agent.workspace.stored(name);
    if (bytes !== undefined)
      void this.#transport(to)
        ?.deliver(this.#parcel(agent, to, name, bytes, []))
        .catch(ignore);
  }

  withdraw(agent: Agent, name: string): void {
    this.#drop(agent, name);
  }

  /** Begins every delivery that is due, and gives up TASKs whose time is over. @returns monotonic time of the next. */
  pump(): number | undefined {
    this.#tellKept();
    const now = this.#options.clock.monotonic();
    const limit = parseDuration(this.#options.limits.delivery);
    let next: number | undefined;
    for (const outgoing of this.#outgoing.values()) {
      if (
        !outgoing.expired &&
        outgoing.message.type === "task" &&
        this.#options.running(outgoing.agent) - outgoing.since >= limit
      ) {
        this.#expire(outgoing);
      }
      if (outgoing.underWay || this.#closed) continue;
      if (outgoing.at <= now) void this.#deliver(outgoing);
      else if (next === undefined || outgoing.at < next) next = outgoing.at;
    }
    return next;
  }

  takeNews(): OutboundNews[] {
    return this.#news.splice(0);
  }

  close(): void {
    this.#closed = true;
  }

  async #deliver(outgoing: Outgoing): Promise<void> {
    outgoing.underWay = true;
    outgoing.attempts++;
    let receipt: Receipt | undefined;
    try {
      receipt = await this.#send(outgoing);
    } catch (error) {
      const { agent, name } = outgoing;
      // A transport's own fault is none of ours.
      const text =
        error instanceof Error && !(error instanceof ClawflowError)
          ? error.message.toWellFormed()
          : errorText(error);
      if (isDiskFault(error) && text !== outgoing.problem)
        this.#options.onProblem(agent, `${name} is to be sent again: ${text}`);
      this.#keep(outgoing, text);
    }
    outgoing.underWay = false;
    outgoing.at =
      this.#options.clock.monotonic() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (outgoing.attempts - 1));
    if (this.#closed || !this.#outgoing.has(key(outgoing.agent, outgoing.name))) return;
    if (receipt?.status === "accepted") {
      const { agent, name, message } = outgoing;
      this.#drop(agent, name);
      this.#news.push({ type: "accepted", agent, name, message });
      this.#options.clock.after(RECEIPT_PAUSE, () => this.#options.wake());
      return;
    }
    if (receipt?.status === "refused") this.#keep(outgoing, `${receipt.code}: ${receipt.text}`);
    if (receipt?.status === "refused" && outgoing.message.type === "task" && !outgoing.expired) {
      outgoing.expired = true;
      this.#fail(outgoing, receipt.code, receipt.text);
    }
    this.#options.wake();
  }

  async #send(outgoing: Outgoing): Promise<Receipt | undefined> {
    const bytes = outgoing.agent.workspace.stored(outgoing.name);
    const transport = this.#transport(outgoing.to);
    if (bytes === undefined || transport === undefined) {
      const isReached = transport !== undefined;
      this.#keep(outgoing, isReached ? "the file is gone" : `no transport reaches ${outgoing.to}`);
      return undefined;
    }
    const parcel = this.#parcel(outgoing.agent, outgoing.to, outgoing.name, bytes, outgoing.blobs);
    return await this.#inTime(transport.deliver(parcel));
  }

  #inTime(receipt: Promise<Receipt>): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new ClawflowError("E_UNDELIVERED", "the transport does not answer"));
      const cancel = this.#options.clock.after(PATIENCE, late);
      receipt.then(resolve, reject).finally(cancel);
    });
  }

  #parcel(agent: Agent, to: string, name: string, bytes: Uint8Array, blobs: readonly string[]): Parcel {
    const files = blobs.map((hash) => ({ sha256: hash, path: agent.workspace.blobPath(hash) }));
    return { from: agent.self.id, to, name, bytes, sha256: sha256(bytes), blobs: files };
  }

  #keep(outgoing: Outgoing, problem: string): void {
    if (outgoing.problem === problem) return;
    outgoing.problem = problem;
    this.#changed.add(outgoing.agent);
  }

  #drop(agent: Agent, name: string): void {
    const kept = this.#outgoing.get(key(agent, name));
    this.#outgoing.delete(key(agent, name));
    if (kept?.problem !== undefined) this.#changed.add(agent);
  }

  /** Of all messages of an agent at once: a receiver that is away keeps many. */
  #tellKept(): void {
    if (this.#changed.size === 0) return;
    for (const agent of this.#changed) {
      const kept = [...this.#outgoing.values()].filter((outgoing) => outgoing.agent === agent);
      const reasons = kept.flatMap(({ name, problem }) => (problem === undefined ? [] : [[name, problem]]));
      this.#options.onKept(agent, Object.fromEntries(reasons));
    }
    this.#changed.clear();
  }

  #transport(to: string): Transport | undefined {
    return this.#options.transports.find((transport) => transport.reaches(to));
  }

  #expire(outgoing: Outgoing): void {
    outgoing.expired = true;
    const why = outgoing.problem ?? "no receipt";
    this.#fail(
      outgoing,
      "E_UNDELIVERED",
      `${outgoing.to} did not accept it within ${this.#options.limits.delivery} (${why})`,
    );
  }

  #fail({ agent, message }: Outgoing, code: ErrorCode, text: string): void {
    this.#news.push({ type: "undelivered", agent, task: message.task_id, message: message.id, code, text });
    this.#options.wake();
  }
}

function key(agent: Agent, name: string): string {
  return `${agent.self.id}/${name}`;
}

function isDiskFault(error: unknown): boolean {
  return error instanceof ClawflowError && (error.code === "E_DISK" || error.code === "E_DISK_FULL");
}

function ignore(): void {}
