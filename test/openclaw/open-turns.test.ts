import { expect, test } from "vitest";
import type { AnswerTool } from "../../src/openclaw/answer-tools.ts";
import { OpenTurns } from "../../src/openclaw/open-turns.ts";
import { sessionKeyOf } from "../../src/openclaw/session-key.ts";

const mine = sessionKeyOf("coder", "job.one");
const other = sessionKeyOf("coder", "job.two");
const all: AnswerTool[] = ["clawflow_plan", "clawflow_done", "clawflow_fail", "clawflow_ask"];

function call(turns: OpenTurns, name: AnswerTool, sessionKey: string, parameters: unknown) {
  const tool = turns.tool(name, { sessionKey, agentId: "coder" });
  if (tool === null) throw new Error(`there is no ${name}`);
  return tool.execute("call-1", parameters);
}

test("a call is the answer of the session in which it was made, whatever its parameters say", async () => {
  const turns = new OpenTurns();
  const one = turns.open(mine, all);
  const two = turns.open(other, all);
  const { terminate } = await call(turns, "clawflow_done", mine, { results: "42" });
  expect(terminate).toBe(true);
  expect(one.outcome).toEqual({ results: "42" });
  expect(two.outcome).toBeUndefined();
  await expect(
    call(turns, "clawflow_done", mine, { results: "1", sessionKey: other }),
  ).resolves.toBeDefined();
  expect(two.outcome).toBeUndefined();
});

test("the first of two calls holds, and both end the turn", async () => {
  const turns = new OpenTurns();
  const turn = turns.open(mine, all);
  await call(turns, "clawflow_fail", mine, { error: "cannot" });
  const second = await call(turns, "clawflow_done", mine, { results: "after all" });
  expect(second.terminate).toBe(true);
  expect(turn.outcome).toEqual({ error: "cannot" });
});

test("a call that is not of the form is told so once; the second is the error", async () => {
  const turns = new OpenTurns();
  const turn = turns.open(mine, all);
  await expect(call(turns, "clawflow_plan", mine, { subtasks: { a: {} } })).rejects.toThrow(/agent/);
  expect(turn.outcome).toBeUndefined();
  await call(turns, "clawflow_plan", mine, { subtasks: 3 });
  expect(turn.outcome).toMatchObject({ error: expect.stringContaining("E_BRAIN_OUTPUT") });
});

test("a tool takes what is its own and nothing else", async () => {
  const turns = new OpenTurns();
  turns.open(mine, all);
  await expect(call(turns, "clawflow_plan", mine, { results: "x" })).rejects.toThrow(/clawflow_plan/);
});

test("the tools are there in sessions of tasks alone, and there only those of the question", () => {
  const turns = new OpenTurns();
  turns.open(mine, ["clawflow_done"]);
  expect(turns.tool("clawflow_done", { sessionKey: mine })).not.toBeNull();
  expect(turns.tool("clawflow_plan", { sessionKey: mine })).toBeNull();
  for (const sessionKey of ["agent:coder:main", "agent:coder:clawflow", "main", "agent:a:clawflow:b:c"])
    expect(turns.tool("clawflow_done", { sessionKey })).toBeNull();
  expect(turns.tool("clawflow_done", {})).toBeNull();
});

test("what is closed takes no more, and closing an old one leaves its successor", async () => {
  const turns = new OpenTurns();
  const first = turns.open(mine, all);
  const second = turns.open(mine, all);
  turns.close(mine, first);
  await call(turns, "clawflow_done", mine, { results: "x" });
  expect(first.outcome).toBeUndefined();
  expect(second.outcome).toEqual({ results: "x" });
  turns.close(mine, second);
  await expect(call(turns, "clawflow_done", mine, { results: "y" })).resolves.toMatchObject({
    terminate: true,
  });
});

test("sessions: a name for each task of each agent", () => {
  expect(sessionKeyOf("coder", "job.one")).toBe("agent:coder:clawflow:job.one");
  expect(sessionKeyOf("coder", "job", "one")).toBe("agent:coder:clawflow:job.one");
  expect(sessionKeyOf("coder", "Job")).toMatch(/^agent:coder:clawflow:job-[0-9a-f]{12}$/);
  expect(sessionKeyOf("coder", `${"x".repeat(190)}`).length).toBeLessThan(150);
});
