import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseYaml } from "../../src/protocol/parse-yaml.ts";
import { formatYaml } from "../../src/protocol/yaml-text.ts";
import { anyString, kept, plainValue } from "./arbitraries.ts";

describe("formatYaml", () => {
  test("writes block form, plain where that is safe, and one line for what is short", () => {
    const value = {
      clawflow: 2,
      title: "Audit permission checks, it's [urgent]",
      sent_at: "2026-11-20T10:00:00.000Z",
      summary: "4 of 12 files",
      left_out: undefined,
      policy: { on_failure: "fail-fast", approval: { above: { usd: 1 } } },
      depends_on: ["a", "b: c"],
      empty: { list: [], map: {}, text: "" },
      instructions: "First line\n\nSecond # line\n",
      many: Array.from({ length: 6 }, (_, i) => ({ name: `some-file-${i}.md`, bytes: i })),
      "odd key:": null,
    };
    expect(formatYaml(value)).toBe(`clawflow: 2
title: Audit permission checks, it's [urgent]
sent_at: 2026-11-20T10:00:00.000Z
summary: 4 of 12 files
policy: {on_failure: fail-fast, approval: {above: {usd: 1}}}
depends_on: [a, "b: c"]
empty: {list: [], map: {}, text: ""}
instructions: |
  First line

  Second # line
many:
  - {name: some-file-0.md, bytes: 0}
  - {name: some-file-1.md, bytes: 1}
  - {name: some-file-2.md, bytes: 2}
  - {name: some-file-3.md, bytes: 3}
  - {name: some-file-4.md, bytes: 4}
  - {name: some-file-5.md, bytes: 5}
"odd key:": null
`);
  });

  test.each([
    "no",
    "Yes",
    "true",
    "null",
    "~",
    "012",
    "1e3",
    "0x1f",
    ".inf",
    "2026-11-20",
    "12:30",
    "a: b",
    "a #b",
    " a",
    "a ",
    "- a",
    "",
    "*a",
    "&a",
    "!a",
    "%a",
    "a:",
    "4e5",
    "1 000",
  ])("quotes %j", (text) => {
    expect(formatYaml({ key: text })).toBe(`key: ${JSON.stringify(text)}\n`);
  });

  property.prop([plainValue], { numRuns: 2000 })("is read back as the same values", (value) => {
    const text = formatYaml(value);
    expect(parseYaml(text, "E_FRONTMATTER")).toStrictEqual(value);
    expect(formatYaml(value)).toBe(text);
  });

  property.prop([fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), anyString, { noNullPrototype: true })], {
    numRuns: 500,
  })("is read back by the yaml package as it comes", (value) => {
    expect(parse(formatYaml(value))).toStrictEqual(value);
  });

  test("is read back with every character at the beginning, in the middle and at the end", () => {
    for (let code = 0; code < 0x10000; code += code < 0x3000 || code > 0xd700 ? 1 : 101) {
      const c = kept(String.fromCharCode(code));
      const value = { a: `${c}x`, b: `x${c}x`, c: `x${c}`, d: [`x${c}x`], e: `x\nx${c}x\n` };
      expect(parseYaml(formatYaml(value), "E_FRONTMATTER"), `U+${code.toString(16)}`).toStrictEqual(value);
    }
  });

  test("keys of any length are read back", () => {
    const value = { ["k".repeat(2000)]: { ["ü ".repeat(800)]: [1, { a: { b: "c".repeat(200) } }] } };
    expect(parseYaml(formatYaml(value), "E_FRONTMATTER")).toStrictEqual(value);
  });

  test("refuses what is not plain", () => {
    expect(() => formatYaml({ a: () => 1 })).toThrow(/function/);
  });
});
