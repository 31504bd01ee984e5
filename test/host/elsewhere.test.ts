import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import type { TeamAgent } from "../../src/host/options.ts";
import { submitTask } from "../../src/host/submit.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { Message, ReplyMessage, TaskMessage } from "../../src/protocol/message.ts";
import { formatMessage, parseMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import type { Transport } from "../../src/transport/types.ts";
import { openRoot } from "../../src/view/root-view.ts";
import { why } from "../../src/view/why/why.ts";
import { runTask, startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const lead: TeamAgent = {
  peers: ["*"],
  brain({ kind, peers, results }) {
    if (kind === "synthesise") return { results: results?.a?.results ?? "" };
    const { id = "", description = "" } = peers[0] ?? {};
    return { subtasks: { a: { agent: id, description, depends_on: [] } } };
  },
};

function replyTo({ id, task_id, subtask_id, attempt, from, to, body }: TaskMessage): ReplyMessage {
  const sentAt = new Date(0).toISOString();
  return {
    ...{
      clawflow: 2,
      version: 2,
      type: "reply",
      status: "done",
      id: `${id}-reply`,
      in_reply_to: id,
      task_id,
      attempt,
    },
    ...{ from: to, to: from, sent_at: sentAt, completed_at: sentAt },
    ...(subtask_id === undefined ? {} : { subtask_id }),
    body: { results: `Done there: ${body.title}`, error: "", partial: "None" },
  };
}

test("an agent that only a transport reaches is a peer like any other", async () => {
  const sent: Message[] = [];
  const transport: Transport = {
    reaches: (agent) => agent === "far",
    async deliver({ name, bytes, sha256 }) {
      const message = parseMessage(bytes);
      sent.push(message);
      const reply = replyTo(message as TaskMessage);
      const { disk, directory } = host.place("lead");
      const file = { name: messageFileName(reply), bytes: Buffer.from(formatMessage(reply)) };
      await deliverInto(disk, directory, file, { sync: false });
      host.look("lead");
      return { message: name, sha256, status: "accepted" };
    },
  };
  const host = await startHost({
    root: tempRoot(),
    agents: { lead },
    elsewhere: { far: { description: "Knows the far side" } },
    ports: { transports: [transport] },
  });
  const task = await runTask(host, "lead", "Go far.");
  expect(task.text.output.trim()).toBe("Done there: Knows the far side");
  expect(sent).toEqual([expect.objectContaining({ type: "task", from: "lead", to: "far", subtask_id: "a" })]);
});

test("an agent is here or elsewhere", async () => {
  const options = { root: tempRoot(), agents: { lead }, elsewhere: { lead: {} } };
  await expect(createHost(options)).rejects.toMatchObject({
    code: "E_CONFIG",
    detail: { at: "elsewhere.lead" },
  });
});

test("`why` says what keeps a message from an agent elsewhere, as long as it does", async () => {
  let accepts = false;
  const transport: Transport = {
    reaches: (agent) => agent === "far",
    async deliver({ name, sha256 }) {
      if (!accepts) throw new Error("connect ECONNREFUSED 192.0.2.7:18789");
      return { message: name, sha256, status: "accepted" };
    },
  };
  const root = tempRoot();
  const host = await startHost({
    root,
    agents: { lead },
    elsewhere: { far: {} },
    ports: { transports: [transport] },
  });
  const { task_id } = await submitTask(host, "lead", { instructions: "Go far." });
  const hold = () => {
    const view = openRoot(nodeDisk(), new Map([["lead", join(root, "lead")]]));
    const task = view.task("lead", task_id);
    return task === undefined ? undefined : why(view, "lead", task, Date.now()).hold;
  };
  const told = await until(() => (hold()?.what.includes("ECONNREFUSED") ? hold() : undefined), "the reason");
  expect(told).toMatchObject({ cause: "undeliverable", to: "far" });
  expect(told.what).toMatch(/^far has not accepted task-\S+\.md: connect ECONNREFUSED 192\.0\.2\.7:18789$/);
  accepts = true;
  await until(() => hold()?.cause === "remote", "its being there");
  await until(() => !existsSync(join(root, "lead", ".clawflow", "undelivered.json")), "the note's end");
});
