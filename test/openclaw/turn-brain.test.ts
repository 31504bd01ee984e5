import { describe, expect, test } from "vitest";
import { OpenTurns } from "../../src/openclaw/open-turns.ts";
import { turnBrain } from "../../src/openclaw/turn-brain.ts";
import type { RunRequest, RunState, SubagentRuntime } from "../../src/openclaw/types.ts";
import type { BrainQuestion } from "../../src/protocol/question.ts";
import { until } from "../host/until.ts";

const question: BrainQuestion = {
  kind: "consider",
  question: "q-1",
  asked: 1,
  task: {
    task_id: "job",
    title: "Job",
    instructions: "Do it",
    context: "",
    expected_output: "",
    depth: 0,
    attempt: 1,
  },
  peers: [{ id: "coder", description: "Writes code" }],
  workspace: "/w/lead",
};
const synthesis: BrainQuestion = {
  ...question,
  kind: "synthesise",
  peers: [],
  results: { one: { status: "done", results: "42" } },
};
const sessionKey = "agent:lead:clawflow:job";
const ok = (text: string): RunState => ({
  status: "ok",
  endedAt: 2_000,
  terminalReply: { disposition: "visible", text },
});
const silent: RunState = { status: "ok", endedAt: 2_000, terminalReply: { disposition: "empty" } };

interface Fake {
  /** What a run comes to, by its number; a function is what happens meanwhile. */
  states?: ((request: RunRequest) => RunState | Promise<RunState>)[];
  runs?: (request: RunRequest) => void;
  messages?: unknown[];
  complete?: () => Promise<{ text: string }>;
  stopping?: boolean;
  how?: "auto" | "completion" | "turn";
}

function rig(fake: Fake = {}) {
  const runs: RunRequest[] = [];
  const deleted: string[] = [];
  const completions: string[] = [];
  const turns = new OpenTurns();
  let looks = 0;
  const subagent: SubagentRuntime = {
    async run(request) {
      runs.push(request);
      fake.runs?.(request);
      return { runId: request.idempotencyKey ?? "", sessionKey: request.sessionKey };
    },
    async waitForRun() {
      const state = fake.states?.[Math.min(looks++, fake.states.length - 1)];
      return state === undefined ? ok("forty-two") : await state(runs.at(-1) as RunRequest);
    },
    getSessionMessages: async () => ({ messages: fake.messages ?? [] }),
    deleteSession: async ({ sessionKey: key }) => void deleted.push(key),
    async complete({ message }) {
      completions.push(message);
      return (await fake.complete?.()) ?? { text: "together" };
    },
  };
  const brain = turnBrain(
    "lead",
    { synthesis: fake.how ?? "auto", completion_seconds: 120 },
    {
      subagent,
      turns,
      newTag: () => "tag0",
      isStopping: () => fake.stopping === true,
      onProblem: () => {},
      clock: {
        wall: () => 1_000,
        after: (_, callback) => {
          setImmediate(callback);
          return () => {};
        },
      },
    },
  );
  const controller = new AbortController();
  const ask = async (asked: BrainQuestion = question) =>
    await brain.ask(asked, { signal: controller.signal, onProcess: () => {} });
  return { ask, runs, deleted, completions, turns, controller };
}

const assistant = (run: number, more: object) => ({
  role: "assistant",
  stopReason: "stop",
  __openclaw: { runId: `clawflow:lead:q-1:${run}` },
  ...more,
});

test("one turn in the task's session, its text is the result, what it used is told", async () => {
  const usage = { totalTokens: 120, cost: { total: 0.5 } };
  const { ask, runs } = rig({ messages: [assistant(1, { content: [], usage })] });
  const { outcome, call } = await ask();
  expect(outcome).toEqual({ results: "forty-two", used: { tokens: 120, usd: 0.5 } });
  expect(call.command).toBe("turn clawflow:lead:q-1:1");
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ sessionKey, deliver: false, idempotencyKey: "clawflow:lead:q-1:1" });
  expect(runs[0]?.toolsAlsoAllow).toContain("clawflow_plan");
  expect(runs[0]?.message).toContain("[begin tag0 task]");
  expect(runs[0]?.message).toContain("`coder`: Writes code");
});

