import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HostEvent } from "../../src/host/events.ts";
import type { Message, ReplyMessage } from "../../src/protocol/message.ts";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import { faultsOf, filesBelow, readTask } from "../host/files.ts";
import { type HostProcess, up } from "../host/host-process.ts";
import { until } from "../host/until.ts";

export const AGENTS = ["echo", "lead", "worker", "prompt"];
const brain = (name: string) => fileURLToPath(new URL(`brains/${name}.mjs`, import.meta.url));

/** A host process of the built program and its team, in a folder of its own; beside it a folder that nobody may touch. */
export class BadTeam {
  readonly folder = mkdtempSync(join(tmpdir(), "clawflow-bad-"));
  readonly root = join(this.folder, "agents");
  readonly outside = join(this.folder, "outside");
  readonly gate = join(this.folder, "gate");
  #host: HostProcess | undefined;
  #outside = "";
  readonly #sent = new Map<string, Map<string, Message>>();
  #ended: number | string | undefined;
  #deadline = performance.now() + 60_000;

  constructor() {
    mkdirSync(this.outside);
    writeFileSync(join(this.outside, "secret.md"), SECRET, { mode: 0o640 });
    const agents = {
      echo: { brain: { module: brain("echo") }, concurrency: 8 },
      lead: { brain: { module: brain("lead") }, peers: ["worker"], concurrency: 8 },
      worker: { brain: { module: brain("worker") }, concurrency: 64 },
      prompt: { brain: { text: ["node", brain("prompt")] } },
    };
    const limits = { brains: 200 };
    writeFileSync(this.teamFile, JSON.stringify({ agents, limits, durability: "os" }));
    this.#outside = this.#lookOutside();
  }

  get teamFile(): string {
    return join(this.folder, "team.yaml");
  }

  workspace(agent: string): string {
    return join(this.root, agent);
  }

  inbox(agent: string): string {
    return join(this.workspace(agent), "mailbox", "inbox");
  }

