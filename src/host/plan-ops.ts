import type { Plan } from "../loop/types.ts";
import { folderName, messageFileName, sha256 } from "../protocol/ids.ts";
import type { Message } from "../protocol/message.ts";
import { formatMessage, parseMessage } from "../protocol/message-codec.ts";
import type { Op } from "../store/types.ts";
import type { Letter } from "./letter.ts";

/** Where a message of an agent goes. */
export type Route = "local" | "remote" | "human";

export interface PlannedOps {
  ops: Op[];
  /** Messages to agents of this host: handed over once the commit stands. */
  local: { to: string; letter: Letter }[];
  /** Names of messages that leave by a transport. */
  remote: { to: string; name: string; message: Message }[];
}

/**
 * The operations on files that carry out a plan.
 *
 * @param day `YYYY/MM/DD`, the archive's folder.
 * @param letters the messages that the event was made of, in its order: the same message may lie in the inbox under two names
 */
export function planOps(
  plan: Plan,
  letters: readonly Letter[],
  {
    day,
    task,
    route,
    isPending,
  }: { day: string; task: string | undefined; route(to: string): Route; isPending(name: string): boolean },
): PlannedOps {
  const planned: PlannedOps = { ops: [], local: [], remote: [] };
  const archive = (name: string, on = day) => `mailbox/archive/${on}/${name}`;
  if (plan.create !== undefined) planned.ops.push({ op: "create", task: plan.create });
  if (plan.change !== undefined && task !== undefined)
    planned.ops.push({ op: "change", task, change: plan.change });
  for (const { path, text } of plan.files) {
    if (task !== undefined) planned.ops.push({ op: "file", path: `tasks/${folderName(task)}/${path}`, text });
  }
  for (const message of plan.record) {
    planned.ops.push({ op: "record", path: archive(messageFileName(message)), text: formatMessage(message) });
  }
  for (const message of plan.send) sendOp(planned, message, route(message.to));
  // After them: one step may send a TASK and, because another of its subtasks fails, take it back.
  for (const name of plan.withdraw) {
    if (isPending(name) || planned.remote.some((sent) => sent.name === name))
      planned.ops.push({ op: "withdraw", name, path: archive(name) });
  }
  const left = [...letters];
  for (const disposal of plan.disposals) {
    const at = left.findIndex(({ message }) => message.id === disposal.message);
    const [letter] = at < 0 ? [] : left.splice(at, 1);
    if (letter === undefined) continue;
    const { name, sha256: hash } = letter;
    if (disposal.to === "dead")
      planned.ops.push({ op: "dead", name, reason: `${disposal.code}: ${disposal.text}\n` });
    else
      planned.ops.push({
        op: disposal.to === "again" ? "again" : "take",
        name,
        path: isRemembered(letter, disposal) ? archive(name) : archive(name, sentDay(letter) ?? day),
        sha256: hash,
      });
  }
  return planned;
}

/** What no task remembers is known as a repeat by its place alone, so that must be the same on every day. */
function isRemembered({ message }: Letter, disposal: Plan["disposals"][number]): boolean {
  return message.type !== "progress" && !("note" in disposal && disposal.note !== undefined);
}

function sentDay({ message }: Letter): string | undefined {
  return /^(20\d\d)-(\d\d)-(\d\d)T/.exec(message.sent_at)?.slice(1).join("/");
}

function sendOp(planned: PlannedOps, message: Message, route: Route): void {
  const text = formatMessage(message);
  const name = messageFileName(message);
  const blobs =
    "attachments" in message ? (message.attachments ?? []).map((attachment) => attachment.sha256) : [];
  const place = route === "local" ? "inbox" : route === "human" ? "outbox" : "pending";
  planned.ops.push({ op: "send", name, to: message.to, text, place, ...(blobs.length > 0 ? { blobs } : {}) });
  if (route === "local")
    planned.local.push({
      to: message.to,
      letter: { name, message: asRead(message, text), sha256: sha256(text) },
    });
  else if (route === "remote") planned.remote.push({ to: message.to, name, message });
}

/** What the receiver would read from the file. Version 1 says less than we know: reading it later must give the same. */
function asRead(message: Message, text: string): Message {
  return message.version === 1 ? parseMessage(Buffer.from(text), { to: message.to }) : message;
}
