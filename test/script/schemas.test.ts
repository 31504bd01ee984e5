import { describe, expect, test } from "vitest";
import { checkSchema } from "../../src/script/check-schema.ts";
import { fitAnswer } from "../../src/script/fit-answer.ts";
import type { JsonSchema } from "../../src/script/types.ts";

describe("schemas that are refused before anybody is asked", () => {
  test.each<[unknown, string]>([
    [null, "an object"],
    [[], "an object"],
    [{ type: "strin" }, "schema.type"],
    [{ type: [] }, "schema.type"],
    [{ type: "string", enum: [1, 2] }, "never of type"],
    [{ type: "integer", const: 1.5 }, "never of type"],
    [{ enum: ["a"], const: "b" }, "not among those of enum"],
    [{ minimum: 5, maximum: 4 }, "is above maximum"],
    [{ type: "array", minItems: 2, maxItems: 1 }, "is above maxItems"],
    [{ minLength: -1 }, "no count"],
    [{ minimum: "1" }, "no number"],
    [{ pattern: "(" }, "no regular expression"],
    [{ patternProperties: { "(": true } }, "no regular expression"],
    [{ required: "n" }, "a list"],
    [{ properties: { a: true }, additionalProperties: false, required: ["b"] }, "asks for b"],
    [{ properties: { a: false }, required: ["a"] }, "asks for a"],
    [{ required: ["a", "b"], maxProperties: 1 }, "more than maxProperties"],
    [{ not: {} }, "fits nothing"],
    [{ allOf: [{ type: "string" }, { type: "number" }] }, "fits nothing"],
    [{ anyOf: [] }, "no list of schemas"],
    [{ $ref: "https://example.com/schema" }, "leads out of the schema"],
    [{ $ref: "#/$defs/gone" }, "leads nowhere"],
    [{ properties: { a: { items: { type: "nothing" } } } }, "schema.properties.a.items.type"],
    [{ properties: ["a"] }, "no schemas by name"],
    [{ description: "x".repeat(70_000) }, "too long"],
  ])("%j", (schema, text) => {
    expect(() => checkSchema(schema)).toThrowError(text);
  });

  test("useful ones are taken", () => {
    const finding = {
      type: "object",
      properties: { file: { type: "string", pattern: "\\.ts$" } },
      required: ["file"],
    };
    for (const schema of [
      {},
      { type: ["string", "null"], enum: ["a", null] },
      {
        type: "object",
        properties: { all: { type: "array", items: { $ref: "#/$defs/finding" } } },
        $defs: { finding },
      },
      { allOf: [{ type: "integer" }, { type: "number", minimum: 1 }] },
      { oneOf: [{ const: 1 }, { type: "boolean" }], not: { const: true } },
      { properties: { gone: false }, additionalProperties: false },
    ])
      expect(checkSchema(schema)).toBe(schema);
  });
});

describe("answers", () => {
  const schema: JsonSchema = {
    type: "object",
    properties: {
      found: {
        type: "array",
        items: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
      },
    },
    required: ["found"],
  };
  const good = '{"found": [{"n": 1}]}';

  test.each([
    good,
    `\n  ${good}\n`,
    `\`\`\`json\n${good}\n\`\`\``,
    `\`\`\`\n${good}\n\`\`\`\n`,
    `First:\n\`\`\`json\n{"found": 5}\n\`\`\`\nNo, this:\n\`\`\`json\n${good}\n\`\`\`\nDone.`,
    `~~~json\r\n${good}\r\n~~~`,
  ])("%j is understood", (text) => {
    expect(fitAnswer(text, schema)).toEqual({ fits: true, value: { found: [{ n: 1 }] } });
  });

  test.each([
    ["I found nothing.", "not valid JSON"],
    ['{"found": [{"n": "1"}]}', "found[0].n:"],
    ["{}", "the answer:"],
    ["", "not valid JSON"],
    ["```json\n{\n```", "not valid JSON"],
  ])("%j is not, and why", (text, problem) => {
    expect(fitAnswer(text, schema)).toMatchObject({ fits: false, problem: expect.stringContaining(problem) });
  });
});
