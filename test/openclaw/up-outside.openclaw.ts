import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, MAIN } from "../cli/cli.ts";
import { Gateway } from "./rig/gateway.ts";
import { says } from "./rig/model-answer.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { dropTask, finished, hosted } from "./rig/team-files.ts";

let model: ScriptedModel;
let gateway: Gateway;
let up: ChildProcess | undefined;

beforeAll(async () => {
  await ensureBuilt();
  model = await ScriptedModel.start();
  const agents = { lead: { allowAgents: ["coder"] }, coder: { description: "Writes code" } };
  gateway = await Gateway.create({ model, agents, plugin: false });
  await gateway.start();
});

afterAll(async () => {
  up?.kill("SIGTERM");
  await gateway?.remove();
  await model?.close();
});

const plan = `\`\`\`clawflow-plan
{"subtasks": {"base": {"agent": "coder", "instructions": "Lay it."}}}
\`\`\``;

test("`clawflow up --openclaw` hosts the agents of a gateway that has no plugin: a call of the model for each question", async () => {
  model.rule(
    { agent: "lead", prompt: "Build the tower", answer: says(plan) },
    { agent: "coder", prompt: "Lay it", answer: says("It lies.") },
    { agent: "lead", prompt: "It lies.", answer: says("The tower stands.") },
  );
  const bin = join(gateway.home, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "openclaw"), gateway.script());
  chmodSync(join(bin, "openclaw"), 0o755);
  // OpenClaw does other things where it is told that it is tested.
  const env = {
    HOME: gateway.home,
    OPENCLAW_STATE_DIR: gateway.stateDir,
    PATH: `${bin}:${process.env.PATH}`,
  };
  const options = { cwd: gateway.home, env, stdio: "inherit" as const };
  up = spawn(process.execPath, [MAIN, "up", "--openclaw"], options);
  const ended = new Promise<never>((_, reject) =>
    up?.once("exit", (code) => reject(new Error(`clawflow up ended with ${code}`))),
  );
  await Promise.race([hosted(gateway, "lead", "coder"), ended]);
  const id = await dropTask(gateway, "lead", { title: "Tower", instructions: "Build the tower." });
  const task = await finished(gateway, "lead", id);
  expect(task.text.output.trim()).toBe("The tower stands.");
  expect(task.used?.tokens).toBeGreaterThan(0);
  expect([model.counts("lead").calls, model.counts("coder").calls]).toEqual([2, 1]);
  expect(existsSync(join(gateway.stateDir, "clawflow", "team.yaml"))).toBe(true);
});
