import { isFinal } from "../loop/phase.ts";
import { ClawflowError } from "../protocol/errors.ts";
import type { Task } from "../protocol/task.ts";
import type { Disk } from "../store/disk.ts";
import type { Agent } from "./agent.ts";
import { apart } from "./apart.ts";
import type { Context } from "./context.ts";
import type { Listener } from "./events.ts";
import { faultOf } from "./fault-of.ts";
import { type HostState, nextState } from "./host-state.ts";
import { Pass } from "./pass.ts";
import { pump, takeLastReceipts } from "./pump.ts";
import { Rhythm } from "./rhythm.ts";
import { takeEdits } from "./take-edits.ts";
import { takeHints } from "./take-hints.ts";
import { untilNext } from "./until-next.ts";
import type { Watch } from "./watch.ts";

/** Runs the agents of one root in this process. Made by `createHost`. */
export class Host {
  readonly #context: Context;
  readonly #rhythm: Rhythm;
  readonly #watch: Watch;
  readonly #rescan: number;
  #state: HostState = "ready";
  #woken = false;
  #passing: Promise<void> | undefined;
  #cancelWake = () => {};
  #lastRescan: number;
  #error: Error | undefined;
  #stopped: Promise<void> | undefined;
  readonly #uses: (() => Promise<void>)[] = [];

