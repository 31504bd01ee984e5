import { emptyPlan } from "../../src/loop/empty-plan.ts";
import {
  findLaterAttempt,
  findWork,
  identifyWork,
  type Known,
  keyOf,
  locateWork,
} from "../../src/loop/identify.ts";
import { isFinal } from "../../src/loop/phase.ts";
import { refusalReply } from "../../src/loop/refusal.ts";
import { nextTimer } from "../../src/loop/timers.ts";
import type { Ask, Disposal, LoopEvent, Now, Plan, Refusal, Self } from "../../src/loop/types.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { Message, ReplyMessage, TaskMessage } from "../../src/protocol/message.ts";
import { bodyHash } from "../../src/protocol/message-codec.ts";
import type { Outcome } from "../../src/protocol/outcome.ts";
import type { Attachment, Subtask, Task } from "../../src/protocol/task.ts";
import { type Limits, limitsSchema } from "../../src/protocol/team.ts";
import { checkedStep } from "./checked-step.ts";
import { WALL } from "./letters.ts";

export interface StationOptions {
  id?: string;
  peers?: readonly (string | { id: string; description?: string; protocol?: 1 | 2; remote?: true })[];
  limits?: Partial<Limits>;
  policy?: Partial<Self["policy"]>;
  person?: string;
}

/**
 * One agent's loop without disk, host or brain: its tasks in memory, events handed in, what was decided kept. Messages are led to
 * their task as a host does it.
 */
export class Station {
  readonly self: Self;
  readonly tasks = new Map<string, Task>();
  /** Questions put and neither answered nor stopped. */
  readonly asks: Ask[] = [];
  readonly sent: Message[] = [];
  readonly records: Message[] = [];
  readonly stopped: string[] = [];
  readonly withdrawn: string[] = [];
  readonly blobs = new Map<string, string>();
  readonly disposals: Disposal[] = [];
  /** Parsed `calls/<n>.json`. */
  readonly calls: { question: string; taken: boolean }[] = [];
  /** What left: each message, and each that went again. */
  readonly leaving: Message[] = [];
  /** `pending → done`, as they were seen from step to step and, where a step passes through more, as they can be told. */
  readonly taskTransitions = new Set<string>();
  readonly subtaskTransitions = new Set<string>();
  now: Now = { running: 1_000, wall: WALL };

  constructor({
    id = "lead",
    peers = ["reader", "writer"],
    limits = {},
    policy = {},
    person,
  }: StationOptions = {}) {
    this.self = {
      id,
      peers: peers.map((peer) => ({
        description: "",
        protocol: 2,
        ...(typeof peer === "string" ? { id: peer } : peer),
      })),
      limits: limitsSchema.parse(limits),
      policy: { on_failure: "fail-fast", max_attempts: 1, ...policy },
      ...(person === undefined ? {} : { person }),
    };
  }

  /** The only task, or the one of that id. */
  task(id?: string): Task {
    const task = id === undefined ? [...this.tasks.values()][0] : this.tasks.get(id);
    if (task === undefined) throw new Error(`there is no task ${id ?? ""}`);
    return task;
  }

  subtask(id: string): Subtask {
    const subtask = this.task().subtasks.get(id);
    if (subtask === undefined) throw new Error(`there is no subtask ${id}`);
    return subtask;
  }

  /** `{a: "done", b: "dispatched"}`. */
  get statuses(): Record<string, string> {
    return Object.fromEntries([...this.task().subtasks].map(([id, { status }]) => [id, status]));
  }

  step(id: string | undefined, event: LoopEvent): Plan {
    const { plan, task } = checkedStep(
      this.self,
      id === undefined ? undefined : this.tasks.get(id),
      event,
      this.now,
    );
    if (task !== undefined) {
      this.#watch(this.tasks.get(task.task_id), task);
      this.tasks.set(task.task_id, task);
    }
    this.#keep(plan);
    return plan;
  }

