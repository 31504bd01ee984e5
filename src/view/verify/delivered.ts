import { keyOf, sameKey } from "../../loop/identify.ts";
import type { Message } from "../../protocol/message.ts";
import type { Letter } from "../letters.ts";
import type { AgentEvidence, Evidence } from "./evidence.ts";
import { openTasks } from "./evidence.ts";
import type { Report } from "./finding.ts";

/** Every message of an outbox has one first copy at its receiver: in the inbox, the archive or the dead letters, or gc says why not. */
export function checkDelivered({ agents }: Evidence, report: Report): void {
  for (const sender of agents.values()) {
    for (const letter of sender.letters) {
      const { message } = letter;
      if (letter.place !== "outbox" || message === undefined || message.to === "human") continue;
      const receiver = agents.get(message.to);
      if (receiver === undefined)
        report.note(`messages to ${message.to} are not checked: it is outside this root`);
      else {
        report.saw("delivered");
        checkCopies(sender, receiver, letter, message, report);
      }
    }
  }
}

function checkCopies(
  sender: AgentEvidence,
  receiver: AgentEvidence,
  letter: Letter,
  message: Message,
  report: Report,
): void {
  const found = (text: string) =>
    report.found({
      check: "delivered",
      agent: sender.agent,
      file: letter.file,
      task_id: message.task_id,
      text,
    });
  const copies = receiver.byId.get(message.id) ?? [];
  const received = copies.filter(({ place }) => place === "inbox" || place === "archive" || place === "dead");
  if (received.length === 0) {
    if (!isRemoved(receiver, message))
      found(`${message.to} has it in neither inbox, archive nor dead letters`);
    return;
  }
  const first = received.filter(({ place, isRepeat }) => place !== "inbox" && !isRepeat);
  if (first.length > 1) {
    found(`${message.to} has ${first.length} first copies: ${first.map(({ file }) => file).join(", ")}`);
  }
  if (received.some(({ sha256 }) => sha256 !== letter.sha256))
    found(`${message.to} has it with another content`);
}

/** gc leaves a line a task; messages that no open task names go by their age. */
function isRemoved(receiver: AgentEvidence, message: Message): boolean {
  const { from, task_id, subtask_id, attempt } = message;
  const key = { from, task_id, subtask_id, attempt };
  if (receiver.removed.some((line) => sameKey(line, key) || line.task === task_id)) return true;
  if (receiver.removedAt === undefined || !(Date.parse(message.sent_at) < receiver.removedAt)) return false;
  return !openTasks(receiver).some((task) => task.task_id === task_id || sameKey(keyOf(task), key));
}
