import { expect, test } from "vitest";
import { FlowMirror } from "../../src/openclaw/flow-mirror.ts";
import type { BoundFlows, FlowRecord, FlowResult } from "../../src/openclaw/types.ts";
import type { Task } from "../../src/protocol/task.ts";
import { until } from "../host/until.ts";
import { towerTask } from "./tower-task.ts";

/** A list of flows, no kinder than OpenClaw's: what names another revision than the last is refused, what is over stays so. */
class FakeFlows {
  flows: FlowRecord[] = [];
  writes = 0;
  /** Called before each write; another may write meanwhile. */
  before = () => {};

  bound(): BoundFlows {
    const change = async (
      {
        flowId,
        expectedRevision,
        ...fields
      }: { flowId: string; expectedRevision: number } & Partial<FlowRecord>,
      status: FlowRecord["status"],
    ): Promise<FlowResult> => {
      this.before();
      this.before = () => {};
      this.writes++;
      const flow = this.flows.find((known) => known.flowId === flowId);
      if (flow === undefined) return { applied: false, code: "not_found" };
      if (flow.revision !== expectedRevision)
        return { applied: false, code: "revision_conflict", current: structuredClone(flow) };
      Object.assign(flow, fields, { status, revision: flow.revision + 1 });
      return { applied: true, flow: structuredClone(flow) };
    };
    return {
      list: async () => structuredClone(this.flows),
      createManaged: async (given) => {
        this.writes++;
        const flow = { flowId: `f-${this.flows.length}`, revision: 0, status: "queued" as const, ...given };
        this.flows.push(structuredClone(flow));
        return structuredClone(flow);
      },
      setWaiting: (given) => change(given, "waiting"),
      resume: (given) => change(given, "running"),
      finish: (given) => change(given, "succeeded"),
      fail: (given) => change(given, "failed"),
    };
  }
}

const SPLIT = `mode: coordinating
status: executing
subtasks:
  base: {agent: coder, description: Base, depends_on: [], status: done, attempt: 1}
  roof: {agent: coder, description: Roof, depends_on: [base], status: dispatched, attempt: 1}`;

const taskWith = (fields: Partial<Task>) => towerTask(fields, SPLIT);

function rig() {
  const fake = new FakeFlows();
  const tasks = new Map([["lead/tower", taskWith({})]]);
  const sessions = new Set<string>();
  const problems: string[] = [];
  const mirror = () =>
    new FlowMirror({
      clock: {
        after: (_, callback) => {
          const timer = setTimeout(callback, 1);
          return () => clearTimeout(timer);
        },
      },
      flows(sessionKey) {
        sessions.add(sessionKey);
        return fake.bound();
      },
      task: (agent, id) => tasks.get(`${agent}/${id}`),
      sessionOf: () => "agent:lead:main",
      onProblem: (text) => problems.push(text),
    });
  const put = (fields: Partial<Task>) => tasks.set("lead/tower", taskWith(fields));
  return { fake, tasks, sessions, problems, mirror, put };
}

test("a job is one flow, whose step says how far it is; it ends with the job", async () => {
  const { fake, put, mirror, sessions } = rig();
  const shown = mirror();
  shown.look("lead", "tower");
  shown.look("lead", "tower");
  await until(() => fake.flows.length === 1);
  expect(fake.flows[0]).toMatchObject({
    goal: "The tower",
    status: "running",
    currentStep: "executing: 1 of 2 pieces ended",
    notifyPolicy: "silent",
  });
  expect([...sessions]).toEqual(["agent:lead:main"]);
  put({ waiting: { for: "approval", text: "?", since: "2026-11-20T23:49:43.375Z", question: "q" } });
  shown.look("lead", "tower");
  await until(() => fake.flows[0]?.status === "waiting");
  put({ status: "done" });
  shown.look("lead", "tower");
  await until(() => fake.flows[0]?.status === "succeeded");
  await shown.stop();
  expect(fake.flows).toHaveLength(1);
});

test("a change of a part of the job is shown at the job", async () => {
  const { fake, tasks, mirror } = rig();
  tasks.set(
    "coder/tower.roof",
    taskWith({ task_id: "tower.roof", trace: { root: "tower", depth: 1, path: ["lead", "coder"] } }),
  );
  mirror().look("coder", "tower.roof");
  await until(() => fake.flows.length === 1);
  expect(fake.flows[0]?.stateJson).toEqual({ agent: "lead", task_id: "tower" });
});

test("another process takes up the flow that is there; one that is lost is made anew", async () => {
  const { fake, put, mirror } = rig();
  mirror().look("lead", "tower");
  await until(() => fake.flows.length === 1);
  put({ paused: true });
  mirror().look("lead", "tower");
  await until(() => fake.flows[0]?.status === "waiting");
  fake.flows = [];
  mirror().look("lead", "tower");
  await until(() => fake.flows.length === 1);
});

test("what another wrote meanwhile is read again and written over", async () => {
  const { fake, put, mirror, problems } = rig();
  const shown = mirror();
  shown.look("lead", "tower");
  await until(() => fake.flows.length === 1);
  put({ status: "failed", error: "E_TIMEOUT: late" });
  fake.before = () => {
    const [flow] = fake.flows;
    if (flow !== undefined) flow.revision++;
  };
  shown.look("lead", "tower");
  await until(() => fake.flows[0]?.status === "failed");
  expect([fake.writes, problems]).toEqual([3, []]);
});

test("a job that has ended, and of which nothing is shown, is not shown; nothing is written where nothing changed", async () => {
  const { fake, put, mirror } = rig();
  const shown = mirror();
  shown.look("lead", "tower");
  await until(() => fake.flows.length === 1);
  const writes = fake.writes;
  shown.look("lead", "tower");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(fake.writes).toBe(writes);
  fake.flows = [];
  put({ status: "done" });
  shown.look("lead", "tower");
  await new Promise((resolve) => setTimeout(resolve, 20));
  await shown.stop();
  expect(fake.flows).toEqual([]);
});
