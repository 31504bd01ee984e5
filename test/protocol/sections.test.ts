import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/protocol/ids.ts";
import { formatSection, parseSections } from "../../src/protocol/sections.ts";
import { hostileText } from "./arbitraries.ts";

const HEADINGS = ["Context", "Instructions", "Results"];
const read = (body: string) =>
  parseSections(body, ({ level, title }) => (level === 2 && HEADINGS.includes(title) ? title : undefined));
const texts = (body: string) => Object.fromEntries(read(body).sections.map(({ key, text }) => [key, text]));

describe("formatSection", () => {
  test("writes a plain text plainly", () => {
    expect(formatSection("Results", 2, "results", "Found 3.\n\n- one")).toBe(
      "## Results\n\nFound 3.\n\n- one\n\n",
    );
  });

  test.each([
    "---",
    "# a",
    "a\n## Results",
    "```\na\n```",
    "a\n~~~",
    "<!-- a -->",
    "a\r\nb",
    " a",
    "a\n",
    "\n",
    "a\n   # b",
  ])("marks %j", (text) => {
    const section = formatSection("Results", 2, "results", text);
    expect(section).toMatch(
      /^## Results\n\n<!-- begin results ([0-9a-f]{4,64}) -->\n[\s\S]*\n<!-- end results \1 -->\n\n$/,
    );
  });

  test("takes a longer tag where the text holds the short one", () => {
    let text = "";
    for (let n = 0; !sha256(text).startsWith("7f3a"); n++) text = `a\n<!-- end results 7f3a -->\nb ${n}`;
    const section = formatSection("Results", 2, "results", text);
    expect(section).toContain(`begin results ${sha256(text).slice(0, 8)} -->`);
    expect(texts(section)).toEqual({ Results: text });
  });
});

property.prop([hostileText, hostileText, hostileText], { numRuns: 1000 })(
  "any texts come back as they were",
  (context, instructions, results) => {
    const body =
      formatSection("Context", 2, "context", context) +
      formatSection("Instructions", 2, "instructions", instructions) +
      formatSection("Results", 2, "results", results);
    expect(read(body).before).toBe("");
    expect(texts(body)).toEqual({ Context: context, Instructions: instructions, Results: results });
  },
);

property.prop([fc.array(hostileText, { minLength: 1, maxLength: 5 })], { numRuns: 200 })(
  "a section in a section in a section comes back as it was",
  (parts) => {
    const nested = parts.reduce((inner, part) => formatSection("Results", 2, "results", inner + part), "");
    let text = nested;
    for (const part of parts.toReversed()) {
      const inner = texts(text).Results ?? "missing";
      expect(inner.endsWith(part)).toBe(true);
      text = inner.slice(0, inner.length - part.length);
    }
    expect(text).toBe("");
  },
);

describe("parseSections reads hand-written texts", () => {
  test("headings in fences are text", () => {
    const body = "## Context\n```md\n## Results\n```\nafter\n## Results\nyes\n";
    expect(texts(body)).toEqual({ Context: "```md\n## Results\n```\nafter", Results: "yes" });
  });

  test("a fence ends with marks of its own kind, at least as many", () => {
    const body = "## Context\n````\n```\n## Results\n````\n## Results\nyes";
    expect(texts(body)).toEqual({ Context: "````\n```\n## Results\n````", Results: "yes" });
  });

  test("the first of two equal headings counts", () => {
    expect(texts("## Results\na\n## Results\nb")).toEqual({ Results: "a\n## Results\nb" });
  });

  test("unknown headings are text", () => {
    expect(texts("## Results\na\n## Details\nb\n### c")).toEqual({ Results: "a\n## Details\nb\n### c" });
  });

  test("CRLF", () => {
    expect(texts("## Context\r\na\r\nb\r\n## Results\r\nc\r\n")).toEqual({ Context: "a\r\nb", Results: "c" });
  });

  test("what a person adds below a marked text is not lost", () => {
    const body = `${formatSection("Results", 2, "results", "---")}and one more\n`;
    expect(texts(body)).toEqual({ Results: "---\n\nand one more" });
  });

  test("a begin mark without its end is text", () => {
    expect(texts("## Results\n<!-- begin results 7f3a -->\na\n")).toEqual({
      Results: "<!-- begin results 7f3a -->\na",
    });
  });

  test("text before the first heading is told apart", () => {
    expect(read("Hello\n\n## Results\nx").before).toBe("Hello");
  });
});

test("the time grows with the length, whatever the text", () => {
  const line = `${" ".repeat(200)}\n## Results\n<!-- begin results 7f3a -->\n\`\`\`\n# \n`;
  const body = line.repeat(10_000);
  const start = performance.now();
  texts(formatSection("Results", 2, "results", body));
  texts(body);
  read("# ".padEnd(1_000_000));
  expect(performance.now() - start).toBeLessThan(10_000);
});
