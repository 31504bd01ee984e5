import { refusalReply } from "../loop/refusal.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import { messageFileName } from "../protocol/ids.ts";
import { parseEnvelope, parseMessage } from "../protocol/message-codec.ts";
import { isPassing } from "../store/disk-error.ts";
import type { InboxFile } from "../store/types.ts";
import type { Agent } from "./agent.ts";
import { type Context, nowOf } from "./context.ts";
import type { Pass } from "./pass.ts";

/** Messages of one agent that are held in memory at most; more stay in the inbox until there is room. */
const MOST_HELD = 1_000;

/**
 * Reads what lies in the inbox and is not known yet. One message that cannot be read never stops the next: it goes to the dead
 * letters, and its sender is told wherever the envelope names one. Where that is no fault of the message it stays, and the next look may
 * find it readable.
 * @throws the first fault of that kind, when all others are read
 */
export function scanInbox(context: Context, pass: Pass, agent: Agent): void {
  agent.scanWanted = false;
  agent.arrived.clear();
  readLetters(context, pass, agent, agent.workspace.inbox());
}

/** The same for the files that are known to have come, without a look at the others. */
export function readArrived(context: Context, pass: Pass, agent: Agent): void {
  const names = [...agent.arrived];
  agent.arrived.clear();
  readLetters(context, pass, agent, names);
}

function readLetters(context: Context, pass: Pass, agent: Agent, names: readonly string[]): void {
  let fault: { error: unknown } | undefined;
  for (const name of names) {
    if (agent.inbox.knows(name)) continue;
    if (agent.inbox.size >= MOST_HELD) {
      agent.scanWanted = true;
      return;
    }
    // A file that is still being written brings no event when it comes to rest: the next look finds it.
    try {
      if (agent.workspace.settled(name)) readLetter(context, pass, agent, name);
      else agent.unsettled = true;
    } catch (error) {
      if (!isPassing(error)) throw error;
      fault ??= { error };
    }
  }
  if (fault !== undefined) throw fault.error;
}

function readLetter(context: Context, pass: Pass, agent: Agent, name: string): void {
  let file: InboxFile | undefined;
  try {
    file = agent.workspace.read(name, context.limits.message_bytes);
    if (file === undefined) {
      agent.unsettled = true;
      return;
    }
    const message = parseMessage(file.bytes, { to: agent.self.id });
    if (message.to !== agent.self.id) throw misaddressed(message.to, agent.self.id);
    agent.inbox.add({ name, message, sha256: file.sha256 });
  } catch (error) {
    if (isPassing(error)) throw error;
    pass.bury(agent, name, error);
    if (file !== undefined) answerUnreadable(context, pass, agent, file, error);
  }
}

function misaddressed(to: string, agent: string): ClawflowError {
  return new ClawflowError("E_NOT_YOURS", "the message is for another agent", {
    at: "to",
    expected: agent,
    found: to,
  });
}

function answerUnreadable(context: Context, pass: Pass, agent: Agent, file: InboxFile, error: unknown): void {
  const envelope = parseEnvelope(file.bytes);
  const { type, from, task_id } = envelope;
  if (type !== "task" || from === undefined || task_id === undefined || from === agent.self.id) return;
  const reply = refusalReply(
    agent.self,
    { ...envelope, from, task_id },
    errorText(error),
    nowOf(context, agent),
  );
  // The same bad message again: its answer is on its way, or was given.
  if (agent.workspace.stored(messageFileName(reply)) === undefined) pass.sendMessage(agent, reply);
}
