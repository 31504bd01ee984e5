import type { BrainFunction } from "../brain/function-brain.ts";
import type { Brain } from "../brain/types.ts";
import type { Limits, Team } from "../protocol/team.ts";
import type { Disk } from "../store/disk.ts";
import type { ProcessIdentity } from "../store/process-identity.ts";
import type { Exclusive } from "../store/with-lock.ts";
import type { Transport } from "../transport/types.ts";
import type { Clock } from "./clock.ts";
import type { ScriptRunner } from "./scripts.ts";
import type { Watch } from "./watch.ts";

/** An agent of a team, its brain ready to be asked. */
export interface TeamAgent {
  /** What it is good at; its peers are told. Default: "". */
  description?: string;
  /** Whom it may give work to; `["*"]`: anybody of the team. Default: nobody. */
  peers?: readonly string[];
  /** A brain, or a function that is one. */
  brain: Brain | BrainFunction;
  /** Brains of it that run at once. Default: 1. */
  concurrency?: number;
  /** Default: `<root>/<agent>`. */
  workspace?: string;
  /** Default: 2. */
  protocol?: 1 | 2;
}

/** A team, as `loadTeam` reads it from a file or a program writes it down. */
export interface TeamOptions {
  agents: Readonly<Record<string, TeamAgent>>;
  limits?: Partial<Limits>;
  policy?: Team["policy"];
  /** `full` (default) syncs every commit; `os` never does. */
  durability?: "full" | "os";
}

export interface HostOptions extends TeamOptions {
  /** Folder of the workspaces and of the host's journal. */
  root: string;
  /** Agents that one of `ports.transports` reaches and nothing else is known of here, by id; those of `agents` may have them as peers. */
  elsewhere?: Readonly<Record<string, { description?: string }>>;
  /** Hosts these alone; the others are reached at their workspaces. Default: all. */
  only?: readonly string[];
  /** Milliseconds after which every inbox is looked into, whatever the watcher says. Default: 10000. */
  rescan?: number;
  /** Milliseconds between two looks at the task.md of open tasks. Default: 500. */
  look?: number;
  /**
   * Takes the root over from a host of which this machine cannot say whether it still runs, or that is stopped; the caller knows that
   * it will not go on. Should it all the same, it notices, and ends with E_LOCKED.
   */
  takeOver?: boolean;
  ports?: Partial<Ports>;
}

/** What a host stands on; the simulator puts its own in place of each. */
export interface Ports {
  disk: Disk;
  clock: Clock;
  process: ProcessIdentity;
  exclusive: Exclusive;
  watch: Watch;
  transports: readonly Transport[];
  /** Runs the programs of workflow scripts. */
  scripts: ScriptRunner;
  /** Ends what is left of brains of a host that was killed. */
  endLeftovers(
    leftovers: { question: string; workspace: string; pid?: number; started?: string }[],
  ): Promise<void>;
}
