import { join } from "node:path";
import { expect, test } from "vitest";
import type { Task } from "../../src/protocol/task.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import type { Store } from "../../src/store/store.ts";
import type { Op } from "../../src/store/types.ts";
import type { Workspace } from "../../src/store/workspace.ts";
import { type Random, seededRandom, upTo } from "../sim/random.ts";
import { VirtualDisk } from "../sim/virtual-disk.ts";
import type { VirtualProcess } from "../sim/virtual-process.ts";
import { aMessage, aTask, DAY, fileOf, newWorld, open, type Sent, type World } from "./helpers.ts";

/** What all commits together have made of one workspace. */
interface Expected {
  tasks: Map<string, Task>;
  inbox: Map<string, string>;
  archive: Map<string, string>;
  dead: Map<string, string>;
  sent: Map<string, string>;
  files: Map<string, string>;
}
type Model = Record<"lead" | "reader", Expected>;
type Agent = keyof Model;
const AGENTS: Agent[] = ["lead", "reader"];

function emptyModel(): Model {
  const empty = (): Expected => ({
    tasks: new Map(),
    inbox: new Map(),
    archive: new Map(),
    dead: new Map(),
    sent: new Map(),
    files: new Map(),
  });
  return { lead: empty(), reader: empty() };
}

/** One host after the other on one machine, doing random things until it dies in the middle of one of them. */
class Life {
  readonly machine = new VirtualDisk();
  readonly random: Random;
  readonly world: World;
  /** What was acknowledged, and what is being committed: after a crash one of the two must stand. */
  sure = emptyModel();
  next = emptyModel();
  number = 0;
  process!: VirtualProcess;
  store!: Store;
  at!: Record<Agent, Workspace>;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.world = newWorld("/w", this.machine.attach());
  }

  async start(dieAfter?: number): Promise<boolean> {
    this.process = this.machine.attach();
    this.world.disk = this.process;
    this.world.processes.kill();
    if (dieAfter !== undefined) this.process.dieIn(dieAfter, this.random);
    const opened = await this.#orDeath(open(this.world));
    if (opened === undefined) return false;
    this.store = opened.store;
    this.at = opened;
    return true;
  }

  /** The result, or nothing when the process died. */
  async #orDeath<T>(promise: Promise<T>): Promise<T | undefined> {
    let result: { value?: T; error?: unknown } | undefined;
    promise.then(
      (value) => {
        result = { value };
      },
      (error) => {
        result = { error };
      },
    );
    while (result === undefined && this.process.alive) await new Promise((resolve) => setImmediate(resolve));
    if (!this.process.alive) return undefined;
    if (result?.error !== undefined) throw result.error;
    return result?.value;
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps && this.process.alive; step++) {
      try {
        await this.#step();
      } catch (error) {
        if (this.process.alive) throw error;
      }
    }
  }

  async #step(): Promise<void> {
    const kind = this.random();
    this.world.now += upTo(this.random, 200);
    if (kind < 0.6) return this.#act();
    if (kind < 0.9) return this.#commit({ rest: this.random() < 0.2 });
    await this.#commit({ rest: false });
    if (kind < 0.95) void this.store.checkpoint().catch(() => {});
    else await this.#orDeath(this.store.checkpoint()).then(() => this.#acknowledge());
  }

  async #commit(how: { rest: boolean }): Promise<void> {
    const done = await this.#orDeath(this.store.commit(how).then(() => true));
    if (done) this.#acknowledge();
  }

  #acknowledge(): void {
    if (this.process.alive) this.sure = structuredClone(this.next);
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[upTo(this.random, items.length - 1)];
  }

  async #act(): Promise<void> {
    const agent = this.#pick(AGENTS) ?? "lead";
    const kind = upTo(this.random, 9);
    if (kind <= 1) this.#create(agent);
    else if (kind <= 3) this.#change(agent);
    else if (kind === 4) this.#send(agent, this.#pick(["inbox", "pending", "outbox"]) ?? "inbox");
    else if (kind === 5) this.#send(agent, "inbox");
    else if (kind <= 7) this.#handle(agent);
    else if (kind === 8) this.#settlePending(agent);
    else await this.#deliver(agent);
  }

  #stage(agent: Agent, op: Op): void {
    this.store.stage(this.at[agent], [op]);
  }

  #create(agent: Agent): void {
    const id = `t${++this.number}`;
    this.next[agent].tasks.set(id, structuredClone(aTask(id)));
    this.#stage(agent, { op: "create", task: aTask(id) });
    const path = `tasks/${id}/calls/1.json`;
    const text = `{"n":${this.number}}`;
    this.next[agent].files.set(path, text);
    this.#stage(agent, { op: "file", path, text });
  }

  #change(agent: Agent): void {
    const task = this.#pick([...this.next[agent].tasks.values()]);
    if (task === undefined || task.status === "done") return;
    const rev = task.rev + 1;
    const notes = `note ${rev} `.repeat(upTo(this.random, 300)).trim();
    const status = this.random() < 0.3 ? "done" : "in-progress";
    Object.assign(task, { rev, status });
    task.text.notes = notes;
    this.#stage(agent, {
      op: "change",
      task: task.task_id,
      change: { rev, fields: { status }, text: { notes } },
    });
  }

  #message(): Sent {
    return fileOf(aMessage(`m${++this.number}`, 1, "word ".repeat(upTo(this.random, 200))));
  }

  #send(agent: Agent, place: "inbox" | "pending" | "outbox"): void {
    const to: Agent = agent === "lead" ? "reader" : "lead";
    const { name, text } = this.#message();
    this.next[agent].sent.set(name, text);
    if (place === "inbox") this.next[to].inbox.set(name, text);
    this.#stage(agent, { op: "send", name, to, text, place });
  }

  #handle(agent: Agent): void {
    const name = this.#pick(this.at[agent].inbox());
    const expected = this.next[agent];
    const text = name === undefined ? undefined : expected.inbox.get(name);
    if (name === undefined || text === undefined) return;
    const file = this.at[agent].read(name);
    if (file === undefined) throw new Error(`${name} is gone`);
    expect(Buffer.from(file.bytes).toString()).toBe(text);
    expected.inbox.delete(name);
    if (this.random() < 0.8) {
      expected.archive.set(name, text);
      this.#stage(agent, { op: "take", name, path: `${DAY}/${name}`, sha256: file.sha256 });
    } else {
      expected.dead.set(name, text);
      this.#stage(agent, { op: "dead", name, reason: "E_TYPE: no" });
    }
  }

  #settlePending(agent: Agent): void {
    const workspace = this.at[agent];
    const name = this.#pick([...workspace.pendingNames]);
    const text = name === undefined ? undefined : this.next[agent].sent.get(name);
    if (name === undefined || text === undefined) return;
    if (this.random() < 0.6) this.store.accepted(workspace, name);
    else {
      this.next[agent].sent.delete(name);
      this.next[agent].archive.set(name, text);
      this.#stage(agent, { op: "withdraw", name, path: `${DAY}/${name}` });
    }
  }

  /** From another host: durable when it is done, whatever commits do. */
  async #deliver(agent: Agent): Promise<void> {
    const { name, text } = this.#message();
    const delivery = { name, bytes: Buffer.from(text) };
    const done = await this.#orDeath(
      deliverInto(this.process, this.at[agent].directory, delivery, { sync: true }),
    );
    // Otherwise it may lie there or not: its sender would send it again.
    if (done === undefined) return;
    this.next[agent].inbox.set(name, text);
    this.sure[agent].inbox.set(name, text);
  }

  crash(power: boolean): void {
    this.process.kill();
    if (power) this.machine.crash(this.random);
  }

  /** Which of the two models the files show; they must show one of them, in every respect. */
  check(): void {
    const shown = this.#shown();
    const unknown = (model: Model) => this.#differences(model, shown);
    const [sure, next] = [unknown(this.sure), unknown(this.next)];
    if (sure.length > 0 && next.length > 0) expect({ sure, next }).toEqual({ sure: [], next: [] });
    this.next = structuredClone(next.length === 0 ? this.next : this.sure);
    this.sure = structuredClone(this.next);
  }

  #shown(): Model {
    const shown = emptyModel();
    const files = this.machine.files();
    for (const agent of AGENTS) {
      const root = `/w/${agent}/`;
      for (const [path, bytes] of files) {
        if (!path.startsWith(root)) continue;
        const text = Buffer.from(bytes).toString();
        const [, folder, name = ""] = /^(.*)\/([^/]+)$/.exec(path.slice(root.length)) ?? [];
        if (folder === "mailbox/inbox") shown[agent].inbox.set(name, text);
        else if (folder === DAY) shown[agent].archive.set(name, text);
        else if (folder?.startsWith("mailbox/outbox")) shown[agent].sent.set(name, text);
        else if (folder === "mailbox/dead" && !name.endsWith(".reason.md")) shown[agent].dead.set(name, text);
        else if (folder?.endsWith("/calls")) shown[agent].files.set(`${folder}/${name}`, text);
        else if (folder === "mailbox/tmp") throw new Error(`left in tmp: ${path}`);
        const id = /^tasks\/(t\d+)$/.exec(folder ?? "")?.[1];
        const task = id === undefined ? undefined : this.at[agent].task(id);
        if (id !== undefined && task !== undefined) shown[agent].tasks.set(id, task);
      }
    }
    return shown;
  }

  #differences(model: Model, shown: Model): string[] {
    const found: string[] = [];
    for (const agent of AGENTS) {
      for (const kind of Object.keys(model[agent]) as (keyof Expected)[]) {
        const want = model[agent][kind];
        const have = shown[agent][kind];
        for (const [key, value] of want) {
          if (!same(have.get(key), value))
            found.push(`${agent} ${kind} ${key}: ${text(have.get(key))} not ${text(value)}`);
        }
        for (const key of have.keys()) {
          // A delivery that was cut off may have arrived, and will be repeated.
          const stray = kind === "inbox" && !this.#ever.has(key);
          if (!want.has(key) && !stray) found.push(`${agent} ${kind} ${key}: not expected`);
        }
      }
    }
    return found;
  }

  get #ever(): Set<string> {
    return new Set(
      AGENTS.flatMap((agent) => [...this.next[agent].sent.keys(), ...this.next[agent].archive.keys()]),
    );
  }
}

function same(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

function text(value: unknown): string {
  return value === undefined ? "nothing" : (JSON.stringify(value) ?? "").slice(0, 300);
}

const SEEDS = Number(process.env.STORE_SEEDS ?? 60);

test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
  "whatever is cut off where, what was committed stands (seed %i)",
  async (seed) => {
    const life = new Life(seed);
    expect(await life.start()).toBe(true);
    for (let round = 0; round < 4; round++) {
      life.process.dieIn(1 + upTo(life.random, 120), life.random);
      await life.run(80);
      life.crash(life.random() < 0.7);
      // The next start is cut off as well, now and then, and the one after it.
      while (!(await life.start(life.random() < 0.5 ? 1 + upTo(life.random, 40) : undefined))) {
        life.crash(life.random() < 0.7);
      }
      life.check();
    }
    life.process.dieIn(Number.POSITIVE_INFINITY, life.random);
    await life.store.close();
    expect(life.world.foreign).toEqual([]);
    expect(life.machine.files().get(join("/w/.host", "journal"))).toHaveLength(0);
    expect(await life.start()).toBe(true);
    life.check();
  },
);
