import type { Host } from "../host/host.ts";
import type { Disk } from "../store/disk.ts";
import type { ScriptApprovals } from "./script-approval.ts";

/** The team of this gateway while its service runs it. */
export interface RunningTeam {
  /** Of the host's journal. */
  readonly root: string;
  readonly disk: Disk;
  /** Workspaces by agent id, absolute. */
  readonly agents: ReadonlyMap<string, string>;
  readonly host: Host;
  readonly chats: ChatDesk;
  /** Where a person approves scripts in OpenClaw's own prompt. */
  readonly scriptApprovals?: ScriptApprovals;
}

/** What the tools of chats ask of the one who tells chats how their jobs end. */
export interface ChatDesk {
  /** A chat began that job. */
  expect(job: { agent: string; task_id: string; chat: string }): void;
  /** What that chat was not told yet. Whoever asks is told by that, and not once more. */
  take(chat: string): Promise<string[]>;
  /** Whether the turn that goes on in that session is one that we began, to tell it something: no person speaks in it. */
  isTelling(chat: string): boolean;
}

const SHARED = Symbol.for("clawflow.running-team.1");

interface Shared {
  current?: RunningTeam;
}

/** The team of this process: tools come from other registrations than the service that runs it. */
export function sharedTeam(): Shared {
  const shared = globalThis as { [SHARED]?: Shared };
  shared[SHARED] ??= {};
  return shared[SHARED];
}
