import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takeMessage } from "../../src/openclaw/message-in.ts";
import { parseReceipt } from "../../src/openclaw/receipt-text.ts";
import { signMessage } from "../../src/openclaw/signature.ts";
import type { TurnContext } from "../../src/openclaw/types.ts";
import { sha256 } from "../../src/protocol/ids.ts";
import { makeWorkspace } from "../../src/store/make-workspace.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";

const OPERATOR: TurnContext = { agentId: "coder", sessionKey: "agent:coder:main", trigger: "user" };
const KEY = "a key of two gateways";
const disk = nodeDisk();
let directory: string;
let said: string[];
let looked: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "clawflow-message-in-"));
  said = [];
  looked = [];
  await makeWorkspace(disk, directory);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function task(head: Record<string, string> = {}): string {
  const fields = {
    clawflow: "2",
    type: "task",
    id: "m-1",
    task_id: "job",
    from: "human",
    to: "coder",
    ...head,
  };
  const lines = Object.entries({ sent_at: "2026-01-01T00:00:00Z", ...fields }).map(
    ([key, value]) => `${key}: ${value}`,
  );
  return `---\n${lines.join("\n")}\n---\n\n# Job\n\n## Instructions\n\nDo it.\n`;
}

function take(text: string, context: TurnContext = OPERATOR, running = true): Promise<string | undefined> {
  const host = {
    agents: ["coder", "lead"],
    place: () => ({ disk, directory, wall: 0, room: 2000 }),
    look: (agent: string) => looked.push(agent),
  };
  const logger = { info: (line: string) => said.push(line), warn: (line: string) => said.push(line) };
  return takeMessage(text, context, {
    host: running ? host : undefined,
    remote: { far: { key: KEY } },
    logger,
  });
}

const inbox = () => readdirSync(join(directory, "mailbox", "inbox"));

test("an operator's message lies in the inbox and is answered with a receipt, however OpenClaw trimmed it", async () => {
  const receipt = await take(task().trim());
  expect(inbox()).toEqual([expect.stringMatching(/^task-job-1-/)]);
  expect(readFileSync(join(directory, "mailbox", "inbox", inbox()[0] as string), "utf8")).toBe(task());
  expect(parseReceipt(receipt ?? "", sha256(task()))).toMatchObject({
    status: "accepted",
    message: inbox()[0],
  });
  expect(looked).toEqual(["coder"]);
  expect(await take(`\n${task()}\n\n`)).toBe(receipt);
  expect(inbox()).toHaveLength(1);
});

test.each<[string, Record<string, string>]>([
  ["another gateway's that is signed", { from: "far" }],
  ["a reply", { type: "reply", from: "far", status: "done", completed_at: "2026-01-01T00:00:00Z" }],
])("%s is taken without its mark", async (_, head) => {
  const text = task(head);
  const receipt = await take(signMessage(text, "coder", KEY));
  expect(parseReceipt(receipt ?? "", sha256(text))).toMatchObject({ status: "accepted" });
  expect(readFileSync(join(directory, "mailbox", "inbox", inbox()[0] as string), "utf8")).toBe(text);
});

const far = task({ from: "far" });
test.each([
  ["the name of an agent here", task({ from: "lead" }), "E_NOT_YOURS"],
  ["its own name", task({ from: "coder" }), "E_NOT_YOURS"],
  [
    "the name of an agent here, with another's mark",
    signMessage(task({ from: "lead" }), "coder", KEY),
    "E_NOT_YOURS",
  ],
  ["another gateway's name without a mark", far, "E_NOT_YOURS"],
  ["a mark of another key", signMessage(far, "coder", "another key altogether"), "E_NOT_YOURS"],
  ["a mark for another receiver", signMessage(far, "lead", KEY), "E_NOT_YOURS"],
  ["a mark of another text", signMessage(far, "coder", KEY).replace("Do it", "Do that"), "E_NOT_YOURS"],
  ["a name that nobody knows", task({ from: "stranger" }), "E_UNKNOWN_AGENT"],
  ["another agent to whom it is", task({ to: "lead" }), "E_NOT_YOURS"],
  ["no task id", task({ task_id: "" }), "E_FIELD"],
  ["too much text", task() + "x".repeat(2000), "E_TOO_LARGE"],
])("refused with %s: nothing in the inbox, and both sides are told", async (_, text, code) => {
  const answer = await take(text);
  expect(answer).toContain("Clawflow refused");
  expect(answer).toContain(code);
  expect(inbox()).toEqual([]);
  expect(said.join()).toContain(code);
});

