import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { taskOfPerson } from "../../src/host/submit.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { faultsOf, filesBelow } from "../host/files.ts";
import { type HostProcess, up } from "../host/host-process.ts";
import { processesOf } from "../host/processes.ts";
import { until } from "../host/until.ts";

const BRAIN = fileURLToPath(new URL("asked-brain.mjs", import.meta.url));

/** The agents of each host process, by its name, with whom each may give work to. The first agent is given the jobs. */
export type Form = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Work that a person gave, and what was seen of its messages so far. */
export interface Job {
  id: string;
  name: string;
  text: string;
  /** Hashes of what stood in an inbox, by file name. */
  seen: Map<string, Set<string>>;
  kills: number;
  /** A host of it stood still, and went on: a brain may hear late what that one had asked before. */
  late?: true;
}

/** A team in host processes of their own, at full durability, in a folder of their own. */
export class KillWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "clawflow-point-"));
  readonly root = join(this.folder, "agents");
  readonly team = join(this.folder, "team.yaml");
  readonly form: Form;
  readonly agents: string[];
  readonly hosts = new Map<string, HostProcess>();

  constructor(form: Form) {
    this.form = form;
    const members = Object.assign({}, ...Object.values(form)) as Record<string, readonly string[]>;
    this.agents = Object.keys(members);
    mkdirSync(this.root);
    const agents = Object.fromEntries(
      Object.entries(members).map(([id, peers]) => [id, { brain: { module: BRAIN }, peers, concurrency: 4 }]),
    );
    writeFileSync(this.team, JSON.stringify({ agents }));
  }

  get first(): string {
    return this.agents[0] ?? "";
  }

  workspace(agent: string): string {
    return join(this.root, agent);
  }

  /** The process is there; `started` tells when it runs its agents. */
  spawn(name: string, killAt?: string): HostProcess {
    const isOnly = Object.keys(this.form).length === 1;
    const only = isOnly ? {} : { only: Object.keys(this.form[name] ?? {}).join(",") };
    const host = up({ root: this.root, team: this.team, killAt, ...only });
    this.hosts.set(name, host);
    return host;
  }

  async start(name: string, killAt?: string): Promise<HostProcess> {
    const host = this.spawn(name, killAt);
    await host.started;
    return host;
  }

  /** SIGTERM, after which it must end well. */
  async end(name: string): Promise<void> {
    const host = this.hosts.get(name);
    host?.kill("SIGTERM");
    const how = await host?.ended;
    if (how !== 0) throw new Error(`${name} ended with ${how}:\n${host?.output().slice(-2_000)}`);
  }

  async kill(name: string): Promise<void> {
    const host = this.hosts.get(name);
    host?.kill("SIGKILL");
    await host?.ended;
  }

  makeJob(order: object): Job {
    const work = { instructions: JSON.stringify(order), title: "job" };
    const message = taskOfPerson(this.first, work, new Date().toISOString());
    const text = formatMessage(message);
    return { id: message.task_id, name: messageFileName(message), text, seen: new Map(), kills: 0 };
  }

  async give(job: Job): Promise<void> {
    const delivery = { name: job.name, bytes: Buffer.from(job.text) };
    await deliverInto(nodeDisk(), this.workspace(this.first), delivery, { sync: true });
  }

  /** Notes what stands in the inboxes at this moment: a message that has its name is whole. */
  look(job: Job): void {
    for (const agent of this.agents) {
      const inbox = join(this.workspace(agent), "mailbox", "inbox");
      for (const name of namesOf(inbox, job)) {
        const hash = hashOf(join(inbox, name));
        if (hash === undefined) continue;
        const seen = job.seen.get(name) ?? new Set();
        job.seen.set(name, seen.add(hash));
      }
    }
  }

  faults() {
    return faultsOf(this.root, this.agents);
  }

  /** SIGTERM to all; nothing is left of them. */
  async stop(): Promise<void> {
    const ends = await Promise.all(
      [...this.hosts.values()].map((host) => {
        host.kill("SIGTERM");
        return host.ended;
      }),
    );
    this.hosts.clear();
    const wrong = ends.find((end) => end !== 0);
    if (wrong !== undefined) throw new Error(`a host ended with ${wrong}`);
    await until(() => processesOf(this.folder).length === 0, `the end of all in ${this.folder}`);
  }

  async remove(): Promise<void> {
    for (const name of this.hosts.keys()) await this.kill(name);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** File names of a job's messages in a folder. */
export function namesOf(folder: string, { id }: Pick<Job, "id">): string[] {
  try {
    return readdirSync(folder).filter((name) => isOf(name, id));
  } catch {
    return [];
  }
}

/** The same with all folders below, as paths. */
export function pathsOf(folder: string, { id }: Pick<Job, "id">): string[] {
  return filesBelow(folder)
    .filter((path) => isOf(basename(path), id))
    .map((path) => join(folder, path));
}

function isOf(name: string, id: string): boolean {
  return name.includes(`-${id.toLowerCase()}-`) || name.includes(`-${id.toLowerCase()}.`);
}

/** `undefined`: somebody took it meanwhile. */
export function hashOf(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return undefined;
  }
}
