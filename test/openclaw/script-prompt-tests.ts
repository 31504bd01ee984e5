import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../host/until.ts";
import type { Gateway } from "./rig/gateway.ts";
import type { GatewayClient } from "./rig/gateway-client.ts";
import { callsTool, says } from "./rig/model-answer.ts";
import type { ScriptedModel } from "./rig/scripted-model.ts";
import { finished } from "./rig/team-files.ts";

const LONG = 120_000;

interface Approval {
  id: string;
  request: { pluginId: string; title: string; description: string; toolName: string };
}

/** With `script_approval: "openclaw"`: a person says yes or no in OpenClaw's own prompt before an agent of a chat may run a script. */
export function scriptPromptTests(rig: () => { model: ScriptedModel; gateway: Gateway }): void {
  let model: ScriptedModel;
  let gateway: Gateway;
  let person: GatewayClient | undefined;

  beforeEach(() => {
    ({ model, gateway } = rig());
    model.reset();
  });
  afterEach(() => {
    person?.close();
    person = undefined;
  });

  /** A person writes in the chat, and the agent calls the tool with this script. @returns when it is in */
  async function say(text: string, script: string): Promise<void> {
    model.rule(
      {
        agent: "lead",
        prompt: text,
        answer: callsTool("clawflow_workflow", { action: "run", script, args: [text] }),
      },
      { agent: "coder", prompt: "Write it down", answer: says("It is written.") },
    );
    const sessionKey = `agent:lead:${text.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
    await gateway.call("chat.send", { sessionKey, message: text, idempotencyKey: `prompt:${text}` });
  }

  /** What the tool said to the model. */
  async function toolSaid(text: string): Promise<string> {
    const { toolResults } = await model.asked(
      ({ agent, prompt, toolResults }) => agent === "lead" && prompt.includes(text) && toolResults.length > 0,
      LONG,
    );
    return toolResults.join("\n");
  }

  async function asked(of: GatewayClient): Promise<Approval> {
    const first = async () => ((await of.call("plugin.approval.list", {})) as Approval[])[0];
    return await until(first, "the prompt", LONG);
  }

  const runs = () => {
    const tasks = join(gateway.workspace("lead"), "tasks");
    return existsSync(tasks) ? readdirSync(tasks).filter((name) => name.startsWith("write-it-")) : [];
  };

  /** What the script had the coder do. Words of other tests may still go on between the agents. */
  const written = () => model.requestsOf("coder").filter(({ prompt }) => prompt.includes("Write it down"));

  const SCRIPT = `export const meta = {name: "write", description: "Write it"};
return [args, await agent("Write it down", {agent: "coder"})];`;

  test("a person who is shown the whole script says yes in OpenClaw's own prompt: it runs at once", async () => {
    person = await gateway.connect(["plugin-approvals"]);
    await say("Run it, please", SCRIPT);
    const { id, request } = await asked(person);
    expect(request).toMatchObject({ pluginId: "clawflow", toolName: "clawflow_workflow" });
    for (const part of [SCRIPT, '["Run it, please"]']) expect(request.description).toContain(part);
    expect(runs()).toEqual([]);
    await person.call("plugin.approval.resolve", { id, decision: "allow-once" });
    expect(await toolSaid("Run it, please")).toContain("It is approved and has begun");
    const run = await until(() => runs()[0], "the folder of the run", LONG);
    const task = await finished(gateway, "lead", run);
    expect(JSON.parse(task.text.output)).toEqual([["Run it, please"], "It is written."]);
  });

  test("with a no nothing is handed in, and with nobody who is shown such prompts neither", async () => {
    const before = runs();
    person = await gateway.connect(["plugin-approvals"]);
    await say("Run it, or not", SCRIPT);
    const { id } = await asked(person);
    await person.call("plugin.approval.resolve", { id, decision: "deny" });
    expect(await toolSaid("Run it, or not")).toMatch(/den(y|ied)/i);
    person.close();
    person = undefined;
    await say("Run it, with nobody there", SCRIPT);
    expect(await toolSaid("Run it, with nobody there")).toMatch(/approval/i);
    expect(runs()).toEqual(before);
    expect(written()).toEqual([]);
  });

  test("a script of which OpenClaw would mask a part is not put to a person there, who would not see the whole of it", async () => {
    person = await gateway.connect(["plugin-approvals"]);
    await say(
      "Run what hides",
      `const token = "and then something else";\n${SCRIPT.replace("args", "token")}`,
    );
    expect(await toolSaid("Run what hides")).toContain("Nothing of it runs before a person approves it");
    expect(await person.call("plugin.approval.list", {})).toEqual([]);
    expect(written()).toEqual([]);
  });
}
