import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { describeEdit } from "../../src/protocol/describe-edit.ts";
import { taskEditSchema } from "../../src/protocol/edit.ts";
import { formatEdit, parseEdit } from "../../src/protocol/edit-body.ts";
import { ClawflowError } from "../../src/protocol/errors.ts";
import { formatTask } from "../../src/protocol/format-task.ts";
import { readEdit, revOf } from "../../src/protocol/read-edit.ts";
import { task as anyTask } from "./any-task.ts";
import { anyString } from "./arbitraries.ts";

const BASE = `---
clawflow: 2
task_id: audit
title: Audit
mode: coordinating
status: executing
from: human
rev: 7
policy: {on_failure: fail-fast, max_attempts: 1, concurrency: 8, approval: never}
budget: {tokens: 100}
deadline: 9000
subtasks:
  scan:
    agent: reader
    description: Scan
    status: done
    attempt: 1
    result_summary: 4 of 12
  write:
    agent: writer
    description: Write
    depends_on: [scan]
    status: pending
    attempt: 0
---
# Task: Audit

## Instructions

Do it.

## Context

## Working Notes

## Subtask Results

### scan

<!-- begin scan 12ab -->
### write
---
text
<!-- end scan 12ab -->

## Synthesised Output

`;

const edits: [string, (text: string) => string, object][] = [
  ["a title", (t) => t.replace("title: Audit", "title: Check"), { title: "Check" }],
  ["the heading", (t) => t.replace("# Task: Audit", "# Task: Check"), { title: "Check" }],
  [
    "instructions",
    (t) => t.replace("Do it.", "Do it well.\n\n### With care"),
    { instructions: "Do it well.\n\n### With care" },
  ],
  ["notes", (t) => t.replace("## Working Notes\n", "## Working Notes\n\nmine\n"), { notes: "mine" }],
  ["a policy", (t) => t.replace("concurrency: 8", "concurrency: 2"), { policy: { concurrency: 2 } }],
  ["a budget", (t) => t.replace("tokens: 100", "tokens: 900"), { budget: { tokens: 900 } }],
  ["a deadline", (t) => t.replace("deadline: 9000", "deadline: 2h"), { deadline: "2h" }],
  ["paused", (t) => t.replace("rev: 7", "rev: 7\npaused: true"), { paused: true }],
  ["an own key", (t) => t.replace("rev: 7", "rev: 7\nowner: Ann"), { own: { owner: "Ann" } }],
  ["cancelled", (t) => t.replace("status: executing", "status: cancelled"), { status: "cancelled" }],
  [
    "ended by hand",
    (t) => t.replace("status: executing", "status: done").replace("Output\n\n", "Output\n\nMine.\n"),
    { status: "done", output: "Mine." },
  ],
  [
    "a new subtask",
    (t) => t.replace("\n---\n# Task", "\n  extra:\n    agent: writer\n    description: More\n---\n# Task"),
    { subtasks: { extra: { agent: "writer", description: "More" } } },
  ],
  [
    "a subtask again",
    (t) => t.replace("status: done", "status: pending"),
    { subtasks: { scan: { status: "pending" } } },
  ],
  [
    "another agent",
    (t) => t.replace("agent: writer", "agent: reader"),
    { subtasks: { write: { agent: "reader" } } },
  ],
  [
    "a result by hand",
    (t) =>
      t.replace("status: pending", "status: done").replace("## Synth", "### write\n\nBy me.\n\n## Synth"),
    { subtasks: { write: { status: "done", results: "By me." } } },
  ],
  [
    "between the marks (H32)",
    (t) => t.replace("---\ntext", "---\nother"),
    { subtasks: { scan: { results: "### write\n---\nother" } } },
  ],
  [
    "a subtask cancelled",
    (t) => t.replace("status: pending", "status: cancelled"),
    { subtasks: { write: { status: "cancelled" } } },
  ],
  ["a subtask removed", (t) => t.replace(/ {2}write:\n(?: {4}.*\n)+/, ""), { subtasks: { write: null } }],
  [
    "nothing but noise",
    (t) => `\ufeff${t.replace("rev: 7", "# hi\nrev: 7  # there").replace(/\n/g, "\r\n")}`,
    { comments: ["# hi", "# there"] },
  ],
  ["blanks at the ends", (t) => t.replace("text\n<!--", "text  \n<!--").trimEnd(), {}],
];

