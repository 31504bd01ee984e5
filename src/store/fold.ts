import { resolve } from "node:path";
import { applyChange } from "../loop/change.ts";
import { sha256 } from "../protocol/ids.ts";
import type { Task } from "../protocol/task.ts";
import { type Entry, fromSnapshot } from "./entries.ts";
import { type JournalRecord, laterJournal } from "./journal-record.ts";

/** Where the records leave a message that the agent sent. */
export interface SentMessage {
  text: string;
  place: "outbox" | "pending" | { withdrawn: string };
  blobs: string[];
}

/** A message in the inbox that came from an agent of the same host. */
export interface ArrivedMessage {
  text: string;
  from: string;
}

/** A message that left the inbox, or `pending/` unsent. `text`: what it must hold, where a record says it. */
export interface LeftMessage {
  name: string;
  /** Relative to the workspace. */
  from: string;
  path: string;
  text: string | undefined;
  /** Of an archived one. */
  sha256?: string;
  /** Of a dead one. */
  reason?: string;
}

export interface FoldedTask {
  task: Task | undefined;
  /** Hashes of every text of task.md that the runtime may have left. */
  hashes: Set<string>;
  /** Its records in order, to make those texts again. */
  history: Entry[];
}

/** What all records together say of one workspace: where everything must stand in the end. */
export interface FoldedWorkspace {
  agent: string;
  directory: string;
  clock: number;
  tasks: Map<string, FoldedTask>;
  sent: Map<string, SentMessage>;
  arrived: Map<string, ArrivedMessage>;
  left: LeftMessage[];
  puts: Map<string, { text: string; mode: number }>;
  /** Texts of messages that arrived, by their hash. */
  contents: Map<string, string>;
  /**
   * Attachments by hash, and from where each came first: from another workspace, which had it before, or from here. Needed as well when the
   * message has left the inbox.
   */
  blobs: Map<string, string>;
}

export type Folded = Map<string, FoldedWorkspace>;

/**
 * Follows the records in order, without looking at the disk. `hostDirectory`: what their paths are relative to.
 * @throws E_LAYOUT for an operation that only a later version of the program knows
 */
export function foldRecords(hostDirectory: string, records: readonly JournalRecord[]): Folded {
  const folded: Folded = new Map();
  for (const { batch } of records) {
    for (const { agent, workspace, clock, ops } of batch.commits) {
      const at = workspaceAt(folded, resolve(hostDirectory, workspace), agent);
      at.clock = Math.max(at.clock, clock);
      for (const entry of ops) foldEntry(folded, hostDirectory, at, entry);
    }
  }
  return folded;
}

function workspaceAt(folded: Folded, directory: string, agent: string): FoldedWorkspace {
  let found = folded.get(directory);
  if (found === undefined) {
    found = {
      agent,
      directory,
      clock: 0,
      tasks: new Map(),
      sent: new Map(),
      arrived: new Map(),
      left: [],
      puts: new Map(),
      contents: new Map(),
      blobs: new Map(),
    };
    folded.set(directory, found);
  }
  if (agent !== "") found.agent = agent;
  return found;
}

function foldEntry(folded: Folded, hostDirectory: string, at: FoldedWorkspace, entry: Entry): void {
  switch (entry.op) {
    case "snapshot":
    case "change":
    case "text":
      foldTask(at, entry);
      return;
    case "send": {
      const { name, text, blobs = [] } = entry;
      at.sent.set(name, { text, place: entry.place === "pending" ? "pending" : "outbox", blobs });
      for (const blob of blobs) noteBlob(at, blob, at.directory);
      if (entry.receiver === undefined) return;
      const receiver = workspaceAt(folded, resolve(hostDirectory, entry.receiver), "");
      receiver.arrived.set(name, { text, from: at.directory });
      for (const blob of blobs) noteBlob(receiver, blob, at.directory);
      receiver.contents.set(sha256(text), text);
      return;
    }
    case "put":
      at.puts.set(entry.path, { text: entry.text, mode: entry.mode });
      return;
    case "take": {
      const { name, path, sha256: hash } = entry;
      at.left.push({ name, from: `mailbox/inbox/${name}`, path, sha256: hash, text: at.contents.get(hash) });
      at.arrived.delete(name);
      return;
    }
    case "dead": {
      const { name, path, reason } = entry;
      at.left.push({ name, from: `mailbox/inbox/${name}`, path, reason, text: at.arrived.get(name)?.text });
      at.arrived.delete(name);
      return;
    }
    case "withdraw": {
      const { name, path } = entry;
      const sent = at.sent.get(name);
      if (sent !== undefined) sent.place = { withdrawn: path };
      else at.left.push({ name, from: `mailbox/outbox/pending/${name}`, path, text: undefined });
      return;
    }
    default:
      throw laterJournal(hostDirectory, `an operation ${JSON.stringify((entry as { op: unknown }).op)}`);
  }
}

/** Of one that is handed on and comes back the first way counts: ways that go round lead nowhere. */
function noteBlob({ blobs }: FoldedWorkspace, blob: string, from: string): void {
  if (!blobs.has(blob)) blobs.set(blob, from);
}

function foldTask(at: FoldedWorkspace, entry: Extract<Entry, { op: "snapshot" | "change" | "text" }>): void {
  const id = entry.op === "snapshot" ? entry.task.task_id : entry.task;
  let folded = at.tasks.get(id);
  if (folded === undefined) {
    folded = { task: undefined, hashes: new Set(), history: [] };
    at.tasks.set(id, folded);
  }
  folded.history.push(entry);
  if (entry.op === "text") folded.hashes.add(entry.before).add(entry.after);
  else {
    // A person's text that was taken is no edit any more.
    const layout = entry.op === "snapshot" ? entry.task.layout : entry.change.layout;
    if (layout !== undefined) folded.hashes.add(sha256(layout));
    folded.task = nextState(folded.task, entry);
  }
}

/** A change of a revision that the state already has does nothing: a snapshot may hold more than the changes before it. */
export function nextState(
  task: Task | undefined,
  entry: Extract<Entry, { op: "snapshot" | "change" }>,
): Task | undefined {
  if (entry.op === "snapshot") {
    const next = fromSnapshot(structuredClone(entry.task));
    return task !== undefined && task.rev > next.rev ? task : next;
  }
  if (task !== undefined && entry.change.rev > task.rev) applyChange(task, structuredClone(entry.change));
  return task;
}
