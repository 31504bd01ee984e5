import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import type { TeamAgent } from "../../src/host/options.ts";
import type { Watch } from "../../src/host/watch.ts";
import { ClawflowError } from "../../src/protocol/errors.ts";
import type { Transport } from "../../src/transport/types.ts";
import { scriptRunner } from "../../src/workflow/script-runner.ts";
import type { Human } from "./human.ts";
import type { Ledger } from "./ledger.ts";
import type { Sandboxes } from "./sandboxes.ts";
import type { Scenario } from "./scenario.ts";
import type { Script } from "./script.ts";
import { scriptedBrain } from "./scripted-brain.ts";
import type { ProcessTable, VirtualLife } from "./virtual-life.ts";
import { savedWorkflow } from "./workflow.ts";

export const ROOT = "/w";
/** Levels below a root that tasks may have. */
export const DEPTH = 5;

export interface HostWorld {
  scenario: Scenario;
  script: Script;
  table: ProcessTable;
  ledger: Ledger;
  human: Human;
  sandboxes: Sandboxes;
  newLife(): VirtualLife;
  transport(life: VirtualLife, others: ReadonlyMap<string, string>, host: SimHost): Transport;
  /** It has opened its workspaces and runs. */
  opened(host: SimHost): void;
}

type State = "down" | "starting" | "up" | "stopping";

/** One host of the simulated machine through all its lives. */
export class SimHost {
  readonly number: number;
  readonly agents: readonly string[];
  state: State = "down";
  life: VirtualLife | undefined;
  host: Host | undefined;
  /** It ended by itself, after a fault of the disk, and is to be started again. */
  failed = false;
  private hasOpened = false;
  private readonly world: HostWorld;
  private look: ((agent: string) => void) | undefined;

  constructor(world: HostWorld, number: number, agents: readonly string[]) {
    this.world = world;
    this.number = number;
    this.agents = agents;
  }

  /** Its files show what it holds: it has opened its workspaces, and has not died since. */
  get isOpen(): boolean {
    return this.hasOpened && this.life?.alive !== false;
  }

  get name(): string {
    return `host ${this.number + 1}`;
  }

  start(): void {
    const life = this.world.newLife();
    this.life = life;
    this.state = "starting";
    this.hasOpened = false;
    this.failed = false;
    this.world.ledger.note(this.name, `starts as process ${life.record.pid}`);
    this.run(life).catch((error: unknown) => {
      if (!life.alive || this.life !== life) return;
      this.world.ledger.note(this.name, `cannot start: ${textOf(error)}`);
      if (!this.isExpected(error)) this.world.ledger.fault(`${this.name} cannot start: ${textOf(error)}`);
      this.end(life);
    });
  }

  /** A change that the watcher noticed. */
  hint(agent: string): void {
    if (this.state === "up" && this.life?.alive === true) this.look?.(agent);
  }

  /** Resolves never if it dies meanwhile. */
  async stop(): Promise<void> {
    const { life, host } = this;
    if (life === undefined || host === undefined || this.state !== "up") return;
    this.state = "stopping";
    try {
      await host.stop();
    } catch (error) {
      if (!life.alive) return new Promise(() => {});
      this.world.ledger.note(this.name, `could not stop cleanly: ${textOf(error)}`);
      if (!this.isExpected(error)) this.world.ledger.fault(`${this.name} could not stop: ${textOf(error)}`);
      this.failed = true;
    }
    if (!life.alive) return new Promise(() => {});
    this.state = "down";
    this.life = undefined;
    life.process.kill();
  }

  /** The process has died, by whatever. */
  buried(): void {
    this.state = "down";
    this.hasOpened = false;
    this.life = undefined;
    this.host = undefined;
    this.look = undefined;
  }

  private async run(life: VirtualLife): Promise<void> {
    const { world } = this;
    const { scenario, table } = world;
    const agents = scenario.hosts.flat();
    const others = new Map(
      agents.filter((id) => !this.agents.includes(id)).map((id) => [id, `${ROOT}/${id}`]),
    );
    const host = await createHost({
      // As seldom as the clock is looked at anyway: a weekend has many half seconds.
      look: 5_000,
      root: ROOT,
      agents: Object.fromEntries(agents.map((id, index) => [id, this.agent(life, index)])),
      ...(others.size === 0 ? {} : { only: this.agents }),
      limits: { brains: 4, depth: DEPTH, ...(scenario.tight ? TIGHT : LOOSE), ...scenario.limits },
      ports: {
        disk: life.disk,
        clock: life.clock,
        process: table.identity(life.record),
        exclusive: (_, action) => action(new AbortController().signal),
        watch: this.watch(),
        transports: [world.transport(life, others, this)],
        endLeftovers: async () => {},
        scripts: scriptRunner({
          startSandbox: (setup) => world.sandboxes.start(setup),
          loadWorkflow: savedWorkflow,
        }),
      },
    });
    host.on((event) => {
      if (!life.alive) return;
      world.ledger.take(event);
      if (event.type === "task:waiting") world.human.decide(event, scenario.tight ? 5 * MINUTE : MINUTE);
      if (event.type === "host:failed") this.fail(life, host, event.error);
    });
    this.host = host;
    this.hasOpened = true;
    world.opened(this);
    await host.start();
    this.state = "up";
  }

  private fail(life: VirtualLife, host: Host, error: Error): void {
    if (!this.isExpected(error))
      this.world.ledger.fault(`${this.name} failed: ${error.stack ?? error.message}`);
    this.state = "stopping";
    host.stop().then(
      () => this.end(life),
      () => this.end(life),
    );
  }

  /** A host ends by itself only where the disk was made to fail. */
  private isExpected(error: unknown): boolean {
    const ofDisk =
      error instanceof ClawflowError && (error.code === "E_DISK" || error.code === "E_DISK_FULL");
    return ofDisk && this.world.scenario.disturbances.some(({ kind }) => kind === "full" || kind === "eio");
  }

  private end(life: VirtualLife): void {
    if (!life.alive) return;
    life.process.kill();
    this.failed = true;
  }

  private agent(life: VirtualLife, index: number): TeamAgent {
    const { scenario, script, ledger } = this.world;
    return {
      peers: ["*"],
      concurrency: 1 + (index % 3),
      brain: scriptedBrain({
        script,
        life,
        disk: life.disk,
        slowness: scenario.slowness,
        isKnown: (job) => !scenario.tight && scenario.jobs.some(({ id, steered }) => id === job && !steered),
        complain: (text) => {
          if (life.alive) ledger.fault(text);
        },
      }),
    };
  }

  private watch(): Watch {
    return {
      start: async (look) => {
        this.look = look;
      },
      stop: async () => {
        this.look = undefined;
      },
    };
  }
}

const MINUTE = 60_000;
const LOOSE = {
  timeout: "2000h",
  silence: "500h",
  delivery: "2000h",
  retries: 5,
  answer: "2000h",
  reminder: "10m",
};
const TIGHT = { timeout: "10m", silence: "1m", delivery: "2m", retries: 5, answer: "3m", reminder: "1m" };

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
