import { describe, expect, test } from "vitest";
import { answeredRun, readTranscript, recordOf } from "../../src/openclaw/transcript.ts";

const RUN = "clawflow:coder:q-1:1";
const usage = (totalTokens: number, total: number) => ({ input: 1, output: 1, totalTokens, cost: { total } });

function assistant(content: unknown[], more: Record<string, unknown> = {}) {
  return { role: "assistant", content, stopReason: "stop", __openclaw: { runId: RUN }, ...more };
}

const text = (said: string) => ({ type: "text", text: said });
const call = (name: string, given: unknown) => ({ type: "toolCall", id: "c", name, arguments: given });

test("the text with which a run ended", () => {
  const messages = [
    { role: "user", content: "go", __openclaw: { runId: RUN } },
    assistant([text("let me see"), call("read", { path: "a" })], { stopReason: "toolUse" }),
    { role: "toolResult", content: [text("a")] },
    assistant([text("forty-"), text("two")]),
  ];
  expect(recordOf(messages, RUN)).toEqual({ said: "forty-two" });
});

test("a run that was cut off has said nothing", () => {
  const begun = assistant([text("let me see"), call("read", {})], { stopReason: "toolUse" });
  expect(recordOf([begun], RUN)).toEqual({});
  expect(recordOf([assistant([text("for")], { stopReason: "error" })], RUN)).toEqual({});
  expect(recordOf([assistant([text("for")]), begun], RUN)).toEqual({});
});

describe("what was said by a tool", () => {
  const plan = { subtasks: { one: { agent: "coder", description: "d", depends_on: [] } } };

  test("holds, the first of several", () => {
    const messages = [
      assistant([call("clawflow_plan", plan), call("clawflow_done", { results: "x" })], {
        stopReason: "toolUse",
      }),
    ];
    expect(recordOf(messages, RUN)).toEqual({ called: plan });
  });

  test("of another form says nothing; the one after it does", () => {
    const messages = [
      assistant([call("clawflow_plan", { subtasks: 3 })], { stopReason: "toolUse" }),
      assistant([call("clawflow_done", { results: "x" })], { stopReason: "toolUse" }),
    ];
    expect(recordOf(messages, RUN)).toEqual({ called: { results: "x" } });
    expect(recordOf([assistant([call("clawflow_plan", { results: "x" })])], RUN)).toEqual({});
  });
});

test("other runs, and messages that are none, are passed over", () => {
  const other = assistant([text("no")], { __openclaw: { runId: "other" }, usage: usage(5, 1) });
  const foreign = [null, 3, "x", {}, { role: "assistant" }, assistant("text" as never), other];
  expect(recordOf(foreign, RUN)).toEqual({});
});

test("all calls of the model are counted", () => {
  const messages = [
    assistant([call("read", {})], { usage: usage(100, 0.5), stopReason: "toolUse" }),
    assistant([text("done")], { usage: usage(20, 0.25) }),
    assistant([], { usage: { totalTokens: "many", cost: null } }),
  ];
  expect(recordOf(messages, RUN).used).toEqual({ tokens: 120, usd: 0.75 });
});

test("a session that cannot be read has said nothing", async () => {
  const gone = { getSessionMessages: () => Promise.reject(new Error("no such session")) };
  expect(await readTranscript(gone, "agent:a:clawflow:t")).toEqual([]);
});

test("the last run of a question that came to an answer", () => {
  const of = (runId: string, said: string, stopReason = "stop") =>
    assistant([text(said)], { stopReason, __openclaw: { runId } });
  const messages = [of("q:1", "one"), of("q:2", "two"), of("q:3", "thr", "error"), of("p:1", "other")];
  expect(answeredRun(messages, "q:")).toEqual({ runId: "q:2", record: { said: "two" } });
  expect(answeredRun(messages, "r:")).toBeUndefined();
});
