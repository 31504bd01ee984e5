import { MESSAGE_FILE_NAME } from "../../../src/protocol/ids.ts";
import type { Letters } from "../letters.ts";
import type { VirtualDisk } from "../virtual-disk.ts";
import type { VirtualFile } from "../virtual-file.ts";
import type { VirtualFolder, VirtualNode } from "../virtual-folder.ts";
import type { Sent } from "./book.ts";

type Kind = "inbox" | "outbox" | "pending" | "archive" | "dead";

interface Place {
  agent: string;
  kind: Kind;
}

/** A name that was given or taken away since the last look. */
interface News extends Place {
  name: string;
  file: VirtualFile | undefined;
  before: VirtualFile | undefined;
}

/** Messages that are known to be sent, by the names that they have. */
interface Post {
  sent(name: string): Sent | undefined;
  /** Somebody who is no host put a message of this name there. */
  isStranger(name: string): boolean;
  /** Its host has opened it and runs: what it shows is what it holds. */
  isUp(agent: string): boolean;
  fault(text: string): void;
}

/** Where every message stands, as the folders show it at each moment. */
export class Mail {
  /** By agent, the hashes of all that it has received, with the number of names. */
  private copies = new Map<string, Map<string, number>>();
  /** What agents have sent and know to be accepted, by receiver and hash. */
  private accepted = new Map<string, Map<string, string>>();
  private news: News[] = [];
  /** Names under which a person put something into an inbox. */
  readonly byHuman = new Set<string>();
  private isStale = false;
  private readonly places = new WeakMap<VirtualFolder, Place | null>();
  private readonly machine: VirtualDisk;
  private readonly letters: Letters;
  private readonly post: Post;

  constructor(machine: VirtualDisk, letters: Letters, post: Post) {
    this.machine = machine;
    this.letters = letters;
    this.post = post;
  }

  named(
    folder: VirtualFolder,
    name: string,
    node: VirtualNode | undefined,
    before: VirtualNode | undefined,
  ): void {
    const place = this.placeOf(folder);
    if (place === null || !name.endsWith(".md") || name.endsWith(".reason.md")) return;
    const file = fileOf(node);
    this.news.push({ ...place, name, file, before: fileOf(before) });
    if (
      place.kind === "inbox" &&
      file !== undefined &&
      this.letters.read(file.content).message?.from === "human"
    )
      this.byHuman.add(name);
  }

  /** A power cut: names stand for other things than was ever said. */
  forget(): void {
    this.isStale = true;
  }

  /** At rest between two steps: what has changed since the last time is as it must be. */
  look(): void {
    if (this.isStale) this.survey();
    if (this.news.length === 0) return;
    const { news } = this;
    this.news = [];
    for (const { agent, kind, name, file, before } of news) this.count(agent, kind, name, file, before);
    for (const one of news) this.check(one);
  }

  /** The workspaces of a host that has just opened them, or has stopped: everything once more. */
  lookAtAll(agents: readonly string[]): void {
    this.survey();
    for (const [receiver, letters] of this.accepted) {
      if (!this.post.isUp(receiver)) continue;
      for (const [hash, name] of letters) {
        const sender = this.post.sent(name)?.agent ?? "";
        if ((agents.includes(receiver) || agents.includes(sender)) && this.post.isUp(sender))
          this.checkHeld(receiver, hash, name);
      }
    }
  }

  private check({ agent, kind, name, file, before }: News): void {
    if (file !== undefined && kind !== "archive" && kind !== "dead" && MESSAGE_FILE_NAME.test(name))
      this.checkPublished(agent, kind, name, file);
    if (file !== undefined && kind === "outbox" && this.post.isUp(agent)) {
      const { message } = this.letters.read(file.content);
      if (message !== undefined && message.to !== "human" && this.post.isUp(message.to))
        this.checkHeld(message.to, this.letters.hashOf(file.content), name);
    }
    if (before === undefined || kind === "outbox" || kind === "pending" || !this.post.isUp(agent)) return;
    const hash = this.letters.hashOf(before.content);
    if (this.accepted.get(agent)?.has(hash) === true) this.checkHeld(agent, hash, name);
  }

  /** A name of the runtime's own is never there for less than the whole message, and never before the commit is durable. */
  private checkPublished(agent: string, kind: Kind, name: string, file: VirtualFile): void {
    const path = `${agent}/${kind}/${name}`;
    const { fault } = this.letters.read(file.content);
    if (fault !== undefined) this.post.fault(`${path} is no whole message: ${fault}`);
    else if (!this.byHuman.has(name) && this.post.sent(name) === undefined && !this.post.isStranger(name))
      this.post.fault(`${path} stands there before any record of it is durable`);
  }

  /** Every message of an outbox is held by its receiver. */
  private checkHeld(receiver: string, hash: string, name: string): void {
    if ((this.copies.get(receiver)?.get(hash) ?? 0) < 1)
      this.post.fault(`${name} was accepted and is gone: ${receiver} has it nowhere`);
  }

  private count(agent: string, kind: Kind, name: string, file?: VirtualFile, before?: VirtualFile): void {
    if (kind === "pending") return;
    if (kind !== "outbox") {
      if (file !== undefined) this.add(agent, this.letters.hashOf(file.content), 1);
      if (before !== undefined) this.add(agent, this.letters.hashOf(before.content), -1);
      return;
    }
    const message = file === undefined ? undefined : this.letters.read(file.content).message;
    if (message === undefined || file === undefined || message.to === "human" || message.to === agent) return;
    const known = this.accepted.get(message.to) ?? new Map<string, string>();
    this.accepted.set(message.to, known.set(this.letters.hashOf(file.content), name));
  }

  private add(agent: string, hash: string, more: number): void {
    const known = this.copies.get(agent) ?? new Map<string, number>();
    this.copies.set(agent, known.set(hash, (known.get(hash) ?? 0) + more));
  }

  private survey(): void {
    this.isStale = false;
    this.news = [];
    this.copies = new Map();
    this.accepted = new Map();
    this.machine.walk((path, node, folder) => {
      if (node.kind !== "file" || !path.endsWith(".md")) return;
      const place = this.placeOf(folder);
      const name = path.slice(path.lastIndexOf("/") + 1);
      if (place !== null && !name.endsWith(".reason.md")) this.count(place.agent, place.kind, name, node);
    });
  }

  private placeOf(folder: VirtualFolder): Place | null {
    let place = this.places.get(folder);
    if (place === undefined) {
      const [, agent = "", below = ""] = /^\/w\/([^/]+)\/mailbox\/(.+)$/.exec(folder.path) ?? [];
      const kind = kindOf(below);
      place = kind === undefined ? null : { agent, kind };
      this.places.set(folder, place);
    }
    return place;
  }
}

function kindOf(below: string): Kind | undefined {
  if (below === "inbox" || below === "outbox" || below === "dead") return below;
  if (below === "outbox/pending") return "pending";
  return below === "archive" || below.startsWith("archive/") ? "archive" : undefined;
}

function fileOf(node: VirtualNode | undefined): VirtualFile | undefined {
  return node?.kind === "file" ? node : undefined;
}
