import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { formatMessage } from "../../src/protocol/format-message.ts";
import { messageFileName, messageId, sha256 } from "../../src/protocol/ids.ts";
import type { Message, TaskMessage } from "../../src/protocol/message.ts";
import type { Task } from "../../src/protocol/task.ts";
import type { Disk } from "../../src/store/disk.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { openStore, type StoreOptions } from "../../src/store/open-store.ts";
import type { ProcessIdentity, ProcessRecord } from "../../src/store/process-identity.ts";
import type { Store } from "../../src/store/store.ts";
import type { Op } from "../../src/store/types.ts";
import type { Workspace } from "../../src/store/workspace.ts";

export const WALL = Date.UTC(2026, 10, 20, 12);
export const DAY = "mailbox/archive/2026/11/20";

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Processes that exist only in a test: alive until they are said to be dead. */
export class Processes {
  readonly dead = new Set<number>();
  #pid = 0;

  next(): ProcessIdentity {
    this.#pid += 1;
    const identity: ProcessRecord = { machine: "m", boot: "b", pid: this.#pid, started: "1" };
    return {
      identity,
      isAlive: (record) =>
        record.machine !== "m" ? "unknown" : this.dead.has(record.pid) ? "dead" : "alive",
    };
  }

  kill(): void {
    this.dead.add(this.#pid);
  }
}

export interface World {
  root: string;
  disk: Disk;
  processes: Processes;
  foreign: { agent: string; task: string; keptAs: string }[];
  problems: string[];
  /** The monotonic clock, to be moved by hand. */
  now: number;
}

export function newWorld(root = temporaryFolder(), disk: Disk = nodeDisk()): World {
  return { root, disk, processes: new Processes(), foreign: [], problems: [], now: 1000 };
}

export interface Opened {
  store: Store;
  workspaces: Record<string, Workspace>;
}

/** The agents' workspaces under the root, hosted by a new process. */
export async function open(
  world: World,
  agents: readonly string[] = ["lead", "reader"],
  options: Partial<StoreOptions> = {},
): Promise<{ store: Store; lead: Workspace; reader: Workspace }> {
  const store = await openStore({
    disk: world.disk,
    directory: join(world.root, ".host"),
    process: world.processes.next(),
    durability: "full",
    monotonic: () => world.now,
    wall: () => WALL,
    onForeign: (agent, task, keptAs) => world.foreign.push({ agent, task, keptAs }),
    onProblem: (_, text) => world.problems.push(text),
    exclusive: (_, action) => action(new AbortController().signal),
    ...options,
  });
  const opened = await store.openWorkspaces(
    agents.map((agent) => ({ agent, directory: join(world.root, agent) })),
  );
  const named = Object.fromEntries(opened.map((workspace) => [workspace.agent, workspace]));
  return { store, lead: named.lead as Workspace, reader: named.reader as Workspace };
}

/** The process of the store that was opened last ends without a word; the next host may begin. */
export function kill(world: World): void {
  world.processes.kill();
}

export function aTask(id: string, more: Partial<Task> = {}): Task {
  return {
    clawflow: 2,
    task_id: id,
    title: "Title",
    mode: "undecided",
    status: "pending",
    from: "human",
    reply_to: { task_id: id, attempt: 1, message: "m-1" },
    body_hash: "0".repeat(64),
    rev: 1,
    number: 0,
    policy: { on_failure: "fail-fast", max_attempts: 1, concurrency: 8, approval: "never" },
    trace: { root: id, depth: 0, path: ["lead"] },
    used: {},
    calls: 0,
    created_at: "2026-11-20T12:00:00Z",
    subtasks: new Map(),
    text: { instructions: "Do it", context: "", expected_output: "", notes: "", output: "", partial: "" },
    ...more,
  };
}

export function aMessage(task: string, number = 1, instructions = "Read it"): TaskMessage {
  const key = { from: "lead", to: "reader", task_id: task, subtask_id: "scan", type: "task", attempt: 1 };
  return {
    type: "task",
    id: messageId({ ...key, number }),
    task_id: task,
    subtask_id: "scan",
    attempt: 1,
    from: "lead",
    to: "reader",
    sent_at: "2026-11-20T12:00:00Z",
    trace: { root: task, depth: 1, path: ["lead", "reader"] },
    version: 2,
    body: { title: "Scan", context: "", instructions, expected_output: "" },
  };
}

export interface Sent {
  name: string;
  text: string;
  sha256: string;
}

export function fileOf(message: Message): Sent {
  const text = formatMessage(message);
  return { name: messageFileName(message), text, sha256: sha256(text) };
}

export function sendOp(message: Message, place: "inbox" | "pending" | "outbox" = "inbox"): Op {
  const { name, text } = fileOf(message);
  return { op: "send", name, to: message.to, text, place };
}

export function takeOp({ name, sha256 }: Sent): Op {
  return { op: "take", name, path: `${DAY}/${name}`, sha256 };
}