  async start(): Promise<void> {
    this.#host = up({ root: this.root, team: this.teamFile });
    this.#ended = undefined;
    void this.#host.ended.then((ended) => {
      this.#ended = ended;
    });
    await this.#host.started;
  }

  get pid(): number {
    return this.#host?.pid ?? 0;
  }

  /** How long may be waited from now on, all in all. */
  allow(ms: number): void {
    this.#deadline = performance.now() + ms;
  }

  /** Waits until there is something; not for a host that has ended, and not beyond what is allowed. */
  async until<T>(look: () => T | undefined, what: string): Promise<T> {
    const found = look();
    if (found !== undefined && (found as unknown) !== false) return found;
    if (this.#ended !== undefined)
      throw new Error(`${what} does not come: the host ended with ${this.#ended}`);
    return await until(look, what, Math.max(100, this.#deadline - performance.now()));
  }

  /** What the host told so far. */
  events(): HostEvent[] {
    const lines = this.#host?.output().split("\n") ?? [];
    return lines.filter((line) => line.startsWith("{") && line.endsWith("}")).map((line) => JSON.parse(line));
  }

  /** A good message, and its answer: the host is there and has handled what came before. @returns milliseconds that it took */
  async ping(name: string): Promise<number> {
    const begun = performance.now();
    writeFileSync(join(this.inbox("echo"), `Ping-${name}.md`), pingText(name));
    this.allow(20_000);
    await this.until(() => this.answer("echo", `ping-${name}`), `an answer to ${name}`);
    return performance.now() - begun;
  }

  /** Jobs of the lead, each with a subtask `part` that the worker holds until `release`. */
  async hold(ids: readonly string[]): Promise<void> {
    for (const id of ids) writeFileSync(join(this.inbox("lead"), `Job-${id}.md`), jobText(id, this.gate));
    for (const id of ids) {
      await this.until(() => {
        const text = readIf(join(this.workspace("lead"), "tasks", id, "task.md"));
        return /^ {2}part:\n(?: {4}.*\n)*? {4}status: dispatched$/m.test(text ?? "") || undefined;
      }, `part of ${id} under way`);
    }
  }

  /** What stands in an agent's outbox by now, of each message of which `is` is true. Each is read once. */
  sent(agent: string, is: (reply: ReplyMessage) => boolean): ReplyMessage | undefined {
    const known = this.#sent.get(agent) ?? new Map<string, Message>();
    this.#sent.set(agent, known);
    const folder = join(this.workspace(agent), "mailbox", "outbox");
    for (const name of readdirSync(folder).filter((each) => each.endsWith(".md"))) {
      if (!known.has(name))
        known.set(name, parseMessage(readFileSync(join(folder, name)), { to: "unknown" }));
    }
    return [...known.values()].find(
      (message): message is ReplyMessage => message.type === "reply" && is(message),
    );
  }

  /** The answer to a person. */
  answer(agent: string, taskId: string): ReplyMessage | undefined {
    return this.sent(agent, ({ to, task_id }) => to === "human" && task_id === taskId);
  }

  release(): void {
    writeFileSync(this.gate, "");
  }

  task(agent: string, id: string) {
    return readTask(this.workspace(agent), id);
  }

  /** Stops the host. @returns what is wrong with how it ended, and with what it leaves */
  async stop(): Promise<string[]> {
    const host = this.#host;
    if (host === undefined) return [];
    host.kill("SIGTERM");
    const ended = await Promise.race([
      host.ended,
      until(() => undefined, "the end", 60_000).catch(() => "hang"),
    ]);
    if (ended === "hang") host.kill("SIGKILL");
    const output = host.output();
    this.#host = undefined;
    const wrong: string[] = [];
    if (ended !== 0) wrong.push(`the host ended with ${ended}: ${output.slice(-2_000)}`);
    if (/\n\s+at .*\d+:\d+/.test(output)) wrong.push(`a stack trace: ${output.slice(-2_000)}`);
    if (/E_INTERNAL/.test(output)) wrong.push(`E_INTERNAL: ${/.*E_INTERNAL.*/.exec(output)?.[0]}`);
    wrong.push(...faultsOf(this.root, AGENTS).map((fault) => `verify: ${JSON.stringify(fault)}`));
    return wrong;
  }

  /** What happened to the folder that nobody may touch. */
  harm(): string[] {
    const now = this.#lookOutside();
    return now === this.#outside ? [] : [`outside was ${this.#outside}, is ${now}`];
  }

  /** Files that a case put there itself. */
  allowOutside(): void {
    this.#outside = this.#lookOutside();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #lookOutside(): string {
    const lines = filesBelow(this.outside).map((path) => {
      const full = join(this.outside, path);
      return `${path} ${(statSync(full).mode & 0o777).toString(8)} ${JSON.stringify(readFileSync(full, "utf8"))}`;
    });
    return JSON.stringify([...lines, ...readdirSync(this.folder).filter((name) => !OWN.includes(name))]);
  }
}

const OWN = ["agents", "outside", "gate", "team.yaml"];

export function readIf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

const HEAD = "clawflow: 2\ntype: task\nattempt: 1\nfrom: human\nsent_at: 2026-11-20T12:00:00Z\n";

/** A good message: what lies outside looks like one, so that whoever follows a link would take it. */
const SECRET = `---\n${HEAD}id: h-secret\nto: echo\ntask_id: secret\n---\n# Task: Secret\n\n## Instructions\n\nSay it.\n`;

function pingText(name: string): string {
  return `---\n${HEAD}id: h-ping-${name}\nto: echo\ntask_id: ping-${name}\n---\n# Task: Ping\n\n## Instructions\n\nSay it.\n`;
}

function jobText(id: string, gate: string): string {
  return `---\n${HEAD}id: h-${id}\nto: lead\ntask_id: ${id}\n---\n# Task: Job\n\n## Instructions\n\nwait ${gate}\n`;
}
