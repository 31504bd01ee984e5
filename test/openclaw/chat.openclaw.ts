import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { until } from "../host/until.ts";
import { Gateway } from "./rig/gateway.ts";
import { after, callsTool, says } from "./rig/model-answer.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { finished, hosted } from "./rig/team-files.ts";
import { TOWER_RULES } from "./rig/tower-rules.ts";

const CHAT = "agent:lead:main";
/** A session that a rule of the configuration has told of what was finished. */
const WATCH = "agent:coder:watch";
const BY_RULE = /\[Clawflow n-[0-9a-f]+\] A rule of the configuration/;
const NEWS = /\[Clawflow (h-told-[0-9a-f]+)\]/;
/** Milliseconds for what takes part of a second where nothing else runs. */
const LONG = 120_000;

let model: ScriptedModel;
let gateway: Gateway;
/** Jobs that earlier tests began. */
const known = new Set<string>();

beforeAll(async () => {
  model = await ScriptedModel.start();
  gateway = await Gateway.create({
    model,
    agents: { lead: { allowAgents: ["coder"] }, coder: { description: "Writes code" } },
    clawflow: { notify: [{ on: ["finished"], to: { openclaw: WATCH } }] },
  });
  await gateway.start();
  await hosted(gateway, "lead", "coder");
});

afterAll(async () => {
  await gateway?.remove();
  await model?.close();
});

beforeEach(() => {
  model.reset();
  model.rule(
    { agent: "coder", prompt: BY_RULE, answer: says("A job is finished.") },
    {
      agent: "lead",
      prompt: "Use the team",
      answer: callsTool("clawflow_start", { title: "Tower", instructions: "Build the tower." }),
    },
    ...TOWER_RULES,
    { agent: "lead", prompt: NEWS, answer: says("The team has built it.") },
  );
});

test("an agent in a chat starts a job; its result comes into that chat once, and it stands in the list of flows", async () => {
  await say("Use the team for this: a tower.");
  const id = await newJob();
  const task = await finished(gateway, "lead", id);
  expect([task.status, task.from]).toEqual(["done", "human"]);
  await told(id);
  const messages = await transcript();
  const news = messages.filter((message) => NEWS.test(message));
  expect(news).toHaveLength(1);
  expect(news[0]).toContain("The tower stands, for it lies.");
  expect(messages.at(-1)).toContain("The team has built it.");
  // Start and its answer, plan, synthesis, news.
  expect(model.counts("lead").calls).toBeLessThanOrEqual(5);
  const { stdout } = await gateway.command("tasks", "flow", "list", "--json");
  expect(stdout).toMatch(/"goal": "Tower"/);
  expect(stdout).toMatch(/"status": "succeeded"/);
});

test("a turn that goes on is not disturbed; killed between the end of the job and its telling, the gateway tells it once", async () => {
  let busy = () => {};
  const isBusy = new Promise<void>((resolve) => {
    busy = resolve;
  });
  model.rule({
    agent: "coder",
    prompt: "Lay it",
    answer: async () => {
      await isBusy;
      return says("It lies.");
    },
  });
  await say("Use the team for this: a tower.");
  const id = await newJob();
  model.rule({ agent: "lead", prompt: "Think long", answer: after(600_000, says("I have thought.")) });
  say("Think long.").catch(() => {});
  await model.asked(({ prompt }) => prompt.includes("Think long"), LONG);
  // The chat is in the middle of a turn when the job ends.
  busy();
  await finished(gateway, "lead", id);
  expect(model.requests.filter(({ prompt }) => NEWS.test(prompt))).toEqual([]);
  await gateway.kill();
  model.rule({ agent: "lead", prompt: "Think long", answer: says("I have thought.") });
  await gateway.start();
  await told(id);
  const messages = await transcript();
  expect(messages.filter((message) => NEWS.test(message) && message.includes(id))).toHaveLength(1);
  expect(model.requests.filter(({ prompt }) => NEWS.test(prompt) && prompt.includes(id))).toHaveLength(1);
});

test("a chat hears that a plan is to be approved; a person's word for it is passed on, the agent's own is not", async () => {
  const approve = (id: string) =>
    callsTool("tool_call", { id: "clawflow_control", args: { task: id, action: "approve" } });
  model.rule(
    {
      agent: "lead",
      prompt: "Use the team, with my approval",
      answer: callsTool("clawflow_start", {
        title: "Tower",
        instructions: "Build the tower.",
        approval: "first",
      }),
    },
    {
      agent: "lead",
      prompt: /waits for an approval/,
      times: 1,
      answer: ({ prompt }) => approve(/The job (tower-\w+)/.exec(prompt)?.[1] ?? ""),
    },
    {
      agent: "lead",
      prompt: "Yes, do it: ",
      times: 1,
      answer: ({ prompt }) => approve(/do it: (tower-\w+)/.exec(prompt)?.[1] ?? ""),
    },
  );
  await say("Use the team, with my approval");
  const id = await newJob();
  const refused = await model.asked(
    ({ toolResults }) => toolResults.some((text) => /no owner|E_NOT_YOURS/.test(text)),
    LONG,
  );
  expect(refused.prompt).toMatch(NEWS);
  await say(`Yes, do it: ${id}`);
  expect((await finished(gateway, "lead", id)).status).toBe("done");
  await until(
    async () =>
      (await transcript()).filter((text) => NEWS.test(text) && text.includes(id)).length === 2 || undefined,
  );
});

test("a session that a rule names is told of each job that was finished, once, also over the kill", async () => {
  const said = async () => {
    const all = await transcript(WATCH);
    const notices = all.filter((text) => BY_RULE.test(text));
    return { notices, answers: all.filter((text) => text.includes("A job is finished.")) };
  };
  const { notices, answers } = await until(
    async () => {
      const all = await said();
      const isTold = [...known].every((id) => all.notices.join().includes(id));
      return isTold && all.answers.length === all.notices.length ? all : undefined;
    },
    "word of every job",
    LONG,
  );
  expect([known.size, answers.length]).toEqual([3, 3]);
  for (const id of known) expect(notices.filter((text) => text.includes(id))).toHaveLength(1);
});

/** A person writes in the chat, and has an answer when this resolves. */
async function say(message: string): Promise<void> {
  await gateway.call(
    "agent",
    { message, sessionKey: CHAT, agentId: "lead", idempotencyKey: `${message} ${performance.now()}` },
    { final: true },
  );
}

/** The id of a job that was not there before. */
async function newJob(): Promise<string> {
  const tasks = join(gateway.workspace("lead"), "tasks");
  const look = () =>
    existsSync(tasks)
      ? readdirSync(tasks).find((name) => name.startsWith("tower-") && !known.has(name))
      : undefined;
  const id = await until(look, "the job", LONG);
  known.add(id);
  return id;
}

/** Waits until the receipt lies in the archive: then nothing more is told. */
async function told(id: string, times = 1): Promise<void> {
  const archive = join(gateway.workspace("lead"), "mailbox", "archive");
  const names = () => (existsSync(archive) ? readdirSync(archive, { recursive: true }).map(String) : []);
  const receipts = () => names().filter((name) => name.includes(`progress-${id}-`)).length;
  await until(() => receipts() === times, `the receipt for ${id}`, LONG);
}

async function transcript(key = CHAT): Promise<string[]> {
  const { messages } = await gateway.call<{ messages: unknown[] }>("sessions.get", { key, limit: 200 });
  return messages.map((message) => JSON.stringify(message));
}
