import { isAnnounced } from "../loop/create-task.ts";
import {
  findLaterAttempt,
  identifyWork,
  type Known,
  keyOf,
  locateWork,
  type Records,
  sameKey,
} from "../loop/identify.ts";
import { refusalReply } from "../loop/refusal.ts";
import type { Refusal } from "../loop/types.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { ControlMessage, TaskMessage } from "../protocol/message.ts";
import { bodyHash } from "../protocol/message-codec.ts";
import type { Attachment } from "../protocol/task.ts";
import type { Agent, BrainNews } from "./agent.ts";
import { type Context, nowOf } from "./context.ts";
import type { Delivery } from "./inbox-queue.ts";
import type { Letter } from "./letter.ts";
import type { Pass } from "./pass.ts";

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
  if (news.type === "again") agent.turns.delete(news.question);
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
    refuseWork(context, pass, agent, letter, message, error);
  } else {
    const lacking = identity.is === "new" ? agent.workspace.lacking(message.attachments) : undefined;
    if (lacking !== undefined) {
      refuseWork(context, pass, agent, letter, message, notHere(lacking));
      return;
    }
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

function refuseWork(
  context: Context,
  pass: Pass,
  agent: Agent,
  letter: Letter,
  message: TaskMessage,
  error: ClawflowError,
): void {
  pass.bury(agent, letter.name, error);
  pass.sendMessage(agent, refusalReply(agent.self, message, errorText(error), nowOf(context, agent)));
}

/** Contents cross before the message that names them: where one is not here, it will not come. */
function notHere({ name, sha256, bytes }: Attachment): ClawflowError {
  return new ClawflowError("E_BLOB", "an attachment of the message is not here", {
    at: name,
    expected: `${bytes} bytes in mailbox/blobs/sha256/${sha256.slice(0, 2)}/${sha256}`,
    hint: "Send it by the command line or the library, which bring it first.",
  });
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

/** Of work that is open alone; the number of an attempt is the sender's word, and may be any. */
function supersedeEarlier(pass: Pass, agent: Agent, message: TaskMessage): void {
  if (message.attempt === 1) return;
  for (const task of [...agent.workspace.tasks.values()]) {
    const key = keyOf(task);
    if (key.attempt < message.attempt && sameKey({ ...key, attempt: message.attempt }, message))
      pass.step(agent, task, { type: "superseded", attempt: message.attempt });
  }
}

/** An attempt that comes after a later one is not begun. */
function overtaken(agent: Agent, message: TaskMessage): Refusal | undefined {
  const later = findLaterAttempt(message, (id) => openWork(agent, id));
  if (later === undefined) return undefined;
  return { status: "cancelled", code: "E_CANCELLED", text: `attempt ${later} came before this one` };
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
