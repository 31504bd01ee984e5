import type { Change } from "../loop/change.ts";
import type { Task } from "../protocol/task.ts";

/**
 * What one step does to the files of its agent; plain JSON, because the journal holds it as it stands. Names are file names as
 * `messageFileName` makes them; `path`s are relative to the workspace, with `/`.
 */
export type Op =
  /** A new task; from here on it is open until a change makes it final. */
  | { op: "create"; task: Task }
  | { op: "change"; task: string; change: Change }
  /**
   * A message of this agent. `place`: `inbox`: the receiver `to` is an agent of this store, hand it over now; `pending`: it leaves by a
   * transport; `outbox`: complete as it stands (to a human).
   */
  | {
      op: "send";
      name: string;
      to: string;
      text: string;
      place: "inbox" | "pending" | "outbox";
      blobs?: string[];
    }
  /** A message of the agent to itself, straight into the archive: a plan, a synthesis. */
  | { op: "record"; path: string; text: string }
  /** A message of the inbox was handled and is archived at `path` (`mailbox/archive/YYYY/MM/DD/<name>`). */
  | { op: "take"; name: string; path: string; sha256: string }
  /** The same for a repeat: archived as `<name>.again-<n>.md`, n the first that is free. */
  | { op: "again"; name: string; path: string; sha256: string }
  /** It cannot be handled: `dead/<name>` and `dead/<name>.reason.md`. */
  | { op: "dead"; name: string; reason: string }
  /** A message that was not accepted and is no longer to be sent: from `outbox/pending/` to `path` in the archive. */
  | { op: "withdraw"; name: string; path: string }
  /** A file of a task: `tasks/<folder>/calls/<n>.json`. */
  | { op: "file"; path: string; text: string };

/** A message file of an inbox, read whole. */
export interface InboxFile {
  name: string;
  bytes: Uint8Array;
  sha256: string;
}

/** A message that was decided to be sent and not yet accepted. */
export interface PendingFile {
  name: string;
  bytes: Uint8Array;
}