  /** Hands over messages; replies to one task make one event. */
  deliver(...messages: Message[]): Plan[] {
    const plans: Plan[] = [];
    const replies = new Map<string, ReplyMessage[]>();
    for (const message of messages) {
      if (message.type !== "reply") plans.push(this.#deliverOne(message));
      else replies.set(message.task_id, [...(replies.get(message.task_id) ?? []), message]);
    }
    for (const [task, batch] of replies) plans.push(this.step(task, { type: "replies", messages: batch }));
    return plans;
  }

  /** Answers the question that was put first of those open, or the one of that subtask. */
  answer(
    outcome: Outcome,
    { subtask, attachments = [] }: { subtask?: string; attachments?: Attachment[] } = {},
  ): Plan {
    const ask = this.asks.find((open) => subtask === undefined || open.subtask === subtask);
    if (ask === undefined) throw new Error("nothing is asked");
    return this.answerAsk(ask, outcome, attachments);
  }

  answerAsk(ask: Ask, outcome: Outcome, attachments: Attachment[] = []): Plan {
    const index = this.asks.indexOf(ask);
    if (index >= 0) this.asks.splice(index, 1);
    const call = { duration: 1_000 };
    return this.step(ask.task, {
      type: "answer",
      question: ask.question.question,
      answer: { outcome, call },
      attachments,
    });
  }

  /** Lets time pass, and tells each task of which something is due. */
  pass(ms: number): Plan[] {
    this.now = { ...this.now, running: this.now.running + ms };
    return this.tick();
  }

  tick(): Plan[] {
    const plans: Plan[] = [];
    for (const [id, task] of this.tasks) {
      const due = nextTimer(this.self, task);
      if (due !== undefined && due <= this.now.running) plans.push(this.step(id, { type: "timer" }));
    }
    return plans;
  }

  /** The host was killed and started again: its brains are gone. */
  restart(): void {
    this.asks.length = 0;
    for (const [id, task] of this.tasks) if (!isFinal(task)) this.step(id, { type: "resume" });
  }

  /** The TASKs that were sent for a subtask, by attempt. */
  tasksOf(subtask: string): TaskMessage[] {
    return this.sent.filter((m): m is TaskMessage => m.type === "task" && m.subtask_id === subtask);
  }

  /** The last TASK of a subtask. */
  taskOf(subtask: string): TaskMessage {
    const message = this.tasksOf(subtask).at(-1);
    if (message === undefined) throw new Error(`${subtask} was not sent`);
    return message;
  }

  get replies(): ReplyMessage[] {
    return this.sent.filter((m): m is ReplyMessage => m.type === "reply");
  }

  /** The only reply. */
  get reply(): ReplyMessage {
    const [reply, ...more] = this.replies;
    if (reply === undefined || more.length > 0) throw new Error(`${this.replies.length} replies were sent`);
    return reply;
  }

  /** What became of a message. */
  disposalOf(message: Pick<Message, "id">): Disposal[] {
    return this.disposals.filter((disposal) => disposal.message === message.id);
  }

  #deliverOne(message: Exclude<Message, ReplyMessage>): Plan {
    switch (message.type) {
      case "task":
        return this.#deliverTask(message);
      case "control": {
        const found = message.from === "human" ? undefined : locateWork(message, this.#known);
        const localId = found?.localId ?? message.task_id;
        const known = message.from === "human" || found?.known !== undefined;
        return this.step(known ? localId : undefined, { type: "control", message, localId });
      }
      case "outcome":
        return this.step(message.task_id, { type: "outcome", message });
      case "progress":
        return this.step(message.task_id, { type: "progress", message });
    }
  }

  #deliverTask(message: TaskMessage): Plan {
    const hash = bodyHash(message);
    const records = { task: this.#known, removed: () => undefined };
    const { is, localId } = identifyWork(message, hash, records);
    if (is === "reused" || is === "removed") {
      const code = is === "reused" ? "E_ID_REUSED" : "E_TOO_OLD";
      const plan = {
        ...emptyPlan(),
        disposals: [{ message: message.id, to: "dead" as const, code, text: localId }],
      };
      if (is === "removed") plan.send.push(refusalReply(this.self, message, code, this.now));
      this.#keep(plan as Plan);
      return plan as Plan;
    }
    const isFirst = is === "new" || this.tasks.get(localId)?.body_hash === "";
    if (isFirst) this.#supersedeEarlier(message);
    const refusal = isFirst ? this.#overtaken(message) : undefined;
    return this.step(localId, {
      type: "task",
      message,
      bodyHash: hash,
      localId,
      ...(refusal === undefined ? {} : { refusal }),
    });
  }

  #supersedeEarlier(message: TaskMessage): void {
    for (let attempt = 1; attempt < message.attempt; attempt++) {
      const id = findWork({ ...message, attempt }, this.#known);
      if (id !== undefined && !isFinal(this.task(id)))
        this.step(id, { type: "superseded", attempt: message.attempt });
    }
  }

  #overtaken(message: TaskMessage): Refusal | undefined {
    const later = findLaterAttempt(message, this.#known);
    if (later === undefined) return undefined;
    return { status: "cancelled", code: "E_CANCELLED", text: `attempt ${later} came before this one` };
  }

  readonly #known = (localId: string): Known | undefined => {
    const task = this.tasks.get(localId);
    return task === undefined ? undefined : { key: keyOf(task), body_hash: task.body_hash };
  };

  #watch(before: Task | undefined, after: Task): void {
    if (before === undefined) return;
    if (before.status !== after.status) this.taskTransitions.add(`${before.status} → ${after.status}`);
    for (const [id, { status, attempt }] of after.subtasks) {
      const old = before.subtasks.get(id);
      if (old === undefined || (old.status === status && old.attempt === attempt)) continue;
      // Done again and dispatched at once.
      const again = attempt > old.attempt && old.status !== "pending";
      this.subtaskTransitions.add(`${old.status} → ${again ? "pending" : status}`);
    }
  }

  #keep(plan: Plan): void {
    for (const question of plan.stop) {
      this.stopped.push(question);
      const index = this.asks.findIndex((ask) => ask.question.question === question);
      if (index >= 0) this.asks.splice(index, 1);
    }
    this.asks.push(...plan.ask);
    this.sent.push(...plan.send);
    this.leaving.push(...plan.send);
    for (const { name } of plan.resend) {
      const again = this.sent.find((message) => messageFileName(message) === name);
      if (again === undefined) throw new Error(`${name} was never sent`);
      this.leaving.push(again);
    }
    this.records.push(...plan.record);
    this.withdrawn.push(...plan.withdraw);
    this.disposals.push(...plan.disposals);
    for (const { sha256, text } of plan.blobs) this.blobs.set(sha256, text);
    for (const { text } of plan.files) this.calls.push(JSON.parse(text));
  }
}
