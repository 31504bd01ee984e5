import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Gateway } from "./rig/gateway.ts";
import { says } from "./rig/model-answer.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { dropTask, finished, hosted, sentBy } from "./rig/team-files.ts";
import { TOWER_RULES } from "./rig/tower-rules.ts";

let model: ScriptedModel;
let gateway: Gateway;

beforeAll(async () => {
  model = await ScriptedModel.start();
  gateway = await Gateway.create({
    model,
    agents: {
      lead: { allowAgents: ["coder"] },
      coder: { description: "Writes code" },
      stranger: { description: "Nobody's peer" },
    },
  });
  await gateway.start();
  await hosted(gateway, "lead", "coder", "stranger");
});

afterAll(async () => {
  await gateway?.remove();
  await model?.close();
});

beforeEach(() => model.reset());

test("an agent does a task that lies in its inbox: one call of its model, whose text is the reply", async () => {
  model.rule({
    agent: "coder",
    prompt: "Answer everything",
    answer: says("forty-two", { input: 1000, output: 10 }),
  });
  const id = dropTask(gateway, "coder", { title: "Everything", instructions: "Answer everything." });
  const task = await finished(gateway, "coder", id);
  expect(task.status).toBe("done");
  expect(task.text.output.trim()).toBe("forty-two");
  expect(model.counts("coder").calls).toBe(1);
  expect(task.used).toMatchObject({ tokens: 1010 });
  const reply = sentBy(gateway, "coder").find(({ task_id }) => task_id === id);
  expect(reply).toMatchObject({ type: "reply", to: "human", status: "done" });
  expect(model.requests[0]?.tools).toEqual(
    expect.arrayContaining(["clawflow_done", "clawflow_fail", "clawflow_ask"]),
  );
  expect(model.requests[0]?.tools).not.toContain("clawflow_plan");
});

test("a chain of two levels: two calls of the coordinator's model, one of the other's", async () => {
  model.rule(...TOWER_RULES);
  const id = dropTask(gateway, "lead", { title: "Tower", instructions: "Build the tower." });
  const task = await finished(gateway, "lead", id);
  expect(task.status).toBe("done");
  expect(task.text.output.trim()).toBe("The tower stands, for it lies.");
  expect(task.subtasks.get("base")).toMatchObject({
    status: "done",
    results: expect.stringContaining("It lies."),
  });
  expect([model.counts("lead").calls, model.counts("coder").calls]).toEqual([2, 1]);
  expect(model.requests.find(({ agent }) => agent === "lead")?.prompt).not.toContain("stranger");
});
