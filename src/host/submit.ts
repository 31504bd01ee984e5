import { customAlphabet } from "nanoid";
import type { Amounts } from "../protocol/amounts.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { checkTaskId, messageFileName } from "../protocol/ids.ts";
import type { Message, TaskMessage } from "../protocol/message.ts";
import { formatMessage, parseMessage } from "../protocol/message-codec.ts";
import type { Script } from "../protocol/script.ts";
import { titleFrom } from "../protocol/title.ts";
import { deliverInto } from "../store/deliver.ts";
import type { Host } from "./host.ts";

/** What a person asks an agent to do. */
export interface Work {
  instructions: string;
  title?: string;
  context?: string;
  expected_output?: string;
  budget?: Amounts;
  policy?: NonNullable<TaskMessage["policy"]>;
  /** Milliseconds. */
  deadline_in?: number;
  /** The instructions are the program of a workflow script. */
  script?: Script;
  /** Names the task, in place of one made of its title: the same once more is not done again. */
  id?: string;
}

const LONGEST_SLUG = 24;

/** No letters or digits that look like another; never begins with a dash. */
const randomId = customAlphabet("0123456789abcdefghjkmnpqrstvwxyz", 6);

/** A TASK of a person, with a random id made from its title unless it has one. @throws E_ID */
export function taskOfPerson(agent: string, work: Work, sentAt: string): TaskMessage {
  const title = work.title ?? titleFrom(work.instructions);
  const { budget, policy, deadline_in, script, id } = work;
  const taskId = id === undefined ? `${slug(title)}-${randomId()}` : checkTaskId(id, "id");
  return {
    clawflow: 2,
    version: 2,
    type: "task",
    id: `h-${taskId}`,
    task_id: taskId,
    attempt: 1,
    from: "human",
    to: agent,
    sent_at: sentAt,
    body: {
      title,
      instructions: work.instructions,
      context: work.context ?? "",
      expected_output: work.expected_output ?? "",
    },
    ...(budget === undefined ? {} : { budget }),
    ...(policy === undefined ? {} : { policy }),
    ...(deadline_in === undefined ? {} : { deadline_in }),
    ...(script === undefined ? {} : { script }),
  };
}

/**
 * Gives an agent of a running host work, as a person does: the message stands durable in its inbox when this resolves.
 * `host.finished(agent, task_id)` waits for the end.
 *
 * @param work A string is the instructions.
 * @throws E_UNKNOWN_AGENT, E_FIELD, E_TOO_LARGE; E_DISK_FULL, E_DISK
 */
export async function submitTask(
  host: Host,
  agent: string,
  work: Work | string,
): Promise<{ task_id: string; message: string }> {
  const whole = typeof work === "string" ? { instructions: work } : work;
  const message = taskOfPerson(agent, whole, new Date(host.place(agent).wall).toISOString());
  await handIn(host, agent, message);
  return { task_id: message.task_id, message: message.id };
}

/**
 * Puts messages of a person into the inbox of an agent of a running host, which finds them together; they stand there durable when this
 * resolves.
 *
 * @throws E_UNKNOWN_AGENT, E_FIELD, E_TOO_LARGE; E_DISK_FULL, E_DISK
 */
export async function handIn(host: Host, agent: string, ...messages: readonly Message[]): Promise<void> {
  const { disk, directory, room } = host.place(agent);
  const files = messages.map((message) => {
    const bytes = messageBytes(message, room);
    // What its receiver would refuse is better refused to the one who gives it.
    parseMessage(bytes, { to: agent });
    return { name: messageFileName(message), bytes };
  });
  const deliver = async () => {
    for (const file of files) await deliverInto(disk, directory, file, { sync: true });
    // Before the next pass: the watcher may have told of the first alone.
    host.look(agent);
  };
  await (files.length > 1 ? host.together(deliver) : deliver());
}

/** @throws E_TOO_LARGE above `room` bytes */
export function messageBytes(message: Message, room: number): Uint8Array {
  const bytes = Buffer.from(formatMessage(message));
  if (bytes.length <= room) return bytes;
  throw new ClawflowError("E_TOO_LARGE", "the message is too large", {
    expected: `at most ${room} bytes`,
    found: `${bytes.length} bytes`,
    hint: "Put the material into files and say in the instructions where they are.",
  });
}

function slug(title: string): string {
  const words = title
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_SLUG);
  const trimmed = words.replace(/^-+|-+$/g, "");
  return trimmed === "" ? "task" : trimmed;
}