  constructor(context: Context, watch: Watch, rescan: number) {
    this.#context = context;
    this.#watch = watch;
    this.#rescan = rescan;
    this.#lastRescan = context.clock.monotonic();
    this.#rhythm = new Rhythm(context.clock, {
      wake: () => this.wake(),
      rest: () => this.#inTurn(() => this.#context.store.commit({ rest: true })),
      checkpoint: () => this.#empty(),
    });
  }

  get agents(): string[] {
    return [...this.#context.agents.keys()];
  }

  /** Syncs asked of the disk so far, those in the background included. */
  get syncs(): number {
    return this.#context.store.syncs;
  }

  /** The fault that ended it, if it failed. */
  get error(): Error | undefined {
    return this.#error;
  }

  on(listener: Listener): () => void {
    return this.#context.events.on(listener);
  }

  /** A task of an agent, open or finished, as it stands. Not to be changed. */
  task(agent: string, id: string): Readonly<Task> | undefined {
    return this.#agent(agent).workspace.task(id);
  }

  /** Where that agent's messages are put, for those who give it work. `wall`: milliseconds since 1970; `room`: bytes of a message. */
  place(agent: string): { disk: Disk; directory: string; wall: number; room: number } {
    const { clock, disk, limits } = this.#context;
    const { directory } = this.#agent(agent).workspace;
    return { disk, directory, wall: clock.wall(), room: limits.message_bytes };
  }

  /** Begins: watches the inboxes, puts open questions again, and takes what came meanwhile. */
  async start(): Promise<void> {
    this.#enter("running");
    await this.#watch.start(takeHints(this.#context, this));
    this.#inTurn(() => this.#resume());
    this.#context.events.emit({ type: "host:started", agents: this.agents });
  }

  /** Something may have come into that agent's inbox. */
  look(agent: string): void {
    const known = this.#context.agents.get(agent);
    if (known === undefined) return;
    known.scanWanted = true;
    this.wake();
  }

  /** Does `work` while no pass runs: messages that it puts into an inbox are found together. @throws what it throws */
  async together(work: () => Promise<void>): Promise<void> {
    const done = (this.#passing ?? Promise.resolve()).then(work);
    this.#passing = done.catch(() => {});
    await done;
  }

  /** Runs a pass soon. */
  wake(): void {
    if (this.#state !== "running" || this.#woken) return;
    this.#woken = true;
    this.#cancelWake = this.#context.clock.after(0, () => this.#inTurn(() => this.#pass()));
  }

  /** Resolves with the task once it is final and durable. @throws what ended the host, if that comes first */
  async finished(agent: string, id: string): Promise<Readonly<Task>> {
    this.#agent(agent);
    let resolve = () => {};
    const ended = new Promise<void>((done) => (resolve = done));
    const off = this.on((event) => {
      const isIt = event.type === "task:finished" && event.agent === agent && event.task === id;
      if (isIt || event.type === "host:failed" || event.type === "host:stopped") resolve();
    });
    // What a pass has changed in memory is not durable before it is over.
    await this.#passing;
    const isOver = this.#state === "failed" || this.#state === "stopped" || this.#finished(agent, id);
    if (!isOver) await ended;
    off();
    if (this.#error !== undefined) throw this.#error;
    const task = this.#finished(agent, id);
    if (task !== undefined) return task;
    throw new ClawflowError("E_STATE", `the host stopped before ${id} was finished`);
  }

  #finished(agent: string, id: string): Readonly<Task> | undefined {
    const task = this.task(agent, id);
    return task !== undefined && isFinal(task) ? task : undefined;
  }

  /** Ends brains, writes everything, empties the journal, releases the lock. Open tasks go on when the root is opened again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends something that makes use of this host, before it stops. */
  beforeStop(end: () => Promise<void>): void {
    this.#uses.push(end);
  }

  async #stop(): Promise<void> {
    // What fails from here on is thrown: whoever stops it may not look at `error` again.
    const before = this.#error;
    await Promise.allSettled(this.#uses.map((end) => end()));
    this.#enter("stopping");
    this.#rhythm.stop();
    this.#cancelWake();
    this.#context.outbound.close();
    await Promise.all([this.#watch.stop(), this.#closeBrains()]);
    await this.#passing;
    const { store, running } = this.#context;
    store.setRunningClock(running.now());
    try {
      if (this.#error === undefined) await takeLastReceipts(this.#context);
      if (this.#error === undefined) await store.close();
      else await store.abandon();
      if (this.#error !== before) throw this.#error;
    } finally {
      this.#state = "stopped";
      this.#context.events.emit({ type: "host:stopped" });
    }
  }

  async #pass(): Promise<void> {
    this.#woken = false;
    this.#rescanWhenDue();
    const handled = await pump(this.#context);
    if (this.#state !== "running") return;
    const { store } = this.#context;
    this.#rhythm.afterPass(handled, store.journalBytes);
    if (handled || [...this.#context.agents.values()].some((agent) => agent.scanWanted)) this.wake();
    else this.#rhythm.wakeIn(untilNext(this.#context, this.#lastRescan + this.#rescan));
  }

  async #resume(): Promise<void> {
    const pass = new Pass(this.#context);
    // What a person wrote while no host ran comes first: what they cancelled is not asked again.
    takeEdits(this.#context, pass);
    for (const agent of this.#context.agents.values()) {
      for (const task of [...agent.workspace.tasks.values()])
        apart(this.#context, agent, () => pass.step(agent, task, { type: "resume" }));
    }
    await pass.prepared();
    await this.#context.store.commit();
    pass.carryOut();
    await this.#pass();
  }

  /** The journal is emptied beside the passes: the store lets commits go on meanwhile. */
  #empty(): void {
    if (this.#state !== "running") return;
    this.#rhythm.emptied();
    this.#context.store.checkpoint().catch((error: unknown) => this.#fail(error));
  }

  /** One thing after the other: passes and rests never overlap. A fault in any ends the host. */
  #inTurn(work: () => Promise<void>): void {
    const before = this.#passing ?? Promise.resolve();
    const mine = before.then(async () => {
      if (this.#state !== "running") return;
      try {
        await work();
      } catch (error) {
        this.#fail(error);
      }
    });
    this.#passing = mine;
  }

  #fail(cause: unknown): void {
    if (this.#state !== "running" && this.#state !== "stopping") return;
    this.#error ??= faultOf(cause);
    // Whoever stops it is told.
    if (this.#state === "stopping") return;
    this.#enter("failed");
    this.#rhythm.stop();
    this.#context.outbound.close();
    void this.#closeBrains();
    this.#context.events.emit({ type: "host:failed", error: this.#error });
  }

  async #closeBrains(): Promise<void> {
    const { slots, scripts, agents } = this.#context;
    await Promise.all([slots.close(agents.values()), scripts.close()]);
  }

  #rescanWhenDue(): void {
    const now = this.#context.clock.monotonic();
    const all = now - this.#lastRescan >= this.#rescan;
    if (all) this.#lastRescan = now;
    for (const agent of this.#context.agents.values()) {
      if (all || agent.unsettled) agent.scanWanted = true;
      agent.unsettled = false;
    }
  }

  #agent(id: string): Agent {
    const agent = this.#context.agents.get(id);
    if (agent !== undefined) return agent;
    throw new ClawflowError("E_UNKNOWN_AGENT", `${id} is not hosted here`, {
      expected: this.agents.join(", "),
    });
  }

  #enter(next: HostState): void {
    this.#state = nextState(this.#state, next);
  }
}
