import { patch, patchExtra } from "../../../src/loop/change.ts";
import type { Message } from "../../../src/protocol/message.ts";
import type { Task } from "../../../src/protocol/task.ts";
import { type Batch, type EntriesOfAgent, type Entry, fromSnapshot } from "../../../src/store/entries.ts";
import type { Letters } from "../letters.ts";
import { checkAttempts } from "./attempts.ts";
import { checkDecision } from "./decisions.ts";
import { checkDue } from "./due.ts";
import { checkEditTaken } from "./edits.ts";
import { checkFinal } from "./finals.ts";
import { checkGrants } from "./grants.ts";
import { checkPassedDown } from "./passed-down.ts";
import { checkQuestions } from "./questions.ts";
import { checkReplies } from "./replies.ts";
import { checkWait } from "./waits.ts";

/** A message that a durable record says was sent. */
export interface Sent {
  agent: string;
  name: string;
  hash: string;
  message: Message;
}

/** What one record says of one agent, apart from its tasks. */
export interface Commit {
  agent: string;
  /** Milliseconds that the hosts of this agent have run. */
  clock: number;
  sent: Sent[];
  /** What was put into the archive as a note of the agent to itself. */
  noted: Message[];
  /** Names that left the inbox. */
  taken: string[];
}

/** One event: a task as it stood before and as it stands after it. */
export interface Step {
  commit: Commit;
  /** `undefined`: it begins here. */
  before: Task | undefined;
  after: Task;
  book: Book;
}

export type Fault = (text: string) => void;

/** What may be known of a world that its people disturb. */
export interface BookRules {
  /** A person interferes with this job, so that its end is not known. */
  isSteered(task: string): boolean;
  /** A person put a message of this name into an inbox. */
  isByHuman(name: string): boolean;
  depth: number;
  fault: Fault;
}

const CHECKS: readonly ((step: Step, fault: Fault) => void)[] = [
  checkFinal,
  checkQuestions,
  checkReplies,
  checkAttempts,
  checkWait,
  checkGrants,
  checkPassedDown,
  checkEditTaken,
  checkDecision,
];

/**
 * What all that is durable says of every task: it follows the records of the journals, one event after the other, and checks at each of
 * them what must always hold.
 */
export class Book {
  readonly tasks = new Map<string, Task>();
  readonly sent = new Map<string, Sent>();
  readonly sentNames = new Map<string, Sent>();
  /** Questions that are answered or closed, by `<agent>/<question>`: two agents may have tasks, and so questions, of one name. */
  readonly closed = new Set<string>();
  /** The reply that an attempt took. */
  readonly replies = new Map<string, string>();
  /** The highest attempt of each subtask. */
  readonly attempts = new Map<string, number>();
  events = 0;
  readonly rules: BookRules;
  private readonly letters: Letters;

  constructor(rules: BookRules, letters: Letters) {
    this.rules = rules;
    this.letters = letters;
  }

  take({ commits }: Batch): void {
    // A snapshot holds what its task came to at the end of the commit, so that all that was sent must be known before.
    const all = joined(commits).map((entries) => ({ commit: this.commitOf(entries), entries }));
    for (const { commit, entries } of all) {
      for (const entry of entries.ops) this.step(commit, entry);
      checkDue(this, commit, (text) => this.rules.fault(`${commit.agent}: ${text}`));
    }
  }

  task(agent: string, id: string): Task | undefined {
    return this.tasks.get(`${agent}/${id}`);
  }

  /** Tasks of an agent that are not final. */
  *openTasks(agent: string): Generator<Task> {
    for (const [key, task] of this.tasks)
      if (key.startsWith(`${agent}/`) && !["done", "failed", "cancelled"].includes(task.status)) yield task;
  }

