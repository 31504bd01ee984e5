import type { Brain } from "../brain/types.ts";
import type { Ask, CalledSubtask, Self } from "../loop/types.ts";
import type { BrainAnswer } from "../protocol/question.ts";
import type { Attachment } from "../protocol/task.ts";
import type { Workspace } from "../store/workspace.ts";
import { InboxQueue } from "./inbox-queue.ts";

/** An outcome of a brain or a script, or news of them, on its way into the loop. */
export type BrainNews =
  | { type: "answer"; task: string; question: string; answer: BrainAnswer; attachments: Attachment[] }
  | { type: "calls"; task: string; question: string; calls: Record<string, CalledSubtask> }
  | { type: "unfit"; task: string; question: string; subtask: string; why: string }
  | { type: "started"; task: string; question: string; pid: number; started: string }
  | { type: "again"; task: string; question: string };

/** One agent of a host: its files, its brain, and what waits to be handled. */
export interface Agent {
  readonly self: Self;
  readonly brain: Brain;
  /** Brains of this agent that may run at once. */
  readonly concurrency: number;
  readonly workspace: Workspace;
  readonly inbox: InboxQueue;
  readonly news: BrainNews[];
  /** Questions that wait for a slot. */
  readonly asks: Ask[];
  /** Resumed questions that have a slot, and are to be noted as asked again first. */
  readonly turns: Set<string>;
  /** Brains that run, by question. */
  readonly running: Map<string, AbortController>;
  /** When something of a task may be due, in running time. */
  readonly timers: Map<string, number>;
  /** Something outside may have put a file into the inbox. */
  scanWanted: boolean;
  /** Names of files that came into the inbox and were not read yet. */
  readonly arrived: Set<string>;
  /** A file in the inbox is still being written; it is looked at again soon. */
  unsettled: boolean;
}

export function newAgent(parts: Pick<Agent, "self" | "brain" | "concurrency" | "workspace">): Agent {
  return {
    ...parts,
    inbox: new InboxQueue(),
    news: [],
    asks: [],
    turns: new Set(),
    running: new Map(),
    timers: new Map(),
    scanWanted: true,
    arrived: new Set(),
    unsettled: false,
  };
}
