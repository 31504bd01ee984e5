import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { until } from "../host/until.ts";
import { FakeTelegram } from "./rig/fake-telegram.ts";
import { Gateway } from "./rig/gateway.ts";
import { archived } from "./rig/job-in-chat.ts";
import { after, callsTool, says } from "./rig/model-answer.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { hosted } from "./rig/team-files.ts";
import { TOWER_RULES } from "./rig/tower-rules.ts";

const NEWS = /\[Clawflow h-told-[0-9a-f]+\]/;
const RESULT = "The team has built it.";
/** Milliseconds for what takes part of a second where nothing else runs. */
const LONG = 240_000;

let model: ScriptedModel;
let telegram: FakeTelegram;
let gateway: Gateway;
let before = 0;

beforeAll(async () => {
  model = await ScriptedModel.start();
  telegram = await FakeTelegram.start();
  gateway = await Gateway.create({
    model,
    agents: { lead: { allowAgents: ["coder"] }, coder: { description: "Writes code" } },
    more: telegram.configFor("lead"),
    env: { OPENCLAW_SKIP_CHANNELS: "" },
  });
  await gateway.start();
  await hosted(gateway, "lead", "coder");
});

afterAll(async () => {
  await gateway?.remove();
  await telegram?.close();
  await model?.close();
});

beforeEach(() => {
  model.reset();
  telegram.got.length = 0;
  const start = callsTool("clawflow_start", { title: "Tower", instructions: "Build the tower." });
  model.rule({ agent: "lead", prompt: "Use the team", answer: start }, ...TOWER_RULES, {
    agent: "lead",
    prompt: NEWS,
    answer: says(RESULT),
  });
  // OpenClaw asks so itself, of a turn that was cut off.
  model.rule({ agent: "lead", prompt: /previous turn was interrupted/, answer: says(RESULT) });
  before = receipts().length;
});

const results = () => telegram.got.filter((text) => text.includes(RESULT));
/** Once a receipt lies in the archive nothing more is told. */
const receipts = () => archived(gateway, "lead", "progress", "tower");

test("who asked in a channel gets the result there, once", async () => {
  telegram.say("Use the team for this: a tower.");
  await until(() => results().length > 0, "the result in the channel", LONG);
  await until(() => receipts().length > before, "the receipt", LONG);
  expect(results()).toHaveLength(1);
});

test("killed while the chat is being told, the gateway brings the result into the channel all the same, once", async () => {
  model.rule({ agent: "lead", prompt: NEWS, answer: after(600_000, says("Never said.")) });
  telegram.say("Use the team for this: a tower.");
  await model.asked(({ prompt }) => NEWS.test(prompt), LONG);
  await gateway.kill();
  model.rule({ agent: "lead", prompt: NEWS, answer: says(RESULT) });
  await gateway.start();
  await until(() => receipts().length > before, "the receipt", LONG);
  await until(() => results().length > 0, "the result in the channel", LONG);
  expect(results()).toHaveLength(1);
}, 600_000);
