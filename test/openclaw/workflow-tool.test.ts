import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import type { ChatTool } from "../../src/openclaw/chat-tool-texts.ts";
import { chatTool } from "../../src/openclaw/chat-tools.ts";
import type { RunningTeam } from "../../src/openclaw/running-team.ts";
import { askBeforeScript, ScriptApprovals } from "../../src/openclaw/script-approval.ts";
import type { ToolContext } from "../../src/openclaw/types.ts";
import type { BrainQuestion } from "../../src/protocol/question.ts";
import { sandboxInWorker } from "../../src/script/start-sandbox.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { rememberApproval } from "../../src/store/saved-scripts.ts";
import { scriptRunner } from "../../src/workflow/script-runner.ts";
import { until } from "../host/until.ts";
import { builtWorker } from "../script/built-worker.ts";

const SCRIPT = `export const meta = {name: "two", description: "Ask the coder twice"};
return await parallel(args.map((one) => () => agent("Do " + one, {agent: "coder"})));`;

let startSandbox: ReturnType<typeof sandboxInWorker>;
beforeAll(async () => {
  startSandbox = sandboxInWorker(await builtWorker());
});

async function rig(more: Partial<RunningTeam> = {}) {
  const root = mkdtempSync(join(tmpdir(), "clawflow-workflow-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const asked: string[] = [];
  const brain = async ({ task }: BrainQuestion) => {
    asked.push(task.instructions);
    return { results: `did ${task.instructions}` };
  };
  const agents = { lead: { brain, peers: ["coder"] }, coder: { brain, concurrency: 2 } };
  const host = await createHost({
    root,
    agents,
    durability: "os",
    ports: { scripts: scriptRunner({ startSandbox }) },
  });
  onTestFinished(() => host.stop());
  await host.start();
  const expected: string[] = [];
  const team: RunningTeam = {
    root,
    disk: nodeDisk(),
    agents: new Map(host.agents.map((id) => [id, join(root, id)])),
    host,
    chats: {
      expect: ({ task_id }) => void expected.push(task_id),
      take: async () => [],
      isTelling: () => false,
    },
    ...more,
  };
  const context: ToolContext = { agentId: "lead", sessionKey: "agent:lead:main", senderIsOwner: true };
  const call = async (
    parameters: object,
    name: ChatTool = "clawflow_workflow",
    more: Partial<ToolContext> = {},
    id = "call",
  ) => {
    const answer = await chatTool(name, { ...context, ...more }, () => team)?.execute(id, parameters);
    return answer?.content.map(({ text }) => text).join("\n") ?? "";
  };
  /** Files are written when the work comes to rest. */
  const waiting = (id: string) => {
    const file = join(root, "lead", "tasks", id, "task.md");
    return until(() => existsSync(file) && readFileSync(file, "utf8").includes("\nwaiting:"), "the wait");
  };
  return { host, asked, expected, call, waiting, team, workspace: join(root, "lead") };
}

const idIn = (text: string) => /ask-the-coder-twice-\w+/.exec(text)?.[0] ?? "";

test("a script that an agent hands in waits for the owner, calls nobody before, and its chat is to hear of it", async () => {
  const { host, asked, expected, call, waiting } = await rig();
  const id = idIn(await call({ action: "run", script: SCRIPT, args: ["this", "that"] }));
  expect(expected).toEqual([id]);
  await waiting(id);
  const approve = { task: id, action: "approve" };
  await expect(call(approve, "clawflow_control", { senderIsOwner: false })).rejects.toThrow(/E_NOT_YOURS/);
  expect(asked).toEqual([]);
  await call(approve, "clawflow_control");
  const task = await host.finished("lead", id);
  expect(JSON.parse(task.text.output)).toEqual(["did Do this", "did Do that"]);
  expect(await call({ action: "status", run: id })).toContain("done");
});

test("a script is saved, listed, run by its name, and cancelled", async () => {
  const { host, call, waiting } = await rig();
  expect(await call({ action: "list" })).toBe("No script is saved.");
  await call({ action: "save", name: "two", script: SCRIPT });
  expect(await call({ action: "list" })).toBe("two");
  await expect(call({ action: "run-saved", name: "three" })).rejects.toThrow(/E_NOT_FOUND.*two/s);
  const id = idIn(await call({ action: "run-saved", name: "two", args: ["x"] }));
  await waiting(id);
  await call({ action: "cancel", run: id });
  expect((await host.finished("lead", id)).status).toBe("cancelled");
});

test("a saved script that a person approved for good runs at once; another text under its name does not", async () => {
  const { host, call, waiting, workspace } = await rig();
  await call({ action: "save", name: "two", script: SCRIPT });
  await rememberApproval(nodeDisk(), workspace, "two", SCRIPT);
  const id = idIn(await call({ action: "run-saved", name: "two", args: ["x"] }));
  expect((await host.finished("lead", id)).status).toBe("done");
  await call({ action: "save", name: "two", script: `${SCRIPT}\n// more` });
  await waiting(idIn(await call({ action: "run-saved", name: "two", args: ["x"] })));
});

test("what is wrong is told to the model: a script that cannot run, something that is missing, another's run", async () => {
  const { call } = await rig();
  await expect(call({ action: "run", script: "return require('fs')" })).rejects.toThrow(/E_SCRIPT.*line 1/s);
  await expect(call({ action: "run" })).rejects.toThrow(/E_FIELD.*script/s);
  await expect(call({ action: "cancel", run: "nothing-x" })).rejects.toThrow(/E_NOT_FOUND/);
  await expect(call({ action: "run", script: SCRIPT, agent: "coder" })).rejects.toThrow(/E_FIELD/);
});

describe("OpenClaw's own prompt", () => {
  const gateOf = async (
    team: RunningTeam,
    params: Record<string, unknown>,
    call = "c1",
    mask: (text: string) => string = (text) => text,
  ) => {
    const event = { toolName: "clawflow_workflow", params, toolCallId: call };
    return (await askBeforeScript(event, "lead", team, async () => mask))?.requireApproval;
  };

  test("shows the whole script, its arguments and budget; yes runs exactly that at once", async () => {
    const { host, call, waiting, team } = await rig({ scriptApprovals: new ScriptApprovals() });
    const params = { action: "run", script: SCRIPT, args: ["this"], budget: { usd: 2, tasks: 5 } };
    const gate = await gateOf(team, params);
    for (const part of [SCRIPT, '["this"]', '"tasks":5']) expect(gate?.description).toContain(part);
    expect(gate?.allowedDecisions).toEqual(["allow-once", "deny"]);
    gate?.onResolution("allow-once");
    const id = idIn(await call(params, "clawflow_workflow", {}, "c1"));
    expect((await host.finished("lead", id)).status).toBe("done");
    // It was for that call, and for that text.
    await waiting(idIn(await call(params, "clawflow_workflow", {}, "c1")));
    (await gateOf(team, params, "c2"))?.onResolution("allow-once");
    await waiting(
      idIn(await call({ ...params, script: `${SCRIPT} // more` }, "clawflow_workflow", {}, "c2")),
    );
    (await gateOf(team, params, "c3"))?.onResolution("deny");
    await waiting(idIn(await call(params, "clawflow_workflow", {}, "c3")));
  });

  test("asks for what is saved by its text, and not for what it could not show whole, or what runs nothing", async () => {
    const { call, team, workspace } = await rig({ scriptApprovals: new ScriptApprovals() });
    await call({ action: "save", name: "two", script: SCRIPT });
    expect((await gateOf(team, { action: "run-saved", name: "two" }))?.description).toContain(SCRIPT);
    await rememberApproval(nodeDisk(), workspace, "two", SCRIPT);
    for (const params of [
      { action: "run-saved", name: "two" },
      { action: "run-saved", name: "none" },
      { action: "run", script: `${SCRIPT} // ${"x".repeat(512)}` },
      { action: "run", script: "return require('fs')" },
      { action: "status", run: "two" },
      { action: "list" },
      {},
    ])
      expect(await gateOf(team, params)).toBeUndefined();
    const { scriptApprovals: _, ...without } = team;
    expect(await gateOf(without, { action: "run", script: SCRIPT })).toBeUndefined();
  });

  test("does not ask for what OpenClaw would not show as it is: what it masks, also between what cannot be seen, and what it makes longer", async () => {
    const { team } = await rig({ scriptApprovals: new ScriptApprovals() });
    const mask = (text: string) => text.replace(/token = "[^"]*"/, 'token = "***"');
    const run = (script: string) => gateOf(team, { action: "run", script }, "c1", mask);
    expect(await run(`const toke = "x";\nreturn toke;`)).toBeDefined();
    expect(await run(`const token = "and then something else";\nreturn token;`)).toBeUndefined();
    expect(await run(`const to\u200Dken = "and then something else";\nreturn 1;`)).toBeUndefined();
    const lines = (indent: string) => `return [\n${`${indent}1,\n`.repeat(60)}];`;
    expect(await run(lines(" "))).toBeDefined();
    expect(await run(lines("\t"))).toBeUndefined();
    const event = {
      toolName: "clawflow_workflow",
      params: { action: "run", script: "return 1;" },
      toolCallId: "c",
    };
    const none = async () => {
      throw new Error("this OpenClaw has none");
    };
    expect(await askBeforeScript(event, "lead", team, none)).toBeUndefined();
  });
});
