import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../src/protocol/json-text.ts";
import { plainValue } from "./arbitraries.ts";
import { codeOf } from "./code-of.ts";

property.prop([plainValue, fc.constantFrom(undefined, 2)], { numRuns: 500 })(
  "what is well-formed comes back",
  (value, indent) => {
    const text = JSON.stringify(value, null, indent);
    expect(parseJson(text)).toStrictEqual(JSON.parse(text));
  },
);

describe("parseJson", () => {
  test.each([
    ["equal keys of different maps", '{"a": {"x": 1}, "b": {"x": 1}, "c": [{"x": 1}, {"x": 2}]}'],
    ["keys as values", '{"a": "a", "b": ["a", "b"], "c": "\\"a\\": 1, \\"a\\": 2"}'],
    ["brackets in texts", '{"a": "}{[", "b": "\\\\"}'],
    ["100 levels", `${"[".repeat(100)}${"]".repeat(100)}`],
  ])("takes %s", (_, text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ["nothing", "", "E_JSON"],
    ["a comma too many", "[1,]", "E_JSON"],
    ["a key twice", '{"a": 1, "b": [], "a": 2}', "E_JSON a"],
    ["a key twice, deep", '[{}, {"a": [0, {"k": {}, "k": 1}]}]', "E_JSON [1].a[1].k"],
    ["a key twice, after a closed map", '{"a": {"b": 1}, "a": {}}', "E_JSON a"],
    ["an escaped __proto__", '{"\\u005f_proto__": 1}', "E_JSON __proto__"],
    ["prototype", '{"a": {"prototype": 1}}', "E_JSON a.prototype"],
    ["101 levels", `${"[".repeat(101)}${"]".repeat(101)}`, "E_JSON [0][0][0][0][0]"],
  ])("refuses %s", (_, text, expected) => {
    expect(codeOf(() => parseJson(text))).toBe(expected);
  });
});
