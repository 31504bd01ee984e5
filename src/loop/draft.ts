import { internal } from "../protocol/errors.ts";
import { messageId } from "../protocol/ids.ts";
import type { Message, MessageType } from "../protocol/message.ts";
import type { Subtask, Task, TaskFields, TaskText } from "../protocol/task.ts";
import { type Change, type Patch, patch, patchExtra } from "./change.ts";
import { emptyPlan } from "./empty-plan.ts";
import { Nodes } from "./nodes.ts";
import type { Ask, Disposal, Now, Plan, ScriptAsk, Self } from "./types.ts";

type Fields = Patch<Omit<TaskFields, "rev">>;
type Envelope = Pick<
  Message,
  "clawflow" | "version" | "id" | "from" | "to" | "task_id" | "attempt" | "sent_at"
>;

/**
 * A step in the making: the task as it stands after what was decided so far, and the decisions. The task that came in is
 * never touched; `plan()` says what is to change of it.
 */
export class Draft {
  readonly self: Self;
  readonly now: Now;
  readonly #plan: Plan;
  #task: Task | undefined;
  #nodes: Nodes | undefined;
  #created = false;
  #fields: Fields = {};
  #text: Partial<TaskText> = {};
  #extra: Record<string, unknown> = {};
  #layout: string | undefined;
  #subtasks: Record<string, Patch<Subtask> | null> = {};
  readonly #removed = new Map<string, Readonly<Subtask>>();

  constructor(self: Self, task: Task | undefined, now: Now) {
    this.self = self;
    this.now = now;
    this.#plan = emptyPlan();
    if (task !== undefined) this.#hold(task);
  }

