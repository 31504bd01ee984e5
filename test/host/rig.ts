import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import { taskOfPerson, type Work } from "../../src/host/submit.ts";
import { isFinal } from "../../src/loop/phase.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { Message, ReplyMessage } from "../../src/protocol/message.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import type { Task } from "../../src/protocol/task.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { faultsOf, readTask, replyToHuman } from "./files.ts";
import { type HostProcess, SCRIPTED, up } from "./host-process.ts";
import scripted from "./scripted.mjs";
import { until } from "./until.ts";

export interface Member {
  peers?: string[];
  concurrency?: number;
}

/** All agents in one host with functions as brains, here or in another process; or each in a host process of its own with commands. */
export type RigForm = "one host" | "one process" | "a process each";

/** Who runs all agents of a rig of the form `one process`. */
const ALL = "all";

/**
 * A team of scripted agents that runs in either form. Everything is given and looked at through files, as anybody outside would.
 */
export class Rig {
  readonly form: RigForm;
  readonly folder = mkdtempSync(join(tmpdir(), "clawflow-rig-"));
  readonly root = join(this.folder, "agents");
  readonly members: Record<string, Member>;
  readonly agents: string[];
  host: Host | undefined;
  readonly processes = new Map<string, HostProcess>();

  constructor(form: RigForm, members: Record<string, Member>) {
    this.form = form;
    this.members = members;
    this.agents = Object.keys(members);
    mkdirSync(this.root);
    writeFileSync(
      this.teamFile,
      JSON.stringify(
        this.#teamWith(form === "one process" ? { module: SCRIPTED } : { command: ["node", SCRIPTED] }),
      ),
    );
  }

  get teamFile(): string {
    return join(this.folder, "team.yaml");
  }

  workspace(agent: string): string {
    return join(this.root, agent);
  }

  async start(): Promise<this> {
    if (this.form === "one host") {
      this.host = await createHost({ ...this.#teamWith(scripted), root: this.root });
      await this.host.start();
    } else await Promise.all(this.hosts.map((name) => this.startOne(name)));
    return this;
  }

  /** The names of the host processes. */
  get hosts(): string[] {
    if (this.form === "one host") return [];
    return this.form === "one process" ? [ALL] : this.agents;
  }

  async startOne(name: string): Promise<void> {
    const only = name === ALL ? {} : { only: name };
    const host = up({ root: this.root, team: this.teamFile, ...only });
    this.processes.set(name, host);
    await host.started;
  }

  /** Ends a host process by a signal and starts another in its place. */
  async restartOne(name: string, signal: NodeJS.Signals): Promise<void> {
    const host = this.processes.get(name);
    host?.kill(signal);
    await host?.ended;
    await this.startOne(name);
  }

  /** Ends whatever hosts the agents and starts it again. */
  async restart(signal: NodeJS.Signals): Promise<void> {
    if (this.form === "one host") {
      await this.stop();
      await this.start();
    } else await Promise.all(this.hosts.map((name) => this.restartOne(name, signal)));
  }

  /** SIGTERM, as far as a host of this process can have one. */
  async stop(): Promise<void> {
    await this.host?.stop();
    const ended = [...this.processes.values()].map((host) => {
      host.kill("SIGTERM");
      return host.ended;
    });
    await Promise.all(ended);
    this.processes.clear();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Gives an agent work as a person does. @returns the task's id */
  async give(agent: string, order: object, work: Partial<Work> = {}): Promise<string> {
    const message = taskOfPerson(
      agent,
      { instructions: JSON.stringify(order), title: "job", ...work },
      new Date().toISOString(),
    );
    await this.post(message);
    return message.task_id;
  }

  /** Puts a message into the inbox of the agent that it is for. */
  async post(message: Message): Promise<void> {
    const delivery = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
    await deliverInto(nodeDisk(), this.workspace(message.to), delivery, { sync: false });
  }

  answer(agent: string, taskId: string, timeout?: number): Promise<ReplyMessage> {
    return replyToHuman(this.workspace(agent), taskId, timeout);
  }

  /** A task in the files once it is final: they may come a moment after its reply. */
  final(agent: string, id: string): Promise<Task> {
    const look = () => {
      const task = this.task(agent, id);
      return task !== undefined && isFinal(task) ? task : undefined;
    };
    return until(look, `the end of ${id} of ${agent}`);
  }

  task(agent: string, id: string): Task | undefined {
    return readTask(this.workspace(agent), id);
  }

  /** Waits until the files show no fault: while hosts run what is written at this moment may look like one. */
  async clean(): Promise<void> {
    await until(
      () => this.faults().length === 0,
      `a clean root, not ${JSON.stringify(this.faults(), null, 1)}`,
      8_000,
    );
  }

  faults() {
    return faultsOf(this.root, this.agents);
  }

  #teamWith<Brain>(brain: Brain) {
    const agents = Object.fromEntries(
      Object.entries(this.members).map(([id, member]) => [id, { ...member, brain }]),
    );
    return { agents, durability: "os" as const };
  }
}
