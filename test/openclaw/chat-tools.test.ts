import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import { handIn, submitTask } from "../../src/host/submit.ts";
import { readChatJobs } from "../../src/openclaw/chat-jobs.ts";
import { newsOfEnd, receiptName, receiptOf } from "../../src/openclaw/chat-news.ts";
import type { ChatTool } from "../../src/openclaw/chat-tool-texts.ts";
import { chatTool } from "../../src/openclaw/chat-tools.ts";
import type { RunningTeam } from "../../src/openclaw/running-team.ts";
import type { ToolContext } from "../../src/openclaw/types.ts";
import type { BrainQuestion } from "../../src/protocol/question.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { verifyRoot } from "../../src/view/verify/verify-root.ts";
import { until } from "../host/until.ts";

const folder = mkdtempSync(join(tmpdir(), "clawflow-chat-"));
const CHAT = "agent:lead:main";
let host: Host | undefined;
let number = 0;

afterEach(async () => {
  await host?.stop();
  host = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A team of two whose brains are asked what is noted here. */
async function rig() {
  const root = join(folder, `${++number}`);
  const asked: string[] = [];
  const brain = async ({ kind, task }: BrainQuestion) => {
    asked.push(`${kind} ${task.title}`);
    return { results: `${task.title} is done` };
  };
  host = await createHost({
    root,
    agents: { lead: { brain, peers: ["coder"] }, coder: { brain, peers: [] } },
  });
  await host.start();
  const disk = nodeDisk();
  const agents = new Map(host.agents.map((id) => [id, join(root, id)]));
  const expected: string[] = [];
  let telling = false;
  const news: string[] = [];
  const team: RunningTeam = {
    root,
    disk,
    agents,
    host,
    chats: {
      expect: ({ task_id }) => void expected.push(task_id),
      take: async () => news.splice(0),
      isTelling: () => telling,
    },
  };
  const context: ToolContext = { agentId: "lead", sessionKey: CHAT, senderIsOwner: true };
  const call = async (name: ChatTool, parameters: unknown, more: Partial<ToolContext> = {}) => {
    const tool = chatTool(name, { ...context, ...more }, () => team);
    if (tool === null) throw new Error("no such tool here");
    return (await tool.execute("call-1", parameters)).content.map(({ text }) => text).join("\n");
  };
  /** Files are written when the work comes to rest. */
  const written = async (agent: string, id: string, what = "") => {
    const file = join(root, agent, "tasks", id, "task.md");
    await until(() => existsSync(file) && readFileSync(file, "utf8").includes(what));
  };
  const start = async (parameters: Record<string, unknown> = {}) => {
    const text = await call("clawflow_start", { title: "Tower", instructions: "Build it.", ...parameters });
    const id = /tower-\w+/.exec(text)?.[0] ?? "";
    await written("lead", id);
    return id;
  };
  return {
    host,
    asked,
    expected,
    news,
    disk,
    agents,
    call,
    start,
    written,
    tell: (is: boolean) => (telling = is),
  };
}

const PLAN = { subtasks: { base: { agent: "coder", description: "The base", instructions: "Lay it." } } };

test("a job that a chat starts is a person's, and its TASK says in which chat it began", async () => {
  const { host, start, expected, disk, agents } = await rig();
  const id = await start({ budget: { tokens: 1000 }, context: "None", expected_output: "A tower" });
  const task = await host.finished("lead", id);
  expect(task).toMatchObject({ from: "human", status: "done", budget: { tokens: 1000 } });
  expect(expected).toEqual([id]);
  expect(readChatJobs(disk, agents, 1)).toEqual({
    jobs: [{ agent: "lead", task_id: id, chat: CHAT }],
    receipts: new Set(),
  });
});

test("a plan that is given with it is taken without asking for one", async () => {
  const { host, start, asked } = await rig();
  const id = await start({ plan: PLAN });
  await host.finished("lead", id);
  expect(asked).toEqual(["consider The base", "synthesise Tower"]);
});

test("who calls is said by OpenClaw alone: no parameter can name an agent or a chat", async () => {
  const { call } = await rig();
  for (const more of [{ agent: "coder" }, { chat: "agent:coder:main" }, { sessionKey: "agent:coder:main" }])
    await expect(call("clawflow_start", { title: "T", instructions: "I", ...more })).rejects.toThrow(
      /E_FIELD/,
    );
});

test("there are no such tools in sessions of tasks and of subagents, nor for agents that take no part", () => {
  const team = { agents: new Map([["lead", "/w"]]) } as unknown as RunningTeam;
  const given = (context: ToolContext) => chatTool("clawflow_start", context, () => team) !== null;
  expect(given({ agentId: "lead", sessionKey: CHAT })).toBe(true);
  expect(given({ agentId: "lead", sessionKey: "agent:lead:clawflow:tower" })).toBe(false);
  expect(given({ agentId: "lead", sessionKey: "agent:lead:subagent:1" })).toBe(false);
  expect(given({ agentId: "stranger", sessionKey: "agent:stranger:main" })).toBe(false);
  expect(given({ sessionKey: CHAT })).toBe(false);
});

test("status, why and show speak of the agent's own jobs, with what the chat was not told yet", async () => {
  const { call, start, news, written } = await rig();
  const id = await start({ plan: PLAN });
  await written("lead", id, "status: done");
  news.push("[Clawflow h-told-1] It is done");
  const status = await call("clawflow_status", {});
  expect(status).toMatch(/^\[Clawflow h-told-1\] It is done\n\nend tower-\w+ lead done/);
  expect(await call("clawflow_status", { task: id })).toContain("- base coder");
  expect(await call("clawflow_why", { task: id })).toMatch(new RegExp(`^why ${id} lead done`));
  expect(await call("clawflow_show", { task: `${id}/base` })).toContain("The base is done");
  // A part of the job is the lead's to look at, and no job of the one who did it.
  expect(await call("clawflow_show", { task: `${id}.base` })).toContain("The base is done");
  const other = { agentId: "coder", sessionKey: "agent:coder:main" };
  await expect(call("clawflow_show", { task: id }, other)).rejects.toThrow(/E_NOT_YOURS/);
  await expect(call("clawflow_status", { task: `${id}.base` }, other)).rejects.toThrow(/E_NOT_YOURS/);
});

test("a decision is taken from the turn of an owner, and never from one that only tells something", async () => {
  const { host, call, start, tell, written } = await rig();
  const id = await start({ plan: PLAN, approval: "first" });
  await written("lead", id, "waiting:");
  const approve = { task: id, action: "approve" };
  await expect(call("clawflow_control", approve, { senderIsOwner: false })).rejects.toThrow(/E_NOT_YOURS/);
  tell(true);
  await expect(call("clawflow_control", approve)).rejects.toThrow(/E_NOT_YOURS/);
  tell(false);
  expect(await call("clawflow_why", { task: id })).toContain(
    `clawflow_control {"task":"${id}","action":"approve"}`,
  );
  await expect(
    call("clawflow_control", approve, { agentId: "coder", sessionKey: "agent:coder:main" }),
  ).rejects.toThrow(/E_NOT_YOURS/);
  await call("clawflow_control", approve);
  expect((await host.finished("lead", id)).status).toBe("done");
  await written("lead", id, "status: done");
  await expect(call("clawflow_control", approve)).rejects.toThrow(/E_STATE/);
});

test("a job is cancelled; one of another agent is not", async () => {
  const { host, call, start, written } = await rig();
  const id = await start({ plan: PLAN, approval: "first" });
  const { task_id } = await submitTask(host, "coder", "Something else");
  await written("coder", task_id);
  await expect(call("clawflow_control", { task: task_id, action: "cancel" })).rejects.toThrow(/E_NOT_YOURS/);
  await call("clawflow_control", { task: id, action: "cancel" });
  expect((await host.finished("lead", id)).status).toBe("cancelled");
});

test("the receipt of what a chat was told lies in the archive, is found there by the next process, and leaves nothing to complain of", async () => {
  const { host, start, written, disk, agents } = await rig();
  const id = await start({ plan: PLAN });
  const task = await host.finished("lead", id);
  const news = newsOfEnd({ agent: "lead", task_id: id, chat: CHAT }, task);
  if (news === undefined) throw new Error("nothing to tell");
  await handIn(host, "lead", receiptOf(news, new Date().toISOString()));
  const inbox = join(agents.get("lead") as string, "mailbox", "inbox");
  await until(() => readdirSync(inbox).length === 0);
  expect(readChatJobs(disk, agents, 1).receipts).toContain(receiptName(news));
  await written("lead", id, "status: done");
  await host.stop();
  expect(verifyRoot(disk, agents)).toEqual([]);
});

test("a TASK that names a chat of another agent is told nowhere", async () => {
  const { host, start, disk, agents } = await rig();
  const id = await start();
  await host.finished("lead", id);
  const [, workspace] = [...agents][1] as [string, string];
  expect(readChatJobs(disk, new Map([["coder", join(workspace, "..", "lead")]]), 1).jobs).toEqual([]);
  const archive = join(agents.get("lead") as string, "mailbox", "archive");
  const file = readdirSync(archive, { recursive: true })
    .map(String)
    .find((name) => name.endsWith(".md"));
  expect(readFileSync(join(archive, file ?? ""), "utf8")).toContain(`chat: ${CHAT}`);
});
