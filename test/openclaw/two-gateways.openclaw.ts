import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../host/until.ts";
import { Gateway } from "./rig/gateway.ts";
import { plans, says } from "./rig/model-answer.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { dropTask, finished, hosted, sentBy, taskOf } from "./rig/team-files.ts";

const KEY = "a key that both gateways have";

let model: ScriptedModel;
let near: Gateway;
let far: Gateway;

beforeAll(async () => {
  model = await ScriptedModel.start();
  near = await Gateway.create({ model, agents: { lead: { allowAgents: ["writer"] } } });
  far = await Gateway.create({ model, agents: { writer: {} } });
  const remoteAt = ({ url }: Gateway, description = "") => ({
    url: `ws://${url}`,
    token: "test-token",
    key: KEY,
    description,
  });
  near.configure({ remote: { writer: remoteAt(far, "Writes well") } });
  far.configure({ remote: { lead: remoteAt(near) } });
  await near.start();
  await far.start();
  await hosted(near, "lead");
  await hosted(far, "writer");
});

afterAll(async () => {
  await near?.remove();
  await far?.remove();
  await model?.close();
});

test("an agent gives work to one of another gateway: no model is asked for a message", async () => {
  model.rule(
    {
      agent: "lead",
      prompt: "Write the book",
      answer: plans({
        chapter: {
          agent: "writer",
          description: "A chapter",
          instructions: "Write it down.",
          depends_on: [],
        },
      }),
    },
    { agent: "writer", prompt: "Write it down", answer: says("Once upon a time.") },
    { agent: "lead", prompt: "whose pieces are finished", answer: says("The book: Once upon a time.") },
  );
  const id = await dropTask(near, "lead", { title: "Book", instructions: "Write the book." });
  const task = await finished(near, "lead", id);
  expect(task.text.output.trim()).toBe("The book: Once upon a time.");
  expect(task.subtasks.get("chapter")).toMatchObject({ status: "done", agent: "writer" });
  expect(taskOf(far, "writer", `${id}.chapter`)).toMatchObject({ status: "done", from: "lead" });
  // A receipt need not be written before the work that it is of is over.
  const replies = await until(
    () => sentBy(far, "writer").map(({ type, to }) => `${type} to ${to}`)[0],
    "the receipt of the reply",
  );
  expect(replies).toBe("reply to lead");
  expect([model.counts("lead").calls, model.counts("writer").calls]).toEqual([2, 1]);
  expect(model.requests[0]?.prompt).toContain("Writes well");
});
