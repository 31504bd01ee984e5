import { test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../src/protocol/outcome.ts";
import { formatOutcome, outcomeKind, parseOutcomeText } from "../../src/protocol/outcome-body.ts";
import { parseBrainOutput, parseOutcome, parseTextAnswer } from "../../src/protocol/parse-outcome.ts";
import { hostileText } from "./arbitraries.ts";
import { codeOf } from "./code-of.ts";

const plan = {
  subtasks: { scan: { agent: "reader", description: "Scan", depends_on: [] } },
} satisfies Outcome;

describe("parseBrainOutput", () => {
  test.each<[string, string, Outcome]>([
    ["results", '{"results": "x", "used": {"tokens": 3}}', { results: "x", used: { tokens: 3 } }],
    [
      "a plan, defaults filled in",
      '\n {"subtasks": {"scan": {"agent": "reader", "description": "Scan"}}}\n',
      plan,
    ],
    ["a question", '{"ask": "Which?"}', { ask: "Which?" }],
    ["an error", '{"error": "no", "partial": "half"}', { error: "no", partial: "half" }],
    ["plain text as it stands", " Found 3.\n", { results: " Found 3.\n" }],
    ["nothing", "", { results: "" }],
    ["JSON of another kind", '{"count": 3}', { results: '{"count": 3}' }],
    ["a list", '[{"results": "x"}]', { results: '[{"results": "x"}]' }],
    ["JSON that is cut off", '{"results": "x', { results: '{"results": "x' }],
    ["two objects", '{"results": "x"}\n{"results": "y"}', { results: '{"results": "x"}\n{"results": "y"}' }],
    ["text around an object", 'Here: {"results": "x"}', { results: 'Here: {"results": "x"}' }],
    ["a forbidden key where it does no harm", '{"__proto__": 1}', { results: '{"__proto__": 1}' }],
  ])("takes %s", (_, stdout, expected) => {
    expect(parseBrainOutput(stdout)).toEqual(expected);
  });

  test.each([
    ["a key twice", '{"results": "a", "results": "b"}', "E_JSON results"],
    [
      "a subtask twice",
      '{"subtasks": {"a": {"agent": "x"}, "b": {"agent": "y"}, "a": {"agent": "z"}}}',
      "E_JSON subtasks.a",
    ],
    ["a key twice, once escaped", '{"results": "a", "r\\u0065sults": "b"}', "E_JSON results"],
    ["__proto__", '{"results": "a", "__proto__": {"x": 1}}', "E_JSON __proto__"],
    [
      "constructor, deep",
      '{"subtasks": {"a": {"agent": "x", "constructor": {}}}}',
      "E_JSON subtasks.a.constructor",
    ],
    [
      "101 levels",
      `{"results": "a", "files": ${"[".repeat(101)}${"]".repeat(101)}}`,
      "E_JSON files[0][0][0][0]",
    ],
    ["results that are no text", '{"results": {"a": 1}}', "E_BRAIN_OUTPUT results"],
    ["two forms", '{"results": "a", "error": "b"}', "E_BRAIN_OUTPUT"],
    ["an unknown key", '{"results": "a", "result": "b"}', "E_BRAIN_OUTPUT result"],
    [
      "a mistyped key of a subtask",
      '{"subtasks": {"a": {"agent": "x", "depends": []}}}',
      "E_BRAIN_OUTPUT subtasks.a.depends",
    ],
    [
      "a subtask without an agent",
      '{"subtasks": {"a": {"description": "x"}}}',
      "E_BRAIN_OUTPUT subtasks.a.agent",
    ],
    ["subtasks as a list", '{"subtasks": [{"agent": "x"}]}', "E_BRAIN_OUTPUT subtasks"],
    [
      "an unknown policy",
      '{"subtasks": {}, "policy": {"on_failure": "panic"}}',
      "E_BRAIN_OUTPUT policy.on_failure",
    ],
    ["an empty question", '{"ask": ""}', "E_BRAIN_OUTPUT ask"],
    ["a null", '{"error": null}', "E_BRAIN_OUTPUT error"],
  ])("refuses %s", (_, stdout, expected) => {
    expect(codeOf(() => parseBrainOutput(stdout))).toBe(expected);
  });

  test("says what was meant", () => {
    expect(() => parseBrainOutput('{"subtasks": {"a": {"agent": "x", "dependson": []}}}')).toThrow(
      /subtasks\.a\.dependson: an unknown key; .* Did you mean depends_on\?/,
    );
  });

  test("20,000 levels end neither in a crash nor in a long wait", () => {
    const deep = `{"results": ${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    expect(codeOf(() => parseBrainOutput(deep))).toMatch(/^E_JSON/);
  });
});

describe("parseOutcome", () => {
  test.each([[undefined], [null], ["text"], [[]], [{}], [{ results: undefined }], [() => 1]])(
    "refuses %s",
    (value) => {
      expect(codeOf(() => parseOutcome(value))).toBe("E_BRAIN_OUTPUT");
    },
  );
});

describe("parseTextAnswer", () => {
  test.each<[string, string, Outcome]>([
    ["text", "Found 3.\n```js\n1\n```\n", { results: "Found 3.\n```js\n1\n```\n" }],
    [
      "a plan in YAML",
      "Sure:\n```clawflow-plan\nsubtasks:\n  scan: {agent: reader, description: Scan}\n```\nDone.",
      plan,
    ],
    [
      "a plan in JSON",
      '```clawflow-plan\n{"subtasks": {"scan": {"agent": "reader", "description": "Scan"}}}\n```',
      plan,
    ],
    ["the last of two plans", `\`\`\`clawflow-plan\nsubtasks: {}\n\`\`\`\n${fence(plan)}`, plan],
    [
      "a plan inside another fence as text",
      `~~~~\n${fence(plan)}\n~~~~`,
      { results: `~~~~\n${fence(plan)}\n~~~~` },
    ],
    ["a question", "```clawflow-ask\nWhich one?\n```", { ask: "Which one?" }],
    ["an error", "```clawflow-error\nNo access.\n```", { error: "No access." }],
  ])("takes %s", (_, text, expected) => {
    expect(parseTextAnswer(text)).toEqual(expected);
  });

  test.each([
    ["broken YAML", "```clawflow-plan\nsubtasks: [\n```", /^E_BRAIN_OUTPUT/],
    ["a key twice", '```clawflow-plan\n{"subtasks": {}, "subtasks": {}}\n```', /^E_JSON subtasks/],
    ["no subtasks", "```clawflow-plan\ntasks: {}\n```", /^E_BRAIN_OUTPUT tasks/],
    ["an empty question", "```clawflow-ask\n\n```", /^E_BRAIN_OUTPUT ask/],
  ])("refuses a plan with %s", (_, text, expected) => {
    expect(codeOf(() => parseTextAnswer(text))).toMatch(expected);
  });

  function fence(value: unknown): string {
    return `\`\`\`clawflow-plan\n${JSON.stringify(value)}\n\`\`\``;
  }
});

describe("the text of an outcome message", () => {
  property.prop([hostileText, hostileText], { numRuns: 300 })("gives the outcome back", (text, other) => {
    const outcomes: Outcome[] = [
      { results: text },
      { ask: text || "?" },
      { error: text || "!" },
      { error: text || "!", partial: other || "some" },
      { subtasks: { scan: { agent: text, description: other, depends_on: [text], instructions: text } } },
    ];
    for (const outcome of outcomes) {
      expect(parseOutcomeText(outcomeKind(outcome), formatOutcome(outcome))).toEqual(outcome);
    }
  });

  test.each([
    ["bare JSON", JSON.stringify(plan)],
    ["bare YAML", "subtasks:\n  scan: {agent: reader, description: Scan}\n"],
    ["a fence", `\n\`\`\`yaml\nsubtasks:\n  scan: {agent: reader, description: Scan}\n\`\`\`\n`],
  ])("a plan as %s", (_, text) => {
    expect(parseOutcomeText("plan", text)).toEqual(plan);
  });

  test("an error as bare text", () => {
    expect(parseOutcomeText("error", "No access.\n")).toEqual({ error: "No access." });
  });
});
