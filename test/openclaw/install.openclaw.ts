import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pluginManifest } from "../../src/openclaw/manifest.ts";
import { Gateway, PLUGIN_FOLDER, pluginPackage } from "./rig/gateway.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { dropTask, finished, hosted } from "./rig/team-files.ts";
import { TOWER_RULES } from "./rig/tower-rules.ts";

const manifest = JSON.parse(readFileSync(join(PLUGIN_FOLDER, "openclaw.plugin.json"), "utf8"));

interface Inspected {
  plugin: { status: string; enabled: boolean; version: string; skills?: string[] };
  tools: { names: string[]; optional: boolean }[];
  services: string[];
  diagnostics: unknown[];
  compatibility: unknown[];
}

let model: ScriptedModel;

beforeAll(async () => {
  model = await ScriptedModel.start();
});

afterAll(async () => await model?.close());

describe.each([
  ["the folder", () => PLUGIN_FOLDER],
  ["the package", pluginPackage],
])("%s", (_, plugin) => {
  let gateway: Gateway | undefined;

  afterAll(async () => await gateway?.remove());

  test("is installed without a question, and OpenClaw sees what we say of it", async () => {
    gateway = await Gateway.create({ model, agents: { lead: {} }, plugin: plugin() });
    const { stdout } = await gateway.command("plugins", "inspect", "clawflow", "--runtime", "--json");
    const { plugin: seen, tools, services, diagnostics, compatibility } = JSON.parse(stdout) as Inspected;
    expect(diagnostics).toEqual([]);
    expect(compatibility).toEqual([]);
    expect(seen).toMatchObject({ status: "loaded", enabled: true, version: manifest.version });
    expect(tools.flatMap(({ names }) => names)).toEqual(manifest.contracts.tools);
    expect(services).toEqual(["clawflow"]);
  });

  test("models are told of its skill", async () => {
    const { stdout = "" } = (await gateway?.command("skills", "list", "--agent", "lead", "--json")) ?? {};
    const { skills } = JSON.parse(stdout) as { skills: { name: string }[] };
    expect(skills.find(({ name }) => name === "clawflow")).toMatchObject({
      eligible: true,
      modelVisible: true,
      // `/clawflow` is the plugin's own.
      commandVisible: false,
    });
  });
});

test("the manifest that was built is the source's", () => {
  expect(manifest).toEqual(pluginManifest(manifest.version));
});

test("installed into a gateway that runs it is as whole as in one that is started with it", async () => {
  const agents = { lead: { allowAgents: ["coder"] }, coder: { description: "Writes code" } };
  const gateway = await Gateway.create({ model, agents, plugin: false });
  try {
    await gateway.start();
    await gateway.install(pluginPackage());
    await hosted(gateway, "lead", "coder");
    model.rule(...TOWER_RULES);
    const id = await dropTask(gateway, "lead", { title: "Tower", instructions: "Build the tower." });
    const { status, used } = await finished(gateway, "lead", id);
    expect(status).toBe("done");
    // The transcript could be read.
    expect(used?.usd).toBeGreaterThan(0);
    const calls = join(gateway.workspace("lead"), "tasks", id, "calls");
    const [plan, answer] = ["1.json", "2.json"].map((name) => readFileSync(join(calls, name), "utf8"));
    expect([plan, answer]).toEqual([
      expect.stringContaining('"turn clawflow:lead:'),
      expect.stringContaining('"completion of lead"'),
    ]);
  } finally {
    await gateway.remove();
  }
});
