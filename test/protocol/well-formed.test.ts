import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { checkOutcome } from "../../src/brain/check-outcome.ts";
import { ClawflowError, errorText } from "../../src/protocol/errors.ts";
import { formatTask } from "../../src/protocol/format-task.ts";
import { splitFrontmatter } from "../../src/protocol/frontmatter.ts";
import { parseJson } from "../../src/protocol/json-text.ts";
import { formatMessage, parseMessage } from "../../src/protocol/message-codec.ts";
import { parseBrainOutput } from "../../src/protocol/parse-outcome.ts";
import { parseYaml } from "../../src/protocol/parse-yaml.ts";
import { parseTask } from "../../src/protocol/task-document.ts";
import { formatYaml } from "../../src/protocol/yaml-text.ts";
import { task as anyTask } from "./any-task.ts";
import { kept } from "./arbitraries.ts";
import { codeOf } from "./code-of.ts";

/** Any code units, halves of surrogate pairs more often than not. */
const unit = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff }));
const codeUnits = fc.string({ unit: unit.map((code) => String.fromCharCode(code)), maxLength: 12 });

describe("half a surrogate pair is U+FFFD", () => {
  test.each([
    ["in YAML", parseYaml('a: "x\\ud800"\n', "E_FIELD")],
    ["in YAML that is not simple", parseYaml('a: "x\\uD800" # one\nb: [!!int 1]\n', "E_FIELD")],
    ["in JSON", parseJson('{"a": "x\\ud800"}')],
    ["in JSON with capitals", parseJson('{"a": "x\\uDFFF"}')],
    ["in JSON as it stands", parseJson('{"a": "x\ud800"}')],
    ["in what is written", parseYaml(formatYaml({ a: "x\ud800" }), "E_FIELD")],
  ])("%s", (_, value) => {
    expect(value).toMatchObject({ a: "x\ufffd" });
  });

  test("in the keys of YAML and JSON; two that become one are refused", () => {
    expect(parseYaml('"\\ud800": 1\n', "E_FIELD")).toEqual({ "\ufffd": 1 });
    expect(parseJson('{"\\ud800": 1}')).toEqual({ "\ufffd": 1 });
    expect(codeOf(() => parseYaml('"\\ud800": 1\n"\\ud801": 2\n', "E_FIELD"))).toMatch(/^E_FIELD/);
    expect(codeOf(() => parseJson('[{"\\ud800": 1, "\\ud801": 2}]'))).toMatch(/^E_JSON \[0\]/);
  });

  test("in what a command printed and a function returned", () => {
    for (const key of ["error", "ask", "results"]) {
      expect(parseBrainOutput(`{"${key}": "a\\udead"}`)).toEqual({ [key]: "a\ufffd" });
      expect(checkOutcome({ [key]: "a\udead" })).toEqual({ [key]: "a\ufffd" });
    }
    expect(checkOutcome("a\udead")).toEqual({ results: "a\ufffd" });
  });

  test("where the text of an error is cut, and in that of another", () => {
    const error = new ClawflowError("E_FIELD", "x", { found: `${"a".repeat(199)}\u{1f600}b` });
    expect(errorText(error).isWellFormed()).toBe(true);
    expect(errorText(new Error("\ud800"))).toBe("E_INTERNAL: \ufffd");
  });

  test("NUL, wherever it comes in", () => {
    expect(parseYaml('a: "b\\0c"\n', "E_FIELD")).toEqual({ a: "b\ufffdc" });
    expect(parseJson('["b\\u0000c"]')).toEqual(["b\ufffdc"]);
    expect(checkOutcome("b\0c")).toEqual({ results: "b\ufffdc" });
    expect(splitFrontmatter("---\na: 1\n---\nb\0c").body).toBe("b\ufffdc");
  });

  test("a whole pair stays, however it is written", () => {
    expect(parseJson('["\\ud83d\\ude00"]')).toEqual(["\u{1f600}"]);
    expect(parseYaml('a: "\\ud83d\\ude00"\n', "E_FIELD")).toEqual({ a: "\u{1f600}" });
  });

  property.prop([codeUnits, codeUnits])("in any value, written and read back", (key, text) => {
    const wanted = { [kept(key)]: [kept(text)] };
    expect(parseYaml(formatYaml({ [key]: [text] }), "E_FIELD")).toEqual(wanted);
    expect(parseJson(JSON.stringify({ [key]: [text] }))).toEqual(wanted);
  });

  property.prop([anyTask, codeUnits], { numRuns: 50 })(
    "in a task.md, which says so once and for all",
    (task, text) => {
      const told = { ...task, error: text, text: { ...task.text, notes: text } };
      const { text: written } = formatTask(told);
      expect(written).toBe(kept(written));
      expect(written).not.toMatch(/(?<!\\)(?:\\\\)*\\ud[89a-f]/i);
      expect(parseTask(written).error).toBe(kept(text));
    },
  );

  property.prop([codeUnits], { numRuns: 50 })("in a message", (title) => {
    const message = {
      clawflow: 2,
      version: 2,
      type: "progress",
      id: "m-1",
      task_id: "t",
      attempt: 1,
      from: "a",
      to: "b",
      sent_at: "2026-11-20T12:00:00Z",
      note: title,
      body: { text: "" },
    } as const;
    expect(parseMessage(Buffer.from(formatMessage(message)), { to: "b" })).toMatchObject({
      note: kept(title),
    });
  });
});
