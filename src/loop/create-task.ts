import type { ControlMessage, TaskMessage } from "../protocol/message.ts";
import { policySchema, type Task, type Trace } from "../protocol/task.ts";
import type { Draft } from "./draft.ts";
import { takeEditMessage } from "./edits.ts";
import { finishTask } from "./finish.ts";
import { NO_TIME_LEFT, NOT_EVEN_ONE_TASK } from "./limit-errors.ts";
import { MAX_VISITS, visits } from "./peers.ts";
import { openQuestion } from "./questions.ts";
import { beginScript } from "./scripts.ts";
import type { LoopEvent, Refusal } from "./types.ts";

/** A TASK of work that is not known: it becomes a task and its brain is asked, or it is answered with what forbids it. */
export function createTask(draft: Draft, event: LoopEvent & { type: "task" }): void {
  const { message } = event;
  const trace = traceOf(draft, message, event.localId);
  draft.create(newTask(draft, message, event.localId, event.bodyHash, trace));
  beginTask(draft, event, trace);
}

function beginTask(draft: Draft, event: LoopEvent & { type: "task" }, trace: Trace): void {
  draft.dispose({ message: event.message.id, to: "archive" });
  const refusal = event.refusal ?? forbidden(draft, event.message, trace);
  if (refusal !== undefined) {
    finishTask(draft, { status: refusal.status, error: `${refusal.code}: ${refusal.text}` });
    return;
  }
  if (draft.task.script === undefined) openQuestion(draft, "consider");
  else beginScript(draft);
}

/** A cancel that came before its TASK: the TASK, when it comes, finds a cancelled task and is answered. */
export function createTombstone(draft: Draft, message: ControlMessage, localId: string): void {
  createAnnounced(draft, message, localId, "Cancelled before it arrived");
  finishTask(draft, { status: "cancelled", error: "E_CANCELLED: cancelled before the work arrived" });
}

/**
 * A pause, a resume or other limits that came before their TASK: a task without work, which waits for it. If the TASK never comes, its sender gives it up
 * and cancels it.
 */
export function createHeld(draft: Draft, message: ControlMessage, localId: string): void {
  const { control, number } = message;
  createAnnounced(draft, message, localId, `Not arrived yet: ${control} came before it`);
  if (control === "edit") {
    takeEditMessage(draft, message);
    return;
  }
  if (control === "pause") draft.set({ paused: true });
  if (number !== undefined) draft.set({ steered: number });
}

/** Whether only a control for this work has come, not yet its TASK. */
export function isAnnounced(task: Pick<Task, "body_hash">): boolean {
  return task.body_hash === "";
}

/** The TASK for which a pause or resume came before: the task gets its work, and keeps what it was told. */
export function fillTask(draft: Draft, event: LoopEvent & { type: "task" }): void {
  const { message, localId, bodyHash } = event;
  const trace = traceOf(draft, message, localId);
  const { title, body_hash, reply_to, policy, budget, attachments, deadline, text } = newTask(
    draft,
    message,
    localId,
    bodyHash,
    trace,
  );
  const fields = { title, body_hash, reply_to, policy, trace };
  draft.set({
    ...fields,
    ...(attachments === undefined ? {} : { attachments }),
    // Limits that came before it are later ones.
    ...(budget === undefined || draft.task.limited !== undefined ? {} : { budget }),
    ...(deadline === undefined || draft.task.limited !== undefined ? {} : { deadline }),
  });
  draft.setText(text);
  beginTask(draft, event, trace);
}

function createAnnounced(draft: Draft, message: ControlMessage, localId: string, title: string): void {
  const text = { title, context: "", instructions: "", expected_output: "" };
  const { version, clawflow, id, from, to, task_id, subtask_id, attempt, sent_at } = message;
  const work = {
    type: "task",
    version,
    clawflow,
    id,
    from,
    to,
    task_id,
    subtask_id,
    attempt,
    sent_at,
    body: text,
  } as TaskMessage;
  draft.create({ ...newTask(draft, work, localId, "", traceOf(draft, work, localId)), controls: [id] });
  draft.dispose({ message: id, to: "archive" });
}

function newTask(draft: Draft, message: TaskMessage, localId: string, bodyHash: string, trace: Trace): Task {
  const { self, now } = draft;
  const { body } = message;
  const reply_to: Task["reply_to"] = {
    task_id: message.task_id,
    attempt: message.attempt,
    message: message.id,
  };
  if (message.subtask_id !== undefined) reply_to.subtask_id = message.subtask_id;
  if (message.version === 1) reply_to.version_1 = true;
  const task: Task = {
    clawflow: 2,
    task_id: localId,
    title: body.title,
    mode: "undecided",
    status: "pending",
    from: message.from,
    reply_to,
    body_hash: bodyHash,
    rev: 1,
    number: 0,
    calls: 0,
    policy: policySchema.parse({ concurrency: self.limits.concurrency, ...self.policy, ...message.policy }),
    trace,
    used: {},
    created_at: now.wall,
    subtasks: new Map(),
    text: {
      instructions: body.instructions,
      context: body.context,
      expected_output: body.expected_output,
      notes: "",
      output: "",
      partial: "",
    },
  };
  if (message.script !== undefined) task.script = message.script;
  if (message.budget !== undefined) task.budget = message.budget;
  if (message.attachments !== undefined) task.attachments = message.attachments;
  if (message.deadline_in !== undefined) task.deadline = now.running + message.deadline_in;
  return task;
}

/** Work of an agent that does not say how deep it is may go one level further, no more. */
function traceOf({ self }: Draft, message: TaskMessage, localId: string): Trace {
  const { trace, from } = message;
  if (trace !== undefined) {
    return trace.path.at(-1) === self.id ? trace : { ...trace, path: [...trace.path, self.id] };
  }
  if (from === "human") return { root: localId, depth: 0, path: [self.id] };
  return { root: localId, depth: Math.max(0, self.limits.depth - 1), path: [from, self.id] };
}

function forbidden(
  { self, task, now }: Draft,
  message: TaskMessage,
  { depth, path }: Trace,
): Refusal | undefined {
  if (message.from === self.id) {
    return { status: "failed", code: "E_SELF_SEND", text: `${self.id} cannot send work to itself` };
  }
  if (message.script !== undefined && message.from !== "human") {
    const text = `${message.from} cannot start a script: only a person can`;
    return { status: "failed", code: "E_NOT_YOURS", text };
  }
  if ((message.budget?.tasks ?? 1) < 1) {
    return { status: "failed", code: "E_BUDGET", text: NOT_EVEN_ONE_TASK };
  }
  if (task.deadline !== undefined && task.deadline <= now.running) {
    return { status: "failed", code: "E_TIMEOUT", text: NO_TIME_LEFT };
  }
  if (depth > self.limits.depth) {
    return {
      status: "failed",
      code: "E_DEPTH",
      text: `this is level ${depth}, the limit of ${self.id} is ${self.limits.depth}`,
    };
  }
  if (visits(path, self.id) > MAX_VISITS) {
    return {
      status: "failed",
      code: "E_PATH",
      text: `${self.id} would stand ${visits(path, self.id)} times on the path ${path.join(" → ")}; at most ${MAX_VISITS} are allowed`,
    };
  }
  return undefined;
}
