import { checkEnd } from "./check-end.ts";
import { checkPublished } from "./check-published.ts";
import { disturb } from "./disturb.ts";
import { Editor } from "./editor.ts";
import { flakyTransport } from "./flaky-transport.ts";
import { Human } from "./human.ts";
import { isIdle } from "./idle.ts";
import { Watch } from "./invariants/watch.ts";
import { type Entry, Ledger } from "./ledger.ts";
import { Letters } from "./letters.ts";
import { type Random, randomFor, upTo } from "./random.ts";
import { Sandboxes } from "./sandboxes.ts";
import type { Scenario } from "./scenario.ts";
import { Script } from "./script.ts";
import { instructionsOf } from "./script-node.ts";
import { DEPTH, type HostWorld, ROOT, SimHost } from "./sim-host.ts";
import type { Tally } from "./tally.ts";
import { VirtualDisk } from "./virtual-disk.ts";
import { ProcessTable, VirtualLife } from "./virtual-life.ts";
import { settled, VirtualTime } from "./virtual-time.ts";
import { workflowTask } from "./workflow.ts";

const WALL = Date.UTC(2026, 10, 20, 12);
const RESTART = 1000;
const LOOK = 2000;
/** So long after the last disturbance everything must have ended. */
const PATIENCE = 4 * 3600 * 1000;
const MOST_STEPS = 400_000;

export interface Outcome {
  faults: readonly string[];
  history: readonly Entry[];
  steps: number;
  /** Virtual milliseconds. */
  took: number;
  /** As they stood when all had ended. */
  files: ReadonlyMap<string, Uint8Array>;
  tally: Tally;
}

/** A machine, its hosts, its network, its people: one scenario from beginning to end. */
export class Simulation implements HostWorld {
  readonly scenario: Scenario;
  readonly time = new VirtualTime();
  readonly machine: VirtualDisk;
  readonly table = new ProcessTable();
  readonly script: Script;
  readonly ledger: Ledger;
  readonly hosts: SimHost[];
  readonly human: Human;
  readonly random: Random;
  /** Added to the wall clock. */
  wallOffset = 0;
  /** Hosts that the network does not reach until then. */
  readonly parted = new Map<number, number>();
  /** What becomes of a host that dies in the call it is to die in. */
  readonly fates = new Map<VirtualLife, { power: boolean; down: number }>();
  /** Nothing more is to come before this. */
  private calmAt: number;
  private carrierLife: VirtualLife;
  readonly editor: Editor;
  /** Hosts that are down on purpose: started again by who stopped them. */
  readonly resting = new Set<SimHost>();
  /** Names of messages that no step decided to send. */
  readonly strangers = new Set<string>();
  /** Names of messages that came again when a person's text did not let anybody know the task. */
  readonly unknowable = new Set<string>();
  readonly letters = new Letters();
  readonly watch: Watch;
  readonly tally: Tally = {};
  readonly sandboxes = new Sandboxes();

  constructor(scenario: Scenario, script = new Script(scenario.shape)) {
    this.scenario = scenario;
    this.script = script;
    this.random = randomFor(scenario.seed, "run");
    const syncs = randomFor(scenario.seed, "syncs");
    const { syncing, syncAll, ignoresCase = false } = scenario;
    this.machine = new VirtualDisk({
      now: () => this.wall(),
      syncAll,
      ignoresCase,
      ...(syncing === 0 ? {} : { hardware: () => this.time.sleep(upTo(syncs, syncing)) }),
    });
    const steered = new Set(scenario.jobs.filter((job) => job.steered).map((job) => job.id));
    const isSteered = (name: string) => steered.has(/\bj\d+/.exec(name)?.[0] ?? "");
    this.ledger = new Ledger(
      () => this.time.now,
      isSteered,
      ({ agent, name, code }) => {
        if (this.strangers.has(name)) return true;
        if (!["E_FRONTMATTER", "E_UTF8"].includes(code)) return false;
        if (this.editor.isAboutBroken(agent, name)) this.unknowable.add(name);
        return this.unknowable.has(name) || this.human.isDoubtful(name);
      },
    );
    this.hosts = scenario.hosts.map((agents, number) => new SimHost(this, number, agents));
    this.carrierLife = this.newLife();
    this.human = new Human(
      {
        random: randomFor(scenario.seed, "human"),
        work: (job, node) =>
          node.workflow
            ? workflowTask(this.script, node, job.budget)
            : { instructions: instructionsOf(node) },
        workspace: (agent) => `${ROOT}/${agent}`,
        hint: (agent) => this.hint(agent),
        note: (agent, text) => this.ledger.note(agent, text),
      },
      this.newLife(),
    );
    this.editor = new Editor(
      randomFor(scenario.seed, "editor"),
      (agent, text) => this.ledger.note(agent, text),
      (agent) => {
        const host = this.hostOf(agent);
        return host?.isOpen === true ? host.life : undefined;
      },
    );
    this.watch = new Watch(this.machine, this.letters, {
      isSteered,
      depth: DEPTH,
      fault: (text) => this.ledger.fault(text),
      isUp: (agent) => this.hostOf(agent)?.isOpen === true,
      isStranger: (name) => this.strangers.has(name),
      editor: this.editor,
    });
    this.calmAt = Math.max(0, ...scenario.jobs.map((job) => job.at), ...scenario.disturbances.map(endOf));
  }

