import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GATEWAY_METHODS } from "../../src/openclaw/gateway-methods.ts";
import { messageTests } from "./message-tests.ts";
import { Gateway, pluginPackage } from "./rig/gateway.ts";
import { says } from "./rig/model-answer.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { finished } from "./rig/team-files.ts";
import { scriptPromptTests } from "./script-prompt-tests.ts";

let model: ScriptedModel;
let gateway: Gateway;

beforeAll(async () => {
  model = await ScriptedModel.start();
  gateway = await Gateway.create({
    model,
    agents: { lead: { allowAgents: ["coder"] }, coder: { entry: { tools: { allow: ["read"] } } } },
    more: { tools: { toolSearch: false } },
    plugin: pluginPackage(),
  });
});

afterAll(async () => {
  await gateway?.remove();
  await model?.close();
});

async function clawflow<T>(...words: string[]): Promise<T> {
  return JSON.parse((await gateway.command("clawflow", ...words, "--json")).stdout) as T;
}

/** What stands last in the chat of a person who typed that there. */
async function typed(text: string): Promise<string> {
  const sessionKey = "agent:lead:main";
  await gateway.call("chat.send", { sessionKey, message: text, idempotencyKey: `typed:${text}` });
  for (;;) {
    const { messages } = await gateway.call<{ messages: { role: string }[] }>("chat.history", { sessionKey });
    const last = messages.findLast(({ role }) => role === "assistant");
    if (last !== undefined) return JSON.stringify(last);
    await delay(100);
  }
}

/** The configuration as a person has it who has just installed the plugin. */
let before: Record<string, unknown>;

test("setup makes the settings, and OpenClaw sees what we say", async () => {
  // The rig has made the settings by itself.
  const bare = gateway.config() as { plugins: { entries: { clawflow: object } } };
  bare.plugins.entries.clawflow = { enabled: true, config: { script_approval: "openclaw" } };
  gateway.writeConfig(bare);
  before = gateway.config();

  const { changes } = await clawflow<{ changes: { path: string[] }[] }>("setup", "--yes");
  expect(changes.map(({ path }) => path.join("."))).toEqual([
    "plugins.entries.clawflow.hooks.allowConversationAccess",
    "agents.entries.coder.tools.allow",
  ]);
  const { stdout } = await gateway.command("plugins", "inspect", "clawflow", "--runtime", "--json");
  const seen = JSON.parse(stdout) as Record<string, unknown>;
  expect(seen).toMatchObject({ diagnostics: [], commands: ["clawflow"], cliCommands: ["clawflow"] });
  expect(seen.gatewayMethods).toEqual(GATEWAY_METHODS.map(([name]) => name));
  await gateway.start();
});

test("work is given and looked at in all three ways, without a call of the model but for the work", async () => {
  model.rule({ agent: "lead", prompt: "Compare the drafts", answer: says("The second is better.") });
  const work = { agent: "lead", instructions: "Compare the drafts" };
  const { task_id } = await gateway.call<{ task_id: string }>("clawflow.start", work);
  await finished(gateway, "lead", task_id);
  expect(model.counts().calls).toBe(1);
  const answered = { task_id, text: { output: expect.stringContaining("The second is better.") } };
  expect(await gateway.call("clawflow.show", { what: task_id })).toMatchObject(answered);
  expect(await clawflow("show", task_id)).toMatchObject(answered);
  expect(await typed(`/clawflow show ${task_id}`)).toContain("The second is better.");
  await expect(gateway.call("clawflow.show", { what: "no-such-task" })).rejects.toThrow("no-such-task");
  expect(model.counts().calls).toBe(1);

  model.rule({ agent: "coder", prompt: "Write it", answer: says("It is written.") });
  await typed("/clawflow send coder Write it");
  const told = await model.asked(({ agent, prompt }) => agent === "lead" && prompt.includes("h-told-"));
  expect(told.prompt).toContain("It is written.");
});

messageTests(() => ({ model, gateway }));

scriptPromptTests(() => ({ model, gateway }));

test("setup is undone", async () => {
  await gateway.stop();
  await clawflow("setup", "--undo", "--yes");
  expect(gateway.config()).toMatchObject({ plugins: before.plugins, agents: before.agents });
});