describe("an edit", () => {
  test.each(edits)("of %s", (_, change, edit) => {
    const edited = change(BASE);
    expect(edited).not.toBe(BASE);
    const read = readEdit(BASE, edited);
    expect(read.edit).toEqual(edit);
    expect(read.putBack).toEqual([]);
  });

  test("of a decision", () => {
    const base = BASE.replace(
      "rev: 7",
      "rev: 7\nwaiting:\n  for: approval\n  text: Approve\n  since: x\n  question: q",
    );
    expect(readEdit(base, base.replace("question: q", "question: q\n  approved: yes")).edit).toEqual({
      approved: true,
    });
    expect(
      readEdit(base, base.replace("question: q", "question: q\n  approved: no\n  reason: too dear")).edit,
    ).toEqual({
      approved: false,
      reason: "too dear",
    });
    expect(readEdit(base, base.replace("question: q", "question: q\n  answer: blue")).edit).toEqual({
      answer: "blue",
    });
    const once = base.replace("question: q", "question: q\n  approved: yes");
    expect(readEdit(once, once.replace("Do it.", "Do it well.")).edit).toEqual({
      instructions: "Do it well.",
    });
  });

  test("of what is the runtime's is put back and told", () => {
    const read = readEdit(
      BASE,
      BASE.replace("rev: 7", "rev: 9").replace("from: human\n", "").replace("attempt: 1", "attempt: 4"),
    );
    expect(read.edit).toEqual({});
    expect(read.putBack).toHaveLength(3);
    expect(read.putBack.join("\n")).toMatch(/from: nothing.*\nrev: 9.*7\)\nsubtasks\.scan\.attempt: 4/s);
  });

  test("without the text that the person had says nothing of the state", () => {
    const old = BASE.replace("status: executing", "status: planning")
      .replace("status: done", "status: dispatched")
      .replace("Do it.", "Do it well.");
    expect(readEdit(BASE, old, { state: false }).edit).toEqual({ instructions: "Do it well." });
    expect(() => readEdit(BASE, old)).toThrow(/status/);
  });

  test("says where the subtasks stood", () => {
    expect(readEdit(BASE, BASE.replace("status: done", "status: pending")).seen).toEqual({
      scan: { status: "done", attempt: 1 },
    });
  });

  test.each([
    ["broken YAML", (t: string) => t.replace("title: Audit", "title: [Audit"), "E_FRONTMATTER"],
    [
      "a tab for indentation",
      (t: string) => t.replace("    agent: reader", "\tagent: reader"),
      "E_FRONTMATTER",
    ],
    ["nothing", () => "", "E_FRONTMATTER"],
    ["a status that is none", (t: string) => t.replace("status: done", "status: finished"), "E_FIELD"],
    [
      "a status of the runtime's",
      (t: string) => t.replace("status: pending", "status: dispatched"),
      "E_FIELD",
    ],
    ["an empty entry", (t: string) => t.replace("\n---\n# Task", "\n  extra:\n---\n# Task"), "E_FIELD"],
    [
      "an id that is none",
      (t: string) => t.replace("\n---\n# Task", "\n  Extra: {agent: writer}\n---\n# Task"),
      "E_ID",
    ],
    ["no subtasks at all", (t: string) => t.replace(/subtasks:\n(?: .*\n)+/, ""), "E_FIELD"],
    ["a policy that is none", (t: string) => t.replace("concurrency: 8", "concurrency: many"), "E_FIELD"],
    ["neither yes nor no", (t: string) => t.replace("rev: 7", "rev: 7\napproved: perhaps"), "E_FIELD"],
  ])("that is %s is refused whole", (_, change, code) => {
    const found = (() => {
      try {
        return readEdit(BASE, change(BASE));
      } catch (error) {
        return error;
      }
    })();
    expect(found).toBeInstanceOf(ClawflowError);
    expect((found as ClawflowError).code).toBe(code);
  });

  property.prop([anyTask])("of nothing is empty", (task) => {
    const { text } = formatTask(task);
    expect(readEdit(text, text)).toEqual({ edit: {}, seen: {}, putBack: [], empty: true });
    expect(revOf(text)).toBe(task.rev);
  });

  property.prop([anyTask, fc.nat(), fc.nat(200), anyString])(
    "of any kind is an edit or an error of ours",
    (task, at, length, put) => {
      const { text } = formatTask(task);
      const from = at % (text.length + 1);
      const edited = text.slice(0, from) + put + text.slice(from + length);
      try {
        const { edit } = readEdit(text, edited);
        expect(taskEditSchema.parse(edit)).toEqual(edit);
      } catch (error) {
        expect(error).toBeInstanceOf(ClawflowError);
        expect((error as ClawflowError).code).not.toBe("E_INTERNAL");
      }
    },
  );
});

describe("the body of an edit", () => {
  property.prop([anyString, anyString])("comes back", (title, answer) => {
    const edit = {
      title,
      answer,
      instructions: `\`\`\`yaml\n${title}\n\`\`\``,
      subtasks: { a: null, b: { agent: "x", results: answer } },
    };
    expect(parseEdit(formatEdit(edit))).toEqual(edit);
  });

  test("what nobody would read to its end is named by its beginning", () => {
    const key = "k".repeat(1_000);
    expect(() => parseEdit(`${key}: 1`)).toThrow(/^k{300}…: an unknown key; .{1,900}$/);
    const deep = `subtasks: ${"{a: ".repeat(90)}1${"}".repeat(90)}`;
    expect(() => parseEdit(deep.replaceAll("a", key.slice(0, 50)))).toThrow(/^.{1,900}$/s);
  });

  test("says in words what it is", () => {
    expect(
      describeEdit({
        title: "T",
        subtasks: { a: null, b: { status: "pending" } },
        approved: false,
        reason: "no",
      }),
    ).toEqual(['the title is "T"', "rejected: no", "a is removed", "b is to be done again"]);
    expect(formatEdit({})).toContain("nothing but comments");
  });
});
