import type { Disk } from "../../src/store/disk.ts";
import { makeWorkspace } from "../../src/store/make-workspace.ts";
import { namesIn } from "./look.ts";
import { ROOT, SimHost } from "./sim-host.ts";
import type { Simulation } from "./simulation.ts";

const LOOK = 100;

/** What another program does with a message of its inbox, before it puts it into its archive. */
export type Handle = (name: string, bytes: Uint8Array, disk: Disk) => Promise<void>;

/** One agent that another program runs, which follows the protocol in its own way: what it does with a message is written down by a test. */
export class ForeignHost extends SimHost {
  private readonly machine: Simulation;
  private readonly handle: Handle;

  constructor(world: Simulation, number: number, agent: string, handle: Handle) {
    super(world, number, [agent]);
    this.machine = world;
    this.handle = handle;
  }

  override get isOpen(): boolean {
    return this.state === "up";
  }

  override start(): void {
    this.life = this.machine.newLife();
    this.state = "up";
    void this.work(this.life).catch((error: Error) => {
      if (error.name !== "ProcessDied") this.machine.ledger.fault(`${this.name}: ${error.stack}`);
    });
  }

  override async stop(): Promise<void> {
    this.life?.process.kill();
    this.buried();
  }

  private async work({ disk, clock }: NonNullable<SimHost["life"]>): Promise<void> {
    const mailbox = `${ROOT}/${this.agents[0]}/mailbox`;
    const archive = `${mailbox}/archive/2026/11/20`;
    await makeWorkspace(disk, `${ROOT}/${this.agents[0]}`);
    disk.mkdir(archive);
    for (;;) {
      for (const name of namesIn(this.machine.machine, `${mailbox}/inbox`)) {
        await this.handle(name, disk.read(`${mailbox}/inbox/${name}`), disk);
        disk.rename(`${mailbox}/inbox/${name}`, `${archive}/${name}`);
        await disk.syncAll?.(archive);
      }
      await new Promise<void>((resolve) => clock.after(LOOK, resolve));
    }
  }
}
