import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { parseSimpleYaml } from "../../src/protocol/parse-simple-yaml.ts";
import { parseAnyYaml } from "../../src/protocol/parse-yaml.ts";
import { formatYaml } from "../../src/protocol/yaml-text.ts";
import { anyString, plainValue } from "./arbitraries.ts";

const full = (text: string) => parseAnyYaml(text, "E_FRONTMATTER", 1);

/** What the quick way gives must be what the package gives; that it gives something is not asked. */
function agrees(text: string): void {
  const simple = parseSimpleYaml(text);
  if (simple !== undefined) expect(simple).toStrictEqual(full(text));
}

const HEAD = `clawflow: 2
type: task
id: m-0123456789abcdef01234567
task_id: "20261120"
attempt: 1
usd: -0.5
paused: true
gone: null
sent_at: 2026-11-20T10:00:00.000Z
summary: 4 of 12 files, it's [all] {x}
trace: {root: audit-k3f9, depth: 1, path: [human, lead, "a, b"], none: []}
subtasks:
  scan:
    agent: reader
    depends_on: []
  write:
    agent: writer
attachments:
  -
    name: scan.txt
    bytes: 63
    in: {a: [1]}
  -
    name: "other one.txt"
    bytes: 0
last: {}
`;

const PERSON = `
# above
clawflow: 2   # behind
title: 'it''s # mine'   # the title
words: "a # b" # c
policy:   # as agreed
    on_failure: continue

    # 2 or 3
    max: 3
list: [a, b]  # two
plain: a #b
subtasks:
  # first
  scan:
    depends_on:
    # c
    - b   # behind
    - 2
    agent:   reader
    files:
    -   # the first
      # of them
      name: a
    - b
    -

      name: c
      more:
      - d
      -
       e: f
 # odd
  write:
    instructions: |
      One
        # two

      three

# below
    more: |-
     x
`;

const TEAM = `agents:
  lead:   { peers: [ reader , writer ], brain: { command: [node, ./lead.mjs, --quick ] }, none: { }, nobody: [ ] }
  writer: {peers: ["*" ], workspace: ../writer, brain: {text: [claude, -p]}}
`;

describe("parseSimpleYaml", () => {
  test("takes what the runtime writes", () => {
    expect(parseSimpleYaml(HEAD)).toStrictEqual(full(HEAD));
    expect(parseSimpleYaml(HEAD)).toMatchObject({
      attempt: 1,
      gone: null,
      attachments: [{ bytes: 63 }, { name: "other one.txt" }],
      subtasks: { write: { agent: "writer" } },
    });
  });

  test("takes what a person leaves of it", () => {
    expect(parseSimpleYaml(PERSON)).toStrictEqual(full(PERSON));
    expect(parseSimpleYaml(PERSON)).toMatchObject({
      title: "it's # mine",
      subtasks: { scan: { depends_on: ["b", 2] }, write: { instructions: "One\n  # two\n\nthree\n" } },
    });
  });

  test("takes a team as people write it", () => {
    const { agents } = parseSimpleYaml(TEAM) as { agents: Record<string, unknown> };
    expect(agents.writer).toEqual({
      peers: ["*"],
      workspace: "../writer",
      brain: { text: ["claude", "-p"] },
    });
    expect(parseSimpleYaml(TEAM)).toStrictEqual(full(TEAM));
  });

  test.each([
    ["a blank value", "a:\nb: 1\n"],
    ["a blank behind a key", "a: \nb: 1\n"],
    ["a key twice", "a: 1\na: 2\n"],
    ["a forbidden key", "__proto__: {a: 1}\n"],
    ["a value on two lines", "a: b\n  c\n"],
    ["a folded text", "a: >\n  b\n"],
    ["a block text that keeps its blank lines", "a: |+\n  b\n"],
    ["a block text with blanks at its end", "a: |\n  b\n    \n"],
    ["a block text without a line", "a: |\nb: 1\n"],
    ["maps that begin beside the dash", "a:\n  - b: 1\n"],
    ["a dash with nothing", "a:\n  -\n  - b\n"],
    ["a dash with nothing at the end", "a:\n  -\n"],
    ["a list in a list", "a:\n  -\n    - b\n"],
    ["a value below its dash", "a:\n  -\n    b\n"],
    ["a list item on two lines", "a:\n  - b\n    c\n"],
    ["a comment without a blank before it", 'a: "b"# c\n'],
    ["a quote on two lines", "a: 'b\n  c'\n"],
    ["an alias", "a: *b\n"],
    ["an octal number", "a: 012\n"],
    ["another true", "a: True\n"],
    ["a word of older YAML", "a: yes\n"],
    ["a tab", "a:\tb\n"],
    ["CRLF", "a: b\r\n"],
    ["indentation that changes", "a:\n    b: 1\n  c: 2\n"],
    ["a map that begins indented", "  a: 1\n"],
    ["text behind a quote", 'a: "b" c\n'],
    ["text behind a list", "a: [b] c\n"],
    ["a comma at the end", "a: [b,]\n"],
    ["an open list", "a: [b\n"],
    ["nothing", ""],
    ["no line break at the end", "a: 1"],
    ["deep lists", `a: ${"[".repeat(50)}${"]".repeat(50)}\n`],
  ])("leaves %s to the package", (_, text) => {
    expect(parseSimpleYaml(text)).toBeUndefined();
  });

  property.prop([fc.dictionary(fc.stringMatching(/^[a-z_]{1,5}$/), plainValue, { noNullPrototype: true })], {
    numRuns: 1000,
  })("agrees with the package on what is written", (value) => {
    agrees(formatYaml(value));
  });

  property.prop(
    [
      fc.constantFrom(HEAD, PERSON, TEAM),
      fc.nat(),
      fc.nat(12),
      fc.oneof(
        anyString,
        fc.constantFrom(
          " ",
          "\n",
          ":",
          "#",
          ",",
          "]",
          "}",
          "[",
          "{",
          '"',
          "'",
          "- ",
          "? ",
          ": ",
          "\n  ",
          "|",
          " #",
          "#",
          "\n#",
          "\n\n",
          "\n- ",
          "\n-\n",
          "  -\n",
          "|-\n",
          "''",
          "&a ",
          "./",
          "-",
          "--",
          "!x ",
        ),
      ),
    ],
    { numRuns: 5000 },
  )("agrees with the package on what was changed anywhere", (head, place, removed, added) => {
    const at = place % head.length;
    const text = head.slice(0, at) + added + head.slice(at + removed);
    if (parseSimpleYaml(text) !== undefined) agrees(text);
  });

  property.prop([anyString], { numRuns: 3000 })("agrees with the package on any value", (text) => {
    agrees(`a: ${text}\n`);
    agrees(`a: [${text}]\n`);
    agrees(`a: {b: ${text}, c: 1}\n`);
    agrees(`a: ${JSON.stringify(text)}\n`);
    agrees(`a: '${text}' # c\n`);
    agrees(`a: |\n  ${text.replaceAll("\n", "\n  ")}\nb: 1\n`);
    agrees(`a:\n- ${text}\n- b\n`);
    agrees(`a: ${text} # c\n`);
    agrees(`${text}: 1\n`);
  });
});