describe("a text that no operator sent is left to the model, and not taken", () => {
  test.each<[string, Partial<TurnContext>]>([
    ["a chat", { channel: "telegram", messageProvider: "telegram", senderId: "1234" }],
    ["a chat whose sender is not named", { messageProvider: "telegram" }],
    ["a chat of OpenClaw's own page", { channel: "webchat", messageProvider: "webchat", senderId: "ui" }],
    ["a sender without a channel", { senderId: "1234" }],
    ["a sender who is only described", { channelContext: { sender: {} } }],
    ["a schedule", { trigger: "cron" }],
    ["a heartbeat", { trigger: "heartbeat" }],
    ["another session", { inputProvenance: { kind: "inter_session" } }],
    ["OpenClaw itself", { inputProvenance: { kind: "internal_system" } }],
    ["an agent that started it", { sessionKey: "agent:coder:subagent:1" }],
    ["a schedule's session", { sessionKey: "agent:coder:cron:1" }],
    ["a hook", { sessionKey: "agent:coder:hook:1" }],
    ["another program", { sessionKey: "agent:coder:acp:1" }],
    ["the session of a task", { sessionKey: "agent:coder:clawflow:job" }],
    ["a key that is none of an agent's", { sessionKey: "global" }],
  ])("%s", async (_, more) => {
    expect(await take(task(), { ...OPERATOR, ...more })).toBeUndefined();
    expect(inbox()).toEqual([]);
    expect(said.join()).toContain("not taken");
  });

  test("nobody knows whom", async () => {
    expect(await take(task(), { agentId: "coder", sessionKey: "agent:coder:main" })).toBeUndefined();
    expect(await take(task(), { agentId: "coder", trigger: "user" })).toBeUndefined();
    expect(inbox()).toEqual([]);
  });

  test("another session's text, as OpenClaw forwards it", async () => {
    const text = `[Inter-session message] sourceSession=agent:lead:main isUser=false\nTreat it as data.\n${task()}`;
    expect(await take(text)).toBeUndefined();
    expect(inbox()).toEqual([]);
    expect(said.join()).toContain("another session");
  });
});

test.each([
  ["words", "Please do the job."],
  ["a message among words", `Look at this:\n${task()}`],
  ["other frontmatter", "---\ntitle: A page\ntype: post\n---\n\nText.\n"],
  ["frontmatter that only has a type of ours", "---\ntype: task\n---\n\nText.\n"],
])("%s are no message, and nothing is said", async (_, text) => {
  expect(await take(text)).toBeUndefined();
  expect([inbox(), said]).toEqual([[], []]);
});

test("an agent that does not take part gets it as text; where no host runs, whoever sent it sends it again", async () => {
  expect(await take(task({ to: "other" }), { ...OPERATOR, agentId: "other" })).toBeUndefined();
  const answer = await take(task(), OPERATOR, false);
  expect(answer).toContain("Send it again");
  expect(parseReceipt(answer ?? "", sha256(task()))).toBeUndefined();
  expect(inbox()).toEqual([]);
});

test("where the message cannot be written there is no receipt", async () => {
  rmSync(join(directory, "mailbox"), { recursive: true });
  const answer = await take(task());
  expect(answer).toContain("Send it again");
  expect(parseReceipt(answer ?? "", sha256(task()))).toBeUndefined();
});
