import type { Change } from "../loop/change.ts";
import type { Subtask, Task } from "../protocol/task.ts";

/** A task as plain JSON: its subtasks as an object, in their order. */
export type TaskSnapshot = Omit<Task, "subtasks"> & { subtasks: Record<string, Subtask> };

/**
 * What the journal holds of an operation: the same, with everything settled that must come out alike when it is repeated (the
 * final place of a message, the receiver's folder). Workspaces are relative to the host's folder, `path`s to the workspace.
 */
export type Entry =
  /** The first that a journal says of a task, so that a replay never depends on the state of its files. */
  | { op: "snapshot"; task: TaskSnapshot }
  | { op: "change"; task: string; change: Change }
  /** task.md is about to be written: the hashes of the runtime's text that stands there and of the one that will. */
  | { op: "text"; task: string; rev: number; before: string; after: string }
  | {
      op: "send";
      name: string;
      place: "inbox" | "pending" | "outbox";
      /** The receiver's workspace, for `place: inbox`. */
      receiver?: string;
      text: string;
      blobs?: string[];
    }
  /** A file with this text at this path: a record in the archive, a call. */
  | { op: "put"; path: string; text: string; mode: number }
  /** From the inbox to its final place in the archive. */
  | { op: "take"; name: string; path: string; sha256: string }
  | { op: "dead"; name: string; path: string; reason: string }
  | { op: "withdraw"; name: string; path: string };

export interface EntriesOfAgent {
  agent: string;
  workspace: string;
  /** Milliseconds that all hosts of this agent have run. */
  clock: number;
  ops: Entry[];
}

/** The payload of one journal record. */
export interface Batch {
  commits: EntriesOfAgent[];
}

export function toSnapshot(task: Task): TaskSnapshot {
  return { ...task, subtasks: Object.fromEntries(task.subtasks) };
}

export function fromSnapshot(snapshot: TaskSnapshot): Task {
  return { ...snapshot, subtasks: new Map(Object.entries(snapshot.subtasks)) };
}
