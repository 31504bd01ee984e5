import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Clock } from "../../src/host/clock.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import { nodeClock } from "../../src/host/node-clock.ts";
import type { HostOptions } from "../../src/host/options.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { Message, ReplyMessage, TaskMessage } from "../../src/protocol/message.ts";
import { formatMessage, parseMessage } from "../../src/protocol/message-codec.ts";
import { gc } from "../../src/store/gc.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { openStore } from "../../src/store/open-store.ts";
import { nodeProcess } from "../../src/store/process-identity.ts";
import { filesBelow } from "../host/files.ts";
import { tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";

const PATIENCE = 120_000;

/** How instructions begin of which the first attempt fails. */
export const FAILS_ONCE = "fails once";

export type Agent = "lead" | "worker";
export const AGENTS: readonly Agent[] = ["lead", "worker"];

/** A message as it stood in a file. */
export interface Copy {
  to: Agent;
  name: string;
  bytes: Buffer;
}

/**
 * `lead` gives each job to `worker` as its one subtask `work`; the worker waits until that job is let go. Every call of a brain is counted, and
 * the date can be moved. Messages are put into inboxes as files.
 */
export class GatedTeam {
  readonly root = tempRoot();
  /** Milliseconds by which the date is ahead. */
  ahead = 0;
  host!: Host;
  /** What hosts had to say about files, from the opening on. */
  readonly problems: string[] = [];
  readonly #calls = new Map<string, number>();
  readonly #gates = new Map<string, () => void>();
  readonly #open = new Set<string>();
  readonly #options: Partial<HostOptions>;
  #dropped = 0;

  constructor(options: Partial<HostOptions> = {}) {
    this.#options = options;
    onTestFinished(() => this.host?.stop());
  }

  async start(): Promise<this> {
    const clock: Clock = { ...nodeClock(), wall: () => this.wall };
    this.host = await createHost({
      root: this.root,
      durability: "os",
      limits: { brains: 400 },
      agents: {
        lead: { brain: this.lead, peers: ["worker"], concurrency: 200 },
        worker: { brain: this.worker, concurrency: 200 },
      },
      rescan: 500,
      ports: { clock },
      ...this.#options,
    });
    this.host.on((event) => event.type === "agent:problem" && this.problems.push(event.text));
    await this.host.start();
    return this;
  }

  async restart(): Promise<void> {
    await this.host.stop();
    await this.start();
  }

  /** What `gc` does at the date of the team, while no host runs. */
  async removeOld(): Promise<{ tasks: number; messages: number }> {
    const disk = nodeDisk();
    const store = await openStore({
      disk,
      directory: join(this.root, ".clawflow"),
      process: nodeProcess(disk),
      durability: "os",
      monotonic: () => performance.now(),
      wall: () => this.wall,
    });
    const places = AGENTS.map((agent) => ({ agent, directory: join(this.root, agent) }));
    const sum = { tasks: 0, messages: 0 };
    for (const workspace of await store.openWorkspaces(places)) {
      const { tasks, messages } = await gc(store, workspace, { now: this.wall });
      sum.tasks += tasks;
      sum.messages += messages;
    }
    await store.close();
    return sum;
  }

  get wall(): number {
    return Date.now() + this.ahead;
  }

  readonly lead: BrainFunction = ({ kind, task, results }) => {
    this.#count("lead", kind, task.task_id);
    if (kind === "synthesise") return `with ${results?.work?.results}`;
    const work = { agent: "worker", description: task.instructions, depends_on: [], max_attempts: 2 };
    return { subtasks: { work } };
  };

  readonly worker: BrainFunction = async ({ kind, task }, { signal }) => {
    this.#count("worker", kind, task.task_id);
    const job = task.task_id.split(".")[0] ?? "";
    if (task.instructions.startsWith(FAILS_ONCE) && task.attempt === 1)
      return { error: "not the first time" };
    if (!this.#open.has(job)) {
      await new Promise<void>((resolve) => {
        this.#gates.set(job, resolve);
        signal.addEventListener("abort", () => resolve());
      });
    }
    return `did ${task.instructions}`;
  };

  #count(agent: Agent, kind: string, task: string): void {
    const key = `${agent} ${kind} ${task}`;
    this.#calls.set(key, this.calls(agent, kind, task) + 1);
  }

  calls(agent: Agent, kind: string, task: string): number {
    return this.#calls.get(`${agent} ${kind} ${task}`) ?? 0;
  }

  letGo(job: string): void {
    this.#open.add(job);
    this.#gates.get(job)?.();
  }

  /** A person's TASK for the lead. */
  job(id: string, instructions = `job ${id}`): Copy & { message: TaskMessage } {
    const message: TaskMessage = {
      ...this.fromPerson("lead", id),
      type: "task",
      body: { title: id, context: "", instructions, expected_output: "" },
    };
    return { ...copyOf(message), message };
  }

  fromPerson(to: Agent, id: string) {
    return {
      clawflow: 2 as const,
      version: 2 as const,
      id: `h-${id}`,
      task_id: id,
      attempt: 1,
      from: "human",
      to,
      sent_at: new Date(this.wall).toISOString(),
    };
  }

  mailbox(agent: Agent, place: "inbox" | "outbox" | "archive" | "dead" | "tmp"): string {
    return join(this.root, agent, "mailbox", place);
  }

  /** The file is there whole at once, under its own name or one that a person might give it. */
  drop(copy: Copy, byHand = false): void {
    const name = byHand ? `Copy-${++this.#dropped}.md` : copy.name;
    writeFileSync(join(this.mailbox(copy.to, "inbox"), name), copy.bytes);
    this.host.look(copy.to);
  }

  /** What an agent sent about a job, as it stands in its outbox. */
  sent(agent: Agent, type: Message["type"], job: string): Copy {
    const folder = this.mailbox(agent, "outbox");
    const name = readdirSync(folder).find((one) => one.startsWith(`${type}-${job}.work-`));
    if (name === undefined) throw new Error(`${agent} sent no ${type} about ${job}`);
    return { to: agent === "lead" ? "worker" : "lead", name, bytes: readFileSync(join(folder, name)) };
  }

  /** Every message that lies in a folder of a mailbox, with the path. */
  messages(agent: Agent, place: "outbox" | "archive" | "dead"): { path: string; message: Message }[] {
    const folder = this.mailbox(agent, place);
    return filesBelow(folder)
      .filter((path) => path.endsWith(".md") && !path.endsWith(".reason.md"))
      .map((path) => ({ path, message: parseMessage(readFileSync(join(folder, path)), { to: agent }) }));
  }

  repliesToPerson(job: string): ReplyMessage[] {
    return this.messages("lead", "outbox")
      .map(({ message }) => message)
      .filter((message) => message.type === "reply" && message.task_id === job) as ReplyMessage[];
  }

  /** Waits until nothing lies in any inbox. */
  async quiet(): Promise<void> {
    const inboxes = AGENTS.map((agent) => this.mailbox(agent, "inbox"));
    await until(
      () => inboxes.every((inbox) => existsSync(inbox) && readdirSync(inbox).length === 0),
      "empty inboxes",
      PATIENCE,
    );
  }

  async working(job: string): Promise<void> {
    await until(() => this.calls("worker", "consider", `${job}.work`) > 0, `work on ${job}`, PATIENCE);
  }
}

export function copyOf(message: Message): Copy {
  return {
    to: message.to as Agent,
    name: messageFileName(message),
    bytes: Buffer.from(formatMessage(message)),
  };
}

/** The same envelope with another text. */
export function withOtherBody({ to, bytes }: Copy): Copy {
  const message = parseMessage(bytes);
  const body: Record<string, string> = { ...message.body };
  for (const key of ["instructions", "results", "text"])
    if (key in body) body[key] = `${body[key]} and something else`;
  return { ...copyOf({ ...message, body } as Message), to };
}

export function parsed({ bytes }: Copy): Message {
  return parseMessage(bytes);
}
