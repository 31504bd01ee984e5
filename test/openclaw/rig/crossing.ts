import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isFinal } from "../../../src/loop/phase.ts";
import type { Task } from "../../../src/protocol/task.ts";
import { nodeDisk } from "../../../src/store/node-disk.ts";
import { openRoot } from "../../../src/view/root-view.ts";
import { why } from "../../../src/view/why/why.ts";
import { readTask, textNow } from "../../host/files.ts";
import { until } from "../../host/until.ts";
import { certificate } from "./certificate.ts";
import { type Fault, FaultyProxy, type Try } from "./faulty-proxy.ts";
import { Gateway } from "./gateway.ts";
import { says } from "./model-answer.ts";
import { OutsideHost } from "./outside-process.ts";
import { ScriptedModel } from "./scripted-model.ts";
import { hosted } from "./team-files.ts";

/** The gateway's, by the rig. */
const TOKEN = "test-token";
const OUTSIDE_TOKEN = "outside";
const KEY = "a key that both hosts have";
const JOB_LIMIT = 240_000;

/** The way of the TASK to the gateway, and of the reply from it. */
export type Leg = "task" | "reply";
export const LEGS: readonly Leg[] = ["task", "reply"];

/** A job of `lead` outside, of which `coder` of the gateway does all; and what becomes of the tries of its two messages, one after the other. */
export interface Run {
  job: string;
  task?: readonly Fault[];
  reply?: readonly Fault[];
}

/** A gateway and a host outside, with a proxy before each. Replies go by `wss://`. */
export class Crossing {
  readonly model: ScriptedModel;
  readonly gateway: Gateway;
  readonly outside: OutsideHost;
  readonly proxies: Readonly<Record<Leg, FaultyProxy>>;
  /** Tries of which `why` had nothing to say, though one had failed before. */
  readonly silent: string[] = [];
  #startedAt = 0;
  readonly #remove: () => void;

  private constructor(
    parts: Pick<Crossing, "model" | "gateway" | "outside" | "proxies">,
    remove: () => void,
  ) {
    this.model = parts.model;
    this.gateway = parts.gateway;
    this.outside = parts.outside;
    this.proxies = parts.proxies;
    this.#remove = remove;
  }

  /**
   * `start()` begins.
   *
   * @param patience milliseconds for which the host outside waits for an answer
   */
  static async create(patience: number): Promise<Crossing> {
    const model = await ScriptedModel.start({
      agent: "coder",
      prompt: "Answer f13-",
      answer: ({ prompt }) => says(`It is ${/Answer (f13-[\w-]+)/.exec(prompt)?.[1]}.`),
    });
    const tls = certificate();
    const reply = await FaultyProxy.start("", tls);
    // A lockout, as for whoever is not on this machine.
    const rateLimit = { maxAttempts: 3, windowMs: 10_000, lockoutMs: 2_000, exemptLoopback: false };
    const gateway = await Gateway.create({
      model,
      agents: { coder: { description: "Writes code" } },
      clawflow: { turns_per_agent: 8, remote: { lead: { url: reply.url, token: OUTSIDE_TOKEN, key: KEY } } },
      more: { gateway: { auth: { rateLimit } } },
      env: { NODE_EXTRA_CA_CERTS: tls.file },
    });
    const task = await FaultyProxy.start(gateway.url);
    const own = { url: task.url, token: TOKEN, key: KEY, ownToken: OUTSIDE_TOKEN };
    const outside = await OutsideHost.start({ ...own, patience });
    reply.upstream = outside.address;
    return new Crossing({ model, gateway, outside, proxies: { task, reply } }, tls.remove);
  }

  /** Starts the gateway, and has it do its first turn, which takes long. */
  async start(): Promise<void> {
    await this.gateway.start();
    await hosted(this.gateway, "coder");
    await this.begin([{ job: "f13-first" }]);
    await this.over("f13-first");
    const first = this.taskOf("f13-first");
    if (first?.status !== "done") throw new Error(`the first turn failed: ${first?.error}`);
    this.silent.length = 0;
  }

  /** Ends the gateway, by force or not, and starts it again. */
  async restart(isKilled: boolean): Promise<void> {
    await (isKilled ? this.gateway.kill() : this.gateway.stop());
    this.#startedAt = performance.now();
    await this.gateway.start();
  }