  #hold(task: Task): void {
    this.#task = { ...task, text: { ...task.text } };
    this.#nodes = new Nodes(task.subtasks);
  }

  /** Begins a task that was not there. */
  create(task: Task): void {
    if (this.#task !== undefined) throw internal(`task ${task.task_id} is created twice`);
    this.#hold(task);
    this.#created = true;
  }

  get task(): Readonly<Task> {
    if (this.#task === undefined) throw internal("a step without a task asked for one");
    return this.#task;
  }

  get nodes(): Nodes {
    if (this.#nodes === undefined) throw internal("a step without a task asked for its subtasks");
    return this.#nodes;
  }

  set(fields: Fields): void {
    patch(this.task, fields);
    Object.assign(this.#fields, fields);
  }

  setText(text: Partial<TaskText>): void {
    Object.assign(this.task.text, text);
    Object.assign(this.#text, text);
  }

  /** Keys of a person's own; `null` removes one. */
  setExtra(fields: Record<string, unknown>): void {
    patchExtra(this.task, fields);
    Object.assign(this.#extra, fields);
  }

  /** The text of task.md that was taken from a person. */
  setLayout(layout: string): void {
    patch(this.task as Task, { layout });
    this.#layout = layout;
  }

  subtask(id: string): Readonly<Subtask> {
    const subtask = this.nodes.get(id);
    if (subtask === undefined) throw internal(`there is no subtask ${id}`);
    return subtask;
  }

  setSubtask(id: string, given: Patch<Subtask>): void {
    const before = this.nodes.get(id) as Subtask;
    const fields = { ...given, ...staleFields(before, given.status), ...this.#callTimes(before, given) };
    this.nodes.put(id, patch({ ...before }, fields));
    // The change is made to what stands there: of one that was removed in this step, nothing may be left.
    const known = this.#subtasks[id] ?? emptied(this.#removed.get(id));
    this.#subtasks[id] = { ...known, ...fields };
  }

  /** Of a call of a script, when it was made and when it was over. */
  #callTimes(before: Subtask | undefined, given: Patch<Subtask>): Patch<Subtask> {
    const call = given.call ?? before?.call;
    if (call === undefined || given.status === undefined || given.status === before?.status) return {};
    const rev = this.task.rev + 1;
    const { ended: _, ...begun } = call;
    if (given.status === "dispatched") return { call: begun };
    return { call: given.status === "pending" ? { ...begun, began: rev } : { ...call, ended: rev } };
  }

  removeSubtask(id: string): void {
    this.#removed.set(id, this.subtask(id));
    this.nodes.remove(id);
    this.#subtasks[id] = null;
  }

  /** The next value of the task's counter, from which ids of messages and questions are made. */
  nextNumber(): number {
    const number = this.task.number + 1;
    this.set({ number });
    return number;
  }

  /** The fields that every message of this task has, its id derived from what it is. */
  envelope(
    type: MessageType,
    to: string,
    taskId: string,
    subtaskId: string | undefined,
    attempt: number,
  ): Envelope {
    const number = this.nextNumber();
    // The local id, not the one that is echoed: a person may have given that one to several tasks.
    const task_id = this.task.task_id;
    const key = { from: this.self.id, to, task_id, subtask_id: subtaskId, type, attempt, number };
    const ids = { id: messageId(key), from: this.self.id, to, task_id: taskId, attempt };
    const envelope: Envelope = { clawflow: 2, version: 2, ...ids, sent_at: this.now.wall };
    return subtaskId === undefined ? envelope : ({ ...envelope, subtask_id: subtaskId } as Envelope);
  }

  send(message: Message): void {
    this.#plan.send.push(message);
  }
  resend(to: string, name: string): void {
    this.#plan.resend.push({ to, name });
  }
  withdraw(name: string): void {
    this.#plan.withdraw.push(name);
  }
  record(message: Message): void {
    this.#plan.record.push(message);
  }
  blob(sha256: string, text: string): void {
    this.#plan.blobs.push({ sha256, text });
  }
  file(path: string, text: string): void {
    this.#plan.files.push({ path, text });
  }
  ask(ask: Ask): void {
    this.#plan.ask.push(ask);
  }
  run(script: ScriptAsk): void {
    this.#plan.run.push(script);
  }
  stop(question: string): void {
    this.#plan.stop.push(question);
  }
  /** Nothing of an edit can be taken. */
  refuseEdit(why: string): void {
    this.#plan.refused = why;
  }
  /** What of an edit was not taken, while the rest was. */
  noteNotTaken(lines: readonly string[]): void {
    if (lines.length > 0) this.#plan.notTaken = [...(this.#plan.notTaken ?? []), ...lines];
  }
  dispose(disposal: Disposal): void {
    this.#plan.disposals.push(disposal);
  }

  plan(): Plan {
    if (this.#created) return { ...this.#plan, create: { ...this.task, subtasks: new Map(this.nodes) } };
    const change = this.#change();
    return change === undefined ? this.#plan : { ...this.#plan, change };
  }

  #change(): Change | undefined {
    const change: Change = { rev: (this.#task?.rev ?? 0) + 1 };
    if (Object.keys(this.#fields).length > 0) change.fields = this.#fields;
    if (Object.keys(this.#text).length > 0) change.text = this.#text;
    if (Object.keys(this.#extra).length > 0) change.extra = this.#extra;
    if (this.#layout !== undefined) change.layout = this.#layout;
    if (Object.keys(this.#subtasks).length > 0) change.subtasks = this.#subtasks;
    return Object.keys(change).length === 1 ? undefined : change;
  }
}

function emptied(subtask: Readonly<Subtask> | undefined): Patch<Subtask> {
  return Object.fromEntries(Object.keys(subtask ?? {}).map((key) => [key, null]));
}

/** A subtask waits for a person only while it is under way, and is paused only before its end. */
function staleFields(
  before: Subtask | undefined,
  status: Subtask["status"] | null | undefined,
): Patch<Subtask> {
  if (before === undefined || status === null || status === undefined || status === "dispatched") return {};
  return {
    ...(before.waiting === undefined ? {} : { waiting: null }),
    ...(before.paused === undefined || status === "pending" ? {} : { paused: null }),
  };
}