test("without peers there is nothing to plan", async () => {
  const { ask, runs } = rig();
  await ask({ ...question, peers: [] });
  expect(runs[0]?.toolsAlsoAllow).toEqual(["clawflow_done", "clawflow_fail", "clawflow_ask"]);
  expect(runs[0]?.message).not.toContain("clawflow_plan");
});

test("a tool called in its session is the answer, whatever is said after it", async () => {
  const { ask, turns } = rig({
    states: [
      async () => {
        await turns.tool("clawflow_ask", { sessionKey })?.execute("1", { ask: "which?" });
        return ok("I asked.");
      },
    ],
  });
  expect((await ask()).outcome).toEqual({ ask: "which?" });
});

test("it looks until the run has ended", async () => {
  const { ask, runs } = rig({
    states: [
      () => ({ status: "pending", timeoutPhase: "queue" }),
      () => ({ status: "timeout" }),
      () => Promise.reject(new Error("the gateway is busy")),
      () => ok("late"),
    ],
  });
  expect((await ask()).outcome).toEqual({ results: "late" });
  expect(runs).toHaveLength(1);
});

describe("what goes wrong", () => {
  test("a turn that is not accepted passes: it is tried again later, by another id", async () => {
    const { ask, runs } = rig({
      runs({ idempotencyKey = "" }) {
        if (idempotencyKey.endsWith(":1")) throw new Error("not now");
      },
    });
    expect((await ask()).outcome).toMatchObject({ error: expect.stringContaining("not now"), passing: true });
    expect((await ask({ ...question, asked: 2 })).outcome).toEqual({ results: "forty-two" });
    expect(runs).toHaveLength(2);
  });

  test("a turn that was ended because OpenClaw changes or stops passes", async () => {
    const error = "prepared model runtime plugin generation was superseded for /agents/coder";
    const { ask } = rig({ states: [() => ({ status: "error", error, endedAt: 2_000 })] });
    expect((await ask()).outcome).toMatchObject({ passing: true });
  });

  test("so does one that found its session changed while the gateway was starting", async () => {
    const error =
      'Session "agent:coder:clawflow:job.piece" changed while starting work. Retry. | SESSION_WORK_START_CHANGED';
    const { ask } = rig({ states: [() => ({ status: "error", error, endedAt: 2_000 })] });
    expect((await ask()).outcome).toMatchObject({ passing: true });
  });

  test("while the gateway stops nothing is counted: the same turn is asked for until it is taken, or all is over", async () => {
    let left = 20;
    const { ask, runs } = rig({
      runs: () => {
        if (left-- > 0) throw new Error("Gateway is draining; new tasks are not accepted");
      },
    });
    expect((await ask()).outcome).toEqual({ results: "forty-two" });
    expect(new Set(runs.map(({ idempotencyKey }) => idempotencyKey))).toEqual(
      new Set(["clawflow:lead:q-1:1"]),
    );
    const over = rig({
      runs: () => {
        if (over.runs.length === 20) over.controller.abort(new Error("stopped"));
        throw new Error("GatewayDrainingError: Gateway is draining");
      },
      stopping: true,
    });
    await expect(over.ask()).rejects.toThrow("stopped");
  });

  test("a run that cannot be followed because the gateway stops is not given up", async () => {
    const draining = () => Promise.reject(new Error("agent.wait unavailable during gateway restart"));
    const { ask, runs } = rig({ states: [...Array.from({ length: 20 }, () => draining), () => ok("late")] });
    expect((await ask()).outcome).toEqual({ results: "late" });
    expect(runs).toHaveLength(1);
  });

  test("a rate limit passes, another error does not; the next turn has another id", async () => {
    const { ask, runs } = rig({
      states: [
        () => ({ status: "error", error: "429 Rate limit reached", endedAt: 2_000 }),
        () => ({ status: "error", error: "no such model", endedAt: 2_000 }),
      ],
    });
    expect((await ask()).outcome).toMatchObject({ passing: true });
    expect((await ask({ ...question, asked: 2 })).outcome).toEqual({ error: "E_BRAIN: no such model" });
    expect(runs.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      "clawflow:lead:q-1:1",
      "clawflow:lead:q-1:2",
    ]);
  });

  test("silence, and a turn that takes too long, are errors", async () => {
    expect((await rig({ states: [() => silent] }).ask()).outcome).toMatchObject({
      error: expect.stringContaining("E_BRAIN_OUTPUT"),
    });
    const timeout: RunState = { status: "timeout", endedAt: 2_000 };
    expect((await rig({ states: [() => timeout] }).ask()).outcome).toMatchObject({
      error: expect.stringContaining("longer than OpenClaw allows"),
    });
  });

  test("a run that cannot be followed is given up in the end", async () => {
    const { ask } = rig({ states: [() => Promise.reject(new Error("gone"))] });
    expect((await ask()).outcome).toMatchObject({ error: expect.stringContaining("gone") });
  });
});

