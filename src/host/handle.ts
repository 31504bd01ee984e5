import { isAnnounced } from "../loop/create-task.ts";
import { findWork, identifyWork, type Known, keyOf, locateWork, type Records } from "../loop/identify.ts";
import { isFinal } from "../loop/phase.ts";
import { refusalReply } from "../loop/refusal.ts";
import type { Refusal } from "../loop/types.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { ControlMessage, TaskMessage } from "../protocol/message.ts";
import { bodyHash } from "../protocol/message-codec.ts";
import type { Agent, BrainNews } from "./agent.ts";
import { type Context, nowOf } from "./context.ts";
import type { Delivery } from "./inbox-queue.ts";
import type { Letter } from "./letter.ts";
import type { Pass } from "./pass.ts";

/** How many attempts ahead a late TASK is compared with. */
const LOOK_AHEAD = 3;

/** Finds the task that a delivery is about, and runs the step. */
export function handleDelivery(context: Context, pass: Pass, agent: Agent, delivery: Delivery): void {
  if (delivery.kind === "replies") {
    const messages = delivery.letters.map((letter) => letter.message);
    pass.step(agent, agent.workspace.task(delivery.task), { type: "replies", messages }, delivery.letters);
    return;
  }
  const { letter } = delivery;
  const { message } = letter;
  if (message.type === "task") handleTask(context, pass, agent, letter, message);
  else if (message.type === "control") handleControl(pass, agent, letter, message);
  else if (message.type === "outcome") {
    pass.step(agent, agent.workspace.task(message.task_id), { type: "outcome", message }, [letter]);
  } else if (message.type === "progress") {
    pass.step(agent, agent.workspace.task(message.task_id), { type: "progress", message }, [letter]);
  }
}

export function handleNews(pass: Pass, agent: Agent, news: BrainNews): void {
  const task = agent.workspace.task(news.task);
  if (task !== undefined) pass.step(agent, task, news);
}

function handleTask(context: Context, pass: Pass, agent: Agent, letter: Letter, message: TaskMessage): void {
  const hash = bodyHash(message);
  const identity = identifyWork(message, hash, recordsOf(agent));
  const { localId } = identity;
  if (identity.is === "reused") {
    const error = new ClawflowError("E_ID_REUSED", `${localId} is known here with another text`, {
      hint: "Send it as a new attempt, or under a new id.",
    });
    pass.bury(agent, letter.name, error);
  } else if (identity.is === "removed") {
    const error = new ClawflowError("E_TOO_OLD", `${localId} was finished and removed after its time`);
    pass.bury(agent, letter.name, error);
    pass.sendMessage(agent, refusalReply(agent.self, message, errorText(error), nowOf(context, agent)));
  } else {
    const task = identity.is === "new" ? undefined : agent.workspace.task(localId);
    // Of work that a pause announced this is the first TASK as well.
    const isFirst = task === undefined || isAnnounced(task);
    if (isFirst) supersedeEarlier(pass, agent, message);
    const refusal = isFirst ? overtaken(agent, message) : undefined;
    const event = {
      type: "task" as const,
      message,
      bodyHash: hash,
      localId,
      ...(refusal === undefined ? {} : { refusal }),
    };
    pass.step(agent, task, event, [letter]);
  }
}

/** A person names a task by its local id; an agent names the work as its TASK did. */
function handleControl(pass: Pass, agent: Agent, letter: Letter, message: ControlMessage): void {
  const byHand = message.from === "human";
  // Work that is not known gets the name that its TASK would get: another sender may have the plain one.
  const found = byHand ? undefined : locateWork(message, (id) => lookup(agent, id));
  const localId = found?.localId ?? message.task_id;
  const task = byHand || found?.known !== undefined ? agent.workspace.task(localId) : undefined;
  const isRemoved = task === undefined && !byHand && agent.workspace.removed(message) !== undefined;
  const event = {
    type: "control" as const,
    message,
    localId,
    ...(isRemoved ? { removed: true as const } : {}),
  };
  pass.step(agent, task, event, [letter]);
}

function supersedeEarlier(pass: Pass, agent: Agent, message: TaskMessage): void {
  for (let attempt = 1; attempt < message.attempt; attempt++) {
    const id = findWork({ ...message, attempt }, (localId) => lookup(agent, localId));
    const task = id === undefined ? undefined : agent.workspace.task(id);
    if (task !== undefined && !isFinal(task))
      pass.step(agent, task, { type: "superseded", attempt: message.attempt });
  }
}

/** An attempt that comes after a later one is not begun. */
function overtaken(agent: Agent, message: TaskMessage): Refusal | undefined {
  for (let attempt = message.attempt + 1; attempt <= message.attempt + LOOK_AHEAD; attempt++) {
    if (findWork({ ...message, attempt }, (id) => openWork(agent, id)) !== undefined) {
      return { status: "cancelled", code: "E_CANCELLED", text: `attempt ${attempt} came before this one` };
    }
  }
  return undefined;
}

/** Of work that is open alone: asking the disk for attempts that hardly ever exist would cost more than the work. */
function openWork({ workspace }: Agent, localId: string): Known | undefined {
  const task = workspace.tasks.get(localId);
  return task === undefined ? undefined : { key: keyOf(task), body_hash: task.body_hash };
}

function lookup({ workspace }: Agent, localId: string): Known | undefined {
  const task = workspace.task(localId);
  return task === undefined ? undefined : { key: keyOf(task), body_hash: task.body_hash };
}

function recordsOf(agent: Agent): Records {
  return {
    task: (localId) => lookup(agent, localId),
    removed: (key) => agent.workspace.removed(key)?.body_hash,
  };
}
