import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { personBrain } from "../../src/brain/person-brain.ts";
import type { TeamAgent } from "../../src/host/options.ts";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import { deadLetters, messagesIn, readTask, replyToHuman } from "../host/files.ts";
import { startHost, tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { EXAMPLES, exampleOf } from "./skill.ts";

/** Splits as the task of the examples came to be, and hands on what comes back. */
const LEAD: TeamAgent = {
  peers: ["reader"],
  brain: ({ kind, results = {} }) => {
    const { "scan-routes": scan } = results;
    if (kind === "synthesise") return { results: scan?.results || `failed: ${scan?.error}` };
    const { body } = parseMessage(Buffer.from(message("task"))) as never as { body: Record<string, string> };
    const { title = "", instructions = "", expected_output = "" } = body;
    const piece = { agent: "reader", description: title, instructions, expected_output, depends_on: [] };
    return { subtasks: { "scan-routes": piece }, policy: { on_failure: "continue" } };
  },
};
const NOBODY: TeamAgent = { brain: () => ({ error: "no host runs it" }) };

/** An agent that has nothing but a shell and the text of the skill. */
class ByHand {
  readonly root: string;
  readonly id: string;

  constructor(root: string, id: string) {
    this.root = root;
    this.id = id;
  }

  get workspace(): string {
    return join(this.root, this.id);
  }

  async setUp(): Promise<this> {
    mkdirSync(this.workspace);
    await this.shell(exampleOf("sh setup"));
    return this;
  }

  /** The text as a message to an agent, by the commands of the skill. */
  async send(text: string, to: string, name: string): Promise<void> {
    mkdirSync(join(this.workspace, "mailbox", "outbox"), { recursive: true });
    writeFileSync(join(this.workspace, "mailbox", "outbox", name), text);
    await this.shell(`${exampleOf("sh send")}\nsend mailbox/outbox/${name} ../${to}`);
  }

  async shell(script: string): Promise<void> {
    await execa("sh", ["-eu"], { input: script, cwd: this.workspace });
  }

  get inbox(): string[] {
    return readdirSync(join(this.workspace, "mailbox", "inbox"));
  }
}

/** A job for lead, begun under the id that the examples have. */
function beginJob(root: string): void {
  const text = "---\ntype: task\ntask_id: audit-k3f9\nfrom: human\n---\nAudit every route.\n";
  writeFileSync(join(root, "lead", "mailbox", "inbox", "audit.md"), text);
}

async function auditJob(): Promise<{ root: string; reader: ByHand; received: string }> {
  const root = tempRoot();
  await startHost({ root, only: ["lead"], agents: { lead: LEAD, reader: NOBODY } });
  const reader = await new ByHand(root, "reader").setUp();
  beginJob(root);
  const name = await until(() => reader.inbox[0], "the task");
  return { root, reader, received: readFileSync(join(reader.workspace, "mailbox", "inbox", name), "utf8") };
}

test("the task of the examples is what a runtime sends", async () => {
  const { received } = await auditJob();
  const sentAt = /^sent_at: .*$/m;
  expect(received.replace(sentAt, "")).toBe(message("task").replace(sentAt, ""));
});

test("a reply as the examples have it, sent by hand, is the result of the piece", async () => {
  const { root, reader } = await auditJob();
  await reader.shell(`${exampleOf("sh archive")}\narchive ${reader.inbox[0]}`);
  expect(reader.inbox).toEqual([]);
  expect([...messagesIn(reader.workspace, "archive").values()]).toMatchObject([{ type: "task" }]);

  await reader.send(message("progress"), "lead", "progress-audit-k3f9.scan-routes-1.md");
  await until(() =>
    [...messagesIn(join(root, "lead"), "archive").values()].some((m) => m.type === "progress"),
  );
  expect(readTask(join(root, "lead"), "audit-k3f9")?.status).toBe("executing");

  await reader.send(message("reply-done"), "lead", "reply-audit-k3f9.scan-routes-1.md");
  const { body } = await replyToHuman(join(root, "lead"), "audit-k3f9");
  expect(body.results).toBe("src/routes/admin.ts:12 DELETE /users/:id\nsrc/routes/export.ts:4 GET /export");
  expect(deadLetters(join(root, "lead"))).toEqual({});
  expect(readdirSync(join(root, "lead", "mailbox", "tmp"))).toEqual([]);
});

test("the same reply sent once more changes nothing", async () => {
  const { root, reader } = await auditJob();
  const name = "reply-audit-k3f9.scan-routes-1.md";
  await reader.send(message("reply-done"), "lead", name);
  await replyToHuman(join(root, "lead"), "audit-k3f9");
  await reader.send(message("reply-done"), "lead", name);
  await until(() => readdirSync(join(root, "lead", "mailbox", "inbox")).length === 0);
  expect(deadLetters(join(root, "lead"))).toEqual({});
  const replies = [...messagesIn(join(root, "lead"), "archive")].filter(([, { type }]) => type === "reply");
  expect(replies.map(([path]) => path).filter((path) => path.includes(".again-"))).toHaveLength(1);
});

test("a message that lies in an inbox is not replaced by another of its name", async () => {
  const root = tempRoot();
  const reader = await new ByHand(root, "reader").setUp();
  await new ByHand(root, "lead").setUp();
  await reader.send(message("reply-done"), "lead", "reply.md");
  await expect(reader.send(message("reply-failed"), "lead", "reply.md")).rejects.toThrow();
  expect(readFileSync(join(root, "lead", "mailbox", "inbox", "reply.md"), "utf8")).toBe(
    message("reply-done"),
  );
  expect(readdirSync(join(root, "lead", "mailbox", "tmp"))).toEqual([]);
});

test("a failed reply as the examples have it fails the piece, with what it says", async () => {
  const { root, reader } = await auditJob();
  await reader.send(message("reply-failed"), "lead", "reply-audit-k3f9.scan-routes-1.md");
  const { body } = await replyToHuman(join(root, "lead"), "audit-k3f9");
  expect(body.results).toBe("failed: There is no folder /srv/shop/src/routes.");
});

test("a piece sent by hand is done by an agent that a runtime runs, and its reply comes", async () => {
  const root = tempRoot();
  const seen: string[] = [];
  const writer: TeamAgent = {
    brain: ({ task }) => {
      seen.push(`${task.title}|${task.context}|${task.expected_output}|${task.depth}`);
      return { results: "Four of five said yes." };
    },
  };
  await startHost({ root, only: ["writer"], agents: { writer, editor: NOBODY } });
  const editor = await new ByHand(root, "editor").setUp();
  await editor.send(exampleOf("markdown sent"), "writer", "task-survey.summarise-1.md");
  const name = await until(() => editor.inbox[0], "the reply");
  const reply = parseMessage(readFileSync(join(editor.workspace, "mailbox", "inbox", name)));
  expect(reply).toMatchObject({
    type: "reply",
    status: "done",
    task_id: "survey",
    subtask_id: "summarise",
    attempt: 1,
    in_reply_to: "editor-survey-summarise-1",
    body: { results: "Four of five said yes." },
  });
  expect(seen).toEqual(["Summarise the answers|12 said yes, 3 said no.|One sentence.|1"]);
});

test("where a runtime runs it, an agent answers by an outcome into its own inbox", async () => {
  const root = tempRoot();
  await startHost({ root, agents: { editor: { brain: personBrain("human") } } });
  const editor = new ByHand(root, "editor");
  expect(readdirSync(join(editor.workspace, ".clawflow"))).toContain("owner");
  const task = "---\ntype: task\ntask_id: compare-drafts\nfrom: human\n---\nCompare the drafts.\n";
  writeFileSync(join(editor.workspace, "mailbox", "inbox", "compare.md"), task);
  await until(() => readTask(editor.workspace, "compare-drafts")?.waiting?.for === "person");
  await editor.send(message("outcome"), "editor", "outcome-compare-drafts-1.md");
  expect((await replyToHuman(editor.workspace, "compare-drafts")).body.results).toBe(
    "Draft B is better: it names its sources.",
  );
});

test("tasks in the plain form go on when a runtime takes the workspace over", async () => {
  const root = tempRoot();
  const lead = await new ByHand(root, "lead").setUp();
  const [, plain = ""] = EXAMPLES.filter(
    ({ path, info }) => info === "markdown task" && path.endsWith("task-md.md"),
  ).map(({ text }) => text);
  mkdirSync(join(lead.workspace, "tasks", "audit-k3f9"));
  writeFileSync(join(lead.workspace, "tasks", "audit-k3f9", "task.md"), plain);
  const contexts: string[] = [];
  const writer: TeamAgent = {
    brain: ({ task }) => {
      contexts.push(task.context);
      return { results: "The report." };
    },
  };
  const brain: TeamAgent["brain"] = ({ results }) => ({ results: results?.["write-report"]?.results ?? "" });
  await startHost({ root, agents: { lead: { peers: ["reader", "writer"], brain }, reader: NOBODY, writer } });
  expect((await replyToHuman(lead.workspace, "audit-k3f9")).body.results).toBe("The report.");
  expect(contexts).toEqual([expect.stringContaining("4 of 12 files")]);
  await until(() => readTask(lead.workspace, "audit-k3f9")?.status === "done");
});

function message(name: string): string {
  const found = EXAMPLES.find(
    ({ path, info }) => path.endsWith("messages.md") && info === `markdown ${name}`,
  );
  if (found === undefined) throw new Error(`there is no example ${name}`);
  return found.text;
}