describe("after a restart", () => {
  const again = { ...question, asked: 2 };

  test("a run that still lives is waited for: it is asked for by the same id", async () => {
    const { ask, runs } = rig();
    await ask(again);
    expect(runs.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["clawflow:lead:q-1:1"]);
  });

  test("one that has ended meanwhile is read from the transcript, and nothing is run", async () => {
    const said = rig({
      messages: [assistant(1, { content: [{ type: "text", text: "while you were out" }] })],
    });
    expect((await said.ask(again)).outcome).toEqual({ results: "while you were out" });
    const call = { type: "toolCall", name: "clawflow_fail", arguments: { error: "no" } };
    const called = rig({ messages: [assistant(1, { content: [call], stopReason: "toolUse" })] });
    expect((await called.ask(again)).outcome).toEqual({ error: "no" });
    expect([...said.runs, ...called.runs]).toEqual([]);
  });

  test("one that had failed before is not taken for the answer", async () => {
    const { ask, runs } = rig({
      states: [() => ({ status: "error", error: "crashed", endedAt: 500 }), () => ok("fine now")],
    });
    expect((await ask(again)).outcome).toEqual({ results: "fine now" });
    expect(runs).toHaveLength(2);
  });
});

describe("when it is aborted", () => {
  const never = () => new Promise<RunState>(() => {});

  test("the run is ended, for nobody waits for it", async () => {
    const { ask, controller, deleted, runs } = rig({ states: [never] });
    const asked = ask();
    await until(() => runs.length > 0);
    controller.abort(new Error("cancelled"));
    await expect(asked).rejects.toThrow("cancelled");
    expect(deleted).toEqual([sessionKey]);
  });

  test("but goes on when the plugin alone is stopped", async () => {
    const { ask, controller, deleted, runs } = rig({ states: [never], stopping: true });
    const asked = ask();
    await until(() => runs.length > 0);
    controller.abort(new Error("stopping"));
    await expect(asked).rejects.toThrow("stopping");
    expect(deleted).toEqual([]);
  });
});

describe("a synthesis", () => {
  test("is a completion, without a turn", async () => {
    const { ask, runs, completions } = rig();
    const tokens = expect.any(Number);
    expect((await ask(synthesis)).outcome).toEqual({ results: "together", used: { tokens } });
    expect(runs).toEqual([]);
    expect(completions[0]).toContain("[begin tag0 result one]");
    expect(completions[0]).not.toContain("clawflow_done");
  });

  test("is a turn where files came with the results, or the configuration says so", async () => {
    const file = { name: "a", path: "/a", bytes: 1, sha256: "x", media_type: "text/plain" };
    const withFile: BrainQuestion = {
      ...synthesis,
      results: { one: { status: "done", results: "42", attachments: [file] } },
    };
    for (const { ask, runs, completions, asked } of [
      { ...rig(), asked: withFile },
      { ...rig({ how: "turn" }), asked: synthesis },
    ]) {
      await ask(asked);
      expect([runs.length, completions.length]).toEqual([1, 0]);
      expect(runs[0]?.toolsAlsoAllow).not.toContain("clawflow_plan");
    }
    const always = rig({ how: "completion" });
    await always.ask(withFile);
    expect(always.runs).toEqual([]);
  });

  test("is a turn where no completion is to be had, or it says nothing", async () => {
    for (const complete of [
      () => Promise.reject(new Error("not for this model")),
      () => Promise.resolve({ text: " " }),
    ]) {
      const { ask, runs } = rig({ complete });
      expect((await ask(synthesis)).outcome).toEqual({ results: "forty-two" });
      expect(runs).toHaveLength(1);
    }
  });
});