  async remove(): Promise<void> {
    await this.outside.remove();
    await this.gateway.remove();
    for (const leg of LEGS) await this.proxies[leg].close();
    await this.model.close();
    this.#remove();
  }

  get workspaces(): Record<Leg, string> {
    return { task: this.outside.workspace, reply: this.gateway.workspace("coder") };
  }

  /** Gives these jobs to the agent outside, all at once. */
  async begin(runs: readonly Run[]): Promise<void> {
    for (const leg of LEGS) {
      this.proxies[leg].faultOf = (request) => {
        if (request.nth > 1) this.#listen(leg, request);
        const run = runs.find(({ job }) => job === request.task);
        return run?.[leg]?.[request.nth - 1] ?? { do: "pass" };
      };
    }
    for (const { job } of runs) await this.outside.give(job);
  }

  /** Waits until the job has ended, however that is, and both receipts are there. */
  async over(job: string): Promise<void> {
    await until(() => isEnded(this.taskOf(job)), `the end of ${job}`, JOB_LIMIT);
    for (const leg of LEGS) {
      const left = () =>
        this.names(leg, "mailbox/outbox/pending", job).length > 0 || this.#notes(leg).includes(job);
      await until(() => !left(), `the receipts of ${job}`, JOB_LIMIT);
    }
  }

  /** Waits until `why` says of all of them what keeps that message. */
  async told(leg: Leg, jobs: readonly string[], what: RegExp): Promise<void> {
    for (const job of jobs)
      await until(() => what.test(this.reason(leg, job) ?? ""), `why ${job} waits: ${what}`, JOB_LIMIT);
  }

  /** Waits until this many tries of a job's message have come to what their faults wait for. */
  async reached(leg: Leg, job: string, tries = 1): Promise<void> {
    const come = () => this.proxies[leg].triesOf(job, leg).filter(({ reached }) => reached).length;
    await until(() => come() >= tries, `try ${tries} of ${job}`, JOB_LIMIT);
  }

  /** The job as the agent outside has it. */
  taskOf(job: string): Task | undefined {
    return readTask(this.outside.workspace, job);
  }

  /** What keeps a job's message, as `clawflow why` says it of these files; undefined where it has nothing to say. */
  reason(leg: Leg, job: string): string | undefined {
    const [agent, id] = leg === "task" ? ["lead", job] : ["coder", `${job}.piece`];
    const view = openRoot(nodeDisk(), new Map([[agent, this.workspaces[leg]]]));
    const task = view.task(agent, id);
    const hold = task === undefined ? undefined : why(view, agent, task, Date.now()).hold;
    if (hold?.cause !== "undeliverable" || hold.what.includes("nothing here reaches")) return undefined;
    return /has not accepted \S+: (.+)/.exec(hold.what)?.[1];
  }

  /** Of files in a folder of the sender's workspace. */
  names(leg: Leg, folder: string, part: string): string[] {
    return readdirSync(join(this.workspaces[leg], folder)).filter((name) => name.includes(part));
  }

  /** As whom the host outside comes to the gateway. A token that is changed on its way is told by the signature. */
  useToken(which: "right" | "wrong"): void {
    this.outside.useToken(which === "right" ? TOKEN : "not the token");
  }

  /**
   * What `why` says of a message that has failed to come, unless the host has not heard of that, or does not wait for it any more. A reply that came
   * is sent again where its TASK comes again: nothing waits then.
   */
  #listen(leg: Leg, { task, nth }: Pick<Try, "task" | "nth">): void {
    const [before] = this.proxies[leg].triesOf(task, leg).slice(-1);
    if (leg === "reply" && before?.fault.do === "pass" && before.reached) return;
    const isUnheard = leg === "reply" && (before?.at ?? 0) < this.#startedAt;
    const isAnswered = leg === "task" && this.taskOf(task)?.subtasks.get("piece")?.status !== "dispatched";
    if (!isUnheard && !isAnswered && this.reason(leg, task) === undefined)
      this.silent.push(`${leg} ${task} ${nth}`);
  }

  #notes(leg: Leg): string {
    return textNow(join(this.workspaces[leg], ".clawflow", "undelivered.json")) ?? "";
  }
}

function isEnded(task: Task | undefined): boolean {
  return task !== undefined && isFinal(task);
}
