import type { Now } from "../loop/types.ts";
import type { Limits } from "../protocol/team.ts";
import type { Disk } from "../store/disk.ts";
import type { Store } from "../store/store.ts";
import type { Agent } from "./agent.ts";
import type { BrainSlots } from "./brain-slots.ts";
import type { Clock } from "./clock.ts";
import type { EditLooks } from "./edit-looks.ts";
import type { Events } from "./events.ts";
import type { Outbound } from "./outbound.ts";
import type { RunningClock } from "./running-clock.ts";
import type { Scripts } from "./scripts.ts";

/** What the parts of a running host share. */
export interface Context {
  readonly agents: ReadonlyMap<string, Agent>;
  readonly disk: Disk;
  readonly store: Store;
  readonly clock: Clock;
  readonly running: RunningClock;
  readonly events: Events;
  readonly slots: BrainSlots;
  readonly scripts: Scripts;
  readonly outbound: Outbound;
  readonly looks: EditLooks;
  readonly limits: Limits;
}

/** Time for the loop of one agent: what its hosts have run, this one included. */
export function nowOf({ clock, running }: Pick<Context, "clock" | "running">, agent: Agent): Now {
  return {
    running: agent.workspace.runningClock + running.now(),
    wall: new Date(clock.wall()).toISOString(),
  };
}

/** The archive's folder of the day, `YYYY/MM/DD` in UTC. */
export function dayOf({ clock }: Pick<Context, "clock">): string {
  return new Date(clock.wall()).toISOString().slice(0, 10).replaceAll("-", "/");
}