  async run(): Promise<Outcome> {
    this.schedule();
    let done = false;
    this.time.after(LOOK, () => this.lookForEnd(() => (done = true)));
    while (!done && this.ledger.faults.length === 0) {
      await this.settled();
      this.watch.look();
      if (done) break;
      this.buryTheDead();
      if (this.time.steps > MOST_STEPS) this.ledger.fault("it goes on and on");
      else if (this.time.now > this.calmAt + PATIENCE)
        this.ledger.fault(`a wait does not end: ${this.open()}`);
      else if (!this.time.step()) this.ledger.fault("nothing is left to wait for");
    }
    await settled();
    const files = this.machine.files();
    if (this.ledger.faults.length === 0) checkEnd(this);
    return {
      faults: this.ledger.faults,
      history: this.ledger.history,
      steps: this.time.steps,
      took: this.time.now,
      files,
      tally: this.sum(),
    };
  }

  /** Everything has gone on that can before the next thing is due. */
  private async settled(): Promise<void> {
    await settled();
    while (this.sandboxes.isBusy) {
      await this.sandboxes.ready();
      await settled();
    }
  }

  wall(): number {
    return WALL + this.time.now + this.wallOffset;
  }

  newLife(): VirtualLife {
    const life = new VirtualLife(this.time, this.machine.attach(), this.table.nextRecord(), () =>
      this.wall(),
    );
    this.table.add(life);
    return life;
  }

  transport(life: VirtualLife, others: ReadonlyMap<string, string>, host: SimHost) {
    const sender = { disk: life.disk, sleep: (ms: number) => life.sleep(ms) };
    return flakyTransport(sender, others, {
      random: this.random,
      network: this.scenario.network,
      parted: (to) => this.isParted(host.number) || this.isParted(this.hostOf(to)?.number ?? -1),
      carrier: () => this.carrierLife,
      hint: (agent) => this.hint(agent),
      note: (agent, text) => this.ledger.note(agent, text),
      count: (what) => this.count(what),
    });
  }

  opened(host: SimHost): void {
    checkPublished(this.machine, host.agents, this.ledger, this.letters);
    this.watch.lookAtAll(host.agents);
  }

  count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1;
  }

  hint(agent: string): void {
    if (this.random() < this.scenario.network.hints)
      this.time.after(upTo(this.random, 20), () => this.hostOf(agent)?.hint(agent));
  }

  hostOf(agent: string): SimHost | undefined {
    return this.hosts.find(({ agents }) => agents.includes(agent));
  }

  /** The machine loses its power: nobody lives, and of what was not synced something between all and nothing is left. */
  cutPower(down: number): void {
    this.ledger.note("machine", "the power is cut");
    this.machine.crash(this.random);
    this.watch.powerCut();
    this.count("power cuts");
    this.table.restart();
    this.fates.clear();
    this.carrierLife = this.newLife();
    this.editor.powerCut(this.newLife());
    this.human.comeBack(this.newLife());
    for (const host of this.hosts) {
      if (host.state === "down") continue;
      host.buried();
      this.startLater(host, down);
    }
  }

  startLater(host: SimHost, ms: number): void {
    this.time.after(ms, () => {
      if (host.state === "down" && !this.resting.has(host)) host.start();
    });
  }

  private isParted(host: number): boolean {
    return (this.parted.get(host) ?? 0) > this.time.now;
  }

  private schedule(): void {
    const { jobs, disturbances } = this.scenario;
    for (const host of this.hosts) this.startLater(host, upTo(this.random, 200));
    for (const job of jobs) {
      this.time.after(job.at, () => this.human.give(job, this.script.root(job.id, job.agent), job.taskId));
    }
    for (const disturbance of disturbances) this.time.after(disturbance.at, () => disturb(this, disturbance));
  }

  private buryTheDead(): void {
    for (const host of this.hosts) {
      const { life } = host;
      if (life === undefined || life.alive) continue;
      const fate = this.fates.get(life);
      this.fates.delete(life);
      const { failed } = host;
      host.buried();
      if (!failed) this.ledger.note(host.name, "is dead");
      if (fate?.power !== true) this.count("kills");
      this.startLater(host, failed ? RESTART : (fate?.down ?? 0));
      if (fate?.power === true && !failed) this.cutPower(fate.down);
    }
  }

  private sum(): Tally {
    const { tally, watch, ledger, editor } = this;
    return {
      ...tally,
      events: watch.book.events,
      tasks: watch.book.tasks.size,
      messages: ledger.sent.size,
      edits: editor.written.length,
      scripts: this.human.given.filter(({ node }) => node.workflow).length,
    };
  }

  /** When all is calm and nothing is under way, the hosts are stopped; if one dies at that, it all goes on. */
  private lookForEnd(end: () => void): void {
    const again = () => this.time.after(LOOK, () => this.lookForEnd(end));
    const calm = this.time.now > this.calmAt && this.hosts.every(({ state }) => state === "up");
    if (!calm || this.open() !== "") {
      again();
      return;
    }
    const stops = this.hosts.map((host) => {
      this.resting.add(host);
      return host.stop();
    });
    void Promise.all(stops).then(() => {
      if (this.hosts.every(({ failed }) => !failed) && this.open() === "") end();
    });
    // One that dies in the middle never has stopped.
    this.time.after(60_000, () => {
      this.resting.clear();
      for (const host of this.hosts) if (host.state === "down") host.start();
      again();
    });
  }

  /** What is still under way, in words; empty: nothing. */
  private open(): string {
    const open = this.human.given.filter(({ state }) => state === "under way").map(({ taskId }) => taskId);
    if (this.editor.isBusy) open.push("a person edits");
    if (!this.human.isDone) open.push("a person has more to say");
    for (const agent of this.scenario.hosts.flat()) open.push(...isIdle(this.machine, `${ROOT}/${agent}`));
    return open.join(", ");
  }
}

function endOf(disturbance: Scenario["disturbances"][number]): number {
  return disturbance.at + ("for" in disturbance ? disturbance.for : 0);
}

export async function simulate(scenario: Scenario, script?: Script): Promise<Outcome> {
  return await new Simulation(scenario, script).run();
}
