import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { agentsOfRoot, createHost, nodeDisk, parseMessage, verifyRoot } from "../../../dist/index.js";
import { sendTask } from "../lib/clawflow.mjs";
import { BODY } from "../lib/text.mjs";
import { unlessGone } from "./files.mjs";

const AGENT = "worker";

/** This project: the writer as `clawflow send`, the consumer as a host of one agent. */
export const name = "Clawflow";
export const about = "durability full: each commit synced";

export async function open(folder) {
  const root = join(folder, "agents");
  const mailbox = join(root, AGENT, "mailbox");
  const host = await hostOf(root, () => "");
  await host.stop();
  const unreadable = new Set();
  const look = (name, path) => {
    const bytes = unlessGone(() => readFileSync(path));
    if (bytes === undefined) return undefined;
    try {
      return parseMessage(bytes, { to: AGENT });
    } catch {
      unreadable.add(name);
      return undefined;
    }
  };
  const messages = (kind) =>
    readdirSync(join(mailbox, kind))
      .filter((name) => name.endsWith(".md"))
      .map((name) => look(name, join(mailbox, kind, name)))
      .filter((message) => message !== undefined);
  /** Each reply once, though it may have been sent again. */
  const replies = () => [...new Map(messages("outbox").map((message) => [message.id, message])).values()];
  const answers = () => replies().filter(({ status }) => status === "done");
  return {
    place: root,
    answers: () => answers().map(({ task_id }) => task_id),
    unreadable: () => {
      messages("inbox");
      return unreadable.size;
    },
    ended: async () => {
      // The next host brings the files to where the journal leaves them.
      const host = await hostOf(root, () => "");
      await host.stop();
      for (const name of readdirSync(join(mailbox, "dead"))) unreadable.add(name);
      const wrong = verifyRoot(nodeDisk(), agentsOfRoot(nodeDisk(), root));
      const failed = replies().filter(({ status }) => status !== "done");
      return {
        waiting: messages("inbox").map(({ task_id }) => task_id),
        unreadable: unreadable.size,
        failed: failed.length,
        notes: [
          ...failed.map(({ task_id, status, body }) => `${task_id} ${status}: ${body.error}`),
          ...wrong.map((finding) => JSON.stringify(finding)),
        ],
      };
    },
    close: () => {},
  };
}

export function writer(root) {
  return { send: (id) => sendTask(root, AGENT, id, BODY) };
}

export async function consume(root, handle) {
  const host = await hostOf(root, async ({ task, asked }) => {
    await handle(task.task_id, asked > 1);
    return `result of ${task.title}`;
  });
  host.on((event) => {
    // As `clawflow up`, which a supervisor starts again.
    if (event.type === "host:failed") throw event.error;
  });
  await host.start();
}

function hostOf(root, brain) {
  return createHost({ root, agents: { [AGENT]: { brain } }, durability: "full" });
}