  private commitOf({ agent, clock, ops }: EntriesOfAgent): Commit {
    const commit: Commit = { agent, clock, sent: [], noted: [], taken: [] };
    for (const entry of ops) {
      if (entry.op === "send") {
        const { message: letter, hash, fault } = this.letters.readText(entry.text);
        const message = letter && this.completed(agent, letter, ops);
        if (message === undefined) {
          this.rules.fault(`${agent} sends ${entry.name}, which is no whole message: ${fault}`);
          continue;
        }
        const sent = { agent, name: entry.name, hash, message };
        commit.sent.push(sent);
        this.sent.set(message.id, sent);
        this.sentNames.set(entry.name, sent);
      } else if (entry.op === "put" && entry.path.startsWith("mailbox/archive/")) {
        const { message } = this.letters.readText(entry.text);
        if (message !== undefined) commit.noted.push(message);
      } else if (entry.op === "take") this.taken(commit, entry);
    }
    return commit;
  }

  /** A TASK of version 1 says neither its id nor its receiver; the subtask does. */
  private completed(agent: string, message: Message, ops: readonly Entry[]): Message {
    const { version, type, task_id, subtask_id = "" } = message;
    if (version !== 1 || type !== "task") return message;
    const to = this.task(agent, task_id)?.subtasks.get(subtask_id)?.agent ?? "";
    for (const entry of ops) {
      const id = subtasksOf(entry, task_id)?.[subtask_id]?.message;
      if (typeof id === "string") return { ...message, id, to };
    }
    return message;
  }

  /** What is taken is the message that was sent, whole. */
  private taken(commit: Commit, { name, sha256 }: Entry & { op: "take" }): void {
    commit.taken.push(name);
    const sent = this.sentNames.get(name);
    if (sent !== undefined && sent.hash !== sha256)
      this.rules.fault(`${commit.agent} takes ${name}, which is not what ${sent.agent} sent`);
  }

  private step(commit: Commit, entry: Entry): void {
    if (entry.op !== "snapshot" && entry.op !== "change") return;
    const id = entry.op === "snapshot" ? entry.task.task_id : entry.task;
    const key = `${commit.agent}/${id}`;
    const before = this.tasks.get(key);
    const after = entry.op === "snapshot" ? fromSnapshot(entry.task) : changed(before, entry);
    if (after === undefined) {
      this.rules.fault(`${key} is changed, but the records do not hold it`);
      return;
    }
    this.tasks.set(key, after);
    if (before !== undefined && after.rev <= before.rev) {
      if (after.rev < before.rev)
        this.rules.fault(`${key} was at revision ${before.rev} and is lost: it is at ${after.rev} again`);
      return;
    }
    this.events++;
    for (const check of CHECKS)
      check({ commit, before, after, book: this }, (text) => this.rules.fault(`${key}: ${text}`));
  }
}

/** What an entry says of the subtasks of a task. */
function subtasksOf(entry: Entry, task: string) {
  if (entry.op === "change") return entry.task === task ? entry.change.subtasks : undefined;
  return entry.op === "snapshot" && entry.task.task_id === task ? entry.task.subtasks : undefined;
}

/** What one commit says of each agent, in one piece. */
function joined(commits: readonly EntriesOfAgent[]): EntriesOfAgent[] {
  const all = new Map<string, EntriesOfAgent>();
  for (const entries of commits) {
    const before = all.get(entries.agent);
    if (before === undefined) all.set(entries.agent, { ...entries, ops: [...entries.ops] });
    else before.ops.push(...entries.ops);
  }
  return [...all.values()];
}

/** The task after a change; the one before it stays as it was. */
function changed(before: Task | undefined, { change }: Entry & { op: "change" }): Task | undefined {
  if (before === undefined) return undefined;
  const after: Task = { ...before, text: { ...before.text, ...change.text }, rev: change.rev };
  if (change.fields !== undefined) patch(after, change.fields);
  if (change.extra !== undefined) patchExtra(after, change.extra);
  if (change.layout !== undefined) after.layout = change.layout;
  if (change.subtasks === undefined) return after;
  after.subtasks = new Map(before.subtasks);
  for (const [id, fields] of Object.entries(change.subtasks)) {
    if (fields === null) after.subtasks.delete(id);
    else after.subtasks.set(id, patch({ ...(after.subtasks.get(id) ?? ({} as never)) }, fields));
  }
  return after;
}
