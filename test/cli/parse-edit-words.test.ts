import { describe, expect, it } from "vitest";
import { parseEditWords } from "../../src/cli/parse-edit-words.ts";

describe("KEY=VALUE of a task", () => {
  it.each([
    [["budget.tokens=200000", "deadline=2h"], { budget: { tokens: 200_000 }, deadline: "2h" }],
    [
      ["policy.concurrency=4", "policy.approval={above: {usd: 5}}"],
      { policy: { concurrency: 4, approval: { above: { usd: 5 } } } },
    ],
    [["title=12: a = b", "notes="], { title: "12: a = b", notes: "" }],
    [["deadline=", "budget="], { deadline: null, budget: null }],
    [
      ["paused=true", "approved=false", "reason=no: not yet"],
      { paused: true, approved: false, reason: "no: not yet" },
    ],
    [["own.owner=Ann", "own.title=4"], { own: { owner: "Ann", title: 4 } }],
    [
      ["subtasks.a=", "subtasks.notes.description=# x"],
      { subtasks: { a: null, notes: { description: "# x" } } },
    ],
    [["status=done", "output=All"], { status: "done", output: "All" }],
  ])("%j", (words, edit) => {
    expect(parseEditWords(words, "task")).toEqual(edit);
  });

  it("goes before what is set already", () => {
    expect(
      parseEditWords(["budget.tokens=2"], "task", { title: "T", budget: { tokens: 1, usd: 3 } }),
    ).toEqual({
      title: "T",
      budget: { tokens: 2, usd: 3 },
    });
  });

  it.each([
    ["deadline", /KEY=VALUE/],
    ["=2", /KEY=VALUE/],
    ["budjet.tokens=2", /Did you mean budget/],
    ["budget..tokens=2", /budget/],
    ["rev=9", /one of title/],
    ["budget.tokens=many", /budget.tokens/],
    ["deadline=soon", /duration/],
    ["status=pending", /status/],
    ["own.__proto__=1", /forbidden/],
    ["policy.concurrency=[", /YAML/],
  ])("%s is refused", (word, why) => {
    expect(() => parseEditWords([word], "task")).toThrow(why);
  });
});

describe("KEY=VALUE of a subtask", () => {
  it.each([
    [["agent=writer", "timeout=1h", "status=pending"], { agent: "writer", timeout: "1h", status: "pending" }],
    [
      ["depends_on=[a, b]", "instructions=", "description="],
      { depends_on: ["a", "b"], instructions: null, description: "" },
    ],
    [["results=true"], { results: "true" }],
  ])("%j", (words, edit) => {
    expect(parseEditWords(words, "subtask")).toEqual(edit);
  });

  it("knows its own keys alone", () => {
    expect(() => parseEditWords(["deadline=2h"], "subtask")).toThrow(/one of agent/);
  });
});
