import { fc, test as property } from "@fast-check/vitest";
import matter from "gray-matter";
import { describe, expect, test } from "vitest";
import { decodeUtf8, joinFrontmatter, splitFrontmatter } from "../../src/protocol/frontmatter.ts";
import { hostileText } from "./arbitraries.ts";
import { codeOf } from "./code-of.ts";

const refused: Record<string, string> = {
  "no frontmatter": "# Task: x\n",
  "an empty file": "",
  "one byte": "-",
  "a blank line first": "\n---\na: 1\n---\n",
  unclosed: "---\na: 1\n",
  "unclosed, a lookalike at the end": "---\na: 1\n ---\n",
  "a longer closing line": "---\na: 1\n----\n",
  JavaScript: "---js\n{ran: globalThis.ran = true}\n---\n",
  "JavaScript by its long name": "---javascript\n({ran: globalThis.ran = true})\n---\n",
  "JavaScript after a blank": "--- js\n{ran: globalThis.ran = true}\n---\n",
  JSON: '---json\n{"a": 1}\n---\n',
  TOML: "---toml\na = 1\n---\n",
  "an inherited function": "---constructor\na: 1\n---\n",
  "a list": "---\n- a\n---\n",
  "a text": "---\na\n---\n",
  "a number": "---\n12\n---\n",
  "tabs as indentation": "---\na:\n\tb: 1\n---\n",
  "a key twice": "---\na: 1\na: 2\n---\n",
  "a key twice, deep": "---\na: {b: [{c: 1, c: 2}]}\n---\n",
  "a key twice, once quoted": '---\na: 1\n"a": 2\n---\n',
  __proto__: "---\n__proto__: {polluted: true}\n---\n",
  "__proto__, deep": "---\na: [{__proto__: {polluted: true}}]\n---\n",
  constructor: "---\nconstructor: {prototype: {polluted: true}}\n---\n",
  prototype: "---\na: {prototype: 1}\n---\n",
  "an anchor": "---\na: &x 1\n---\n",
  "an alias": "---\na: &x 1\nb: *x\n---\n",
  "an alias bomb": `---\na0: &a0 [x,x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i},*a${i}]`).join("\n")}\n---\n`,
  "a tag that runs code elsewhere": "---\na: !!js/function 'function () {}'\n---\n",
  "a tag of its own": "---\na: !secret x\n---\n",
  binary: "---\na: !!binary aGVsbG8=\n---\n",
  "a merge by alias": "---\na: &x {b: 1}\nc: {<<: *x}\n---\n",
  "a second document": "---\na: 1\n...\nb: 2\n---\n",
  "a directive": "---\n%YAML 1.1\na: no\n---\n",
  "a key that is a list": "---\n? [a]\n: 1\n---\n",
  "20,000 levels": `---\na: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n---\n`,
  "101 levels": `---\na: ${"[".repeat(101)}${"]".repeat(101)}\n---\n`,
  "a quote that does not end": '---\na: "b\n---\n',
  "200,000 blank lines": `---\n${"\n".repeat(200_000)}a: 1\n---\n`,
};

describe("splitFrontmatter refuses", () => {
  test.each(Object.entries(refused))("%s", (_, text) => {
    expect(codeOf(() => splitFrontmatter(text))).toMatch(/^E_FRONTMATTER/);
    // gray-matter without options gives broken frontmatter as empty the second time.
    expect(codeOf(() => splitFrontmatter(text))).toMatch(/^E_FRONTMATTER/);
  });

  test("and runs or keeps nothing", () => {
    for (const text of Object.values(refused)) codeOf(() => splitFrontmatter(text));
    splitFrontmatter("---\na: 1\n---\n");
    expect(globalThis).not.toHaveProperty("ran");
    expect({}).not.toHaveProperty("polluted");
    expect((matter as unknown as { cache: object }).cache).toEqual({});
  });
});

describe("splitFrontmatter takes", () => {
  test.each([
    ["an empty head", "---\n---\nbody", { data: {}, body: "body" }],
    ["a head without a body", "---\na: 1\n---", { data: { a: 1 }, body: "" }],
    ["a byte order mark", "\ufeff---\na: 1\n---\nbody\n", { data: { a: 1 }, body: "body\n" }],
    ["CRLF", "---\r\na: b\r\nc: d\r\n---\r\nx\r\ny", { data: { a: "b", c: "d" }, body: "x\r\ny" }],
    ["comments", "---\n# one\na: 1 # two\n---\n", { data: { a: 1 }, body: "" }],
    [
      "YAML 1.2, not 1.1",
      "---\na: no\nb: 012\nc: 12:30\nd: 2026-11-20\ne: 1e3\n---\n",
      { data: { a: "no", b: 12, c: "12:30", d: "2026-11-20", e: 1000 }, body: "" },
    ],
    ["a merge key as a key", "---\n<<: {a: 1}\n---\n", { data: { "<<": { a: 1 } }, body: "" }],
    ["100 levels", "---\na: [[1]]\n---\n", { data: { a: [[1]] }, body: "" }],
    [
      "a body that begins like a head",
      "---\na: 1\n---\n---\nb: 2\n---\n",
      { data: { a: 1 }, body: "---\nb: 2\n---\n" },
    ],
    [
      "a body with a script",
      "---\na: 1\n---\n---js\n{}\n---\n",
      { data: { a: 1 }, body: "---js\n{}\n---\n" },
    ],
  ])("%s", (_, text, expected) => {
    expect(splitFrontmatter(text)).toEqual(expected);
  });

  test.each([
    ["flow lists", "a: ", "[", "]"],
    ["flow maps", "a: ", "{a: ", "}"],
    ["block lists", "a:\n  ", "- ", ""],
    ["maps in lists", "a: ", "[{b: ", "}]"],
  ])("says that %s are too deep, however deep", (_, key, open, close) => {
    for (const depth of [101, 20_000, 60_000]) {
      const text = `---\n${key}${open.repeat(depth)}1${close.repeat(depth)}\n---\n`;
      // No stack has overflowed: while a pattern is compiled that is no error, but the end of the process.
      expect(thrownBy(() => splitFrontmatter(text)).cause).toBeUndefined();
      expect(() => splitFrontmatter(text), `${depth}`).toThrow(
        /nested too deeply; expected at most 100 levels/,
      );
    }
  });

  test("many keys, in a time that grows with their number", () => {
    const head = Array.from({ length: 20_000 }, (_, i) => `k${i}: ${i}`).join("\n");
    expect(Object.keys(splitFrontmatter(`---\n${head}\n---\n`).data)).toHaveLength(20_000);
  });
});

property.prop([hostileText, fc.constantFrom("", "a: 1\n", "a: |\n  b\n")], { numRuns: 500 })(
  "a body comes back byte for byte",
  (body, head) => {
    expect(splitFrontmatter(joinFrontmatter(head, body)).body).toBe(body);
  },
);

describe("decodeUtf8", () => {
  test.each([
    ["a byte alone", [0xff]],
    ["a character cut short", [0x41, 0xe2, 0x82]],
    ["half a surrogate pair", [0xed, 0xa0, 0x80]],
    ["an overlong form", [0xc0, 0xaf]],
  ])("refuses %s", (_, bytes) => {
    expect(codeOf(() => decodeUtf8(Uint8Array.from(bytes)))).toBe("E_UTF8");
  });

  test("drops a byte order mark", () => {
    expect(decodeUtf8(Buffer.from("\ufeffä"))).toBe("ä");
  });
});

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
