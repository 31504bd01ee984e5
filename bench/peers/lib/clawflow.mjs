import { join } from "node:path";
import { formatMessage, nodeDisk } from "../../../dist/index.js";
import { messageFileName } from "../../../dist/protocol/ids.js";
import { deliverInto } from "../../../dist/store/deliver.js";

const disk = nodeDisk();

/** A task of a person as a file: its name and its text. `id` is the task's name. */
export function taskFile(agent, id, instructions) {
  const message = {
    clawflow: 2,
    version: 2,
    type: "task",
    id: `h-${id}`,
    task_id: id,
    attempt: 1,
    from: "human",
    to: agent,
    sent_at: "2026-01-01T00:00:00.000Z",
    body: { title: id, instructions, context: "", expected_output: "" },
  };
  return { name: messageFileName(message), text: formatMessage(message) };
}

/** Puts a task of a person into an agent's inbox, as `clawflow send` does: it is durable when this resolves. `id` is its task's name. */
export function sendTask(root, agent, id, instructions) {
  const { name, text } = taskFile(agent, id, instructions);
  return deliverInto(disk, join(root, agent), { name, bytes: Buffer.from(text) }, { sync: true });
}
