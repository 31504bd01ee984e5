import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import type { Subtask, Task } from "../../src/protocol/task.ts";
import { formatTask, type InlineLimits, parseTask, withResults } from "../../src/protocol/task-document.ts";
import { quickOrFull } from "../suite-size.ts";
import { task } from "./any-task.ts";
import { codeOf } from "./code-of.ts";

function again(task: Task, inline?: InlineLimits): Task {
  const { text, files } = formatTask(task, inline);
  const byName = new Map(files.map((file) => [file.name, file.text]));
  return withResults(parseTask(text), (name) => byName.get(name) ?? `no file ${name}`);
}

describe("task.md", () => {
  property.prop([task], { numRuns: quickOrFull(200, 1000) })("gives the task back", (task) => {
    expect(again(task)).toStrictEqual(task);
    expect([...again(task).subtasks.keys()]).toEqual([...task.subtasks.keys()]);
  });

  property.prop([task, fc.integer({ min: 0, max: 30 })], { numRuns: quickOrFull(100, 500) })(
    "gives the task back with results in files of their own",
    (task, each) => {
      expect(again(task, { each, total: 2 * each })).toStrictEqual(task);
    },
  );

  property.prop([task], { numRuns: quickOrFull(100, 500) })(
    "is the same text whatever the order of the fields",
    (task) => {
      const once = formatTask(task).text;
      expect(formatTask(again(task)).text).toBe(once);
      expect(formatTask(backwards(task)).text).toBe(once);
    },
  );

  function backwards(task: Task): Task {
    const turned = turn(task) as unknown as Task;
    if (task.extra !== undefined) turned.extra = task.extra;
    turned.subtasks = new Map(
      [...task.subtasks].map(([id, subtask]) => {
        const inner = turn(subtask) as unknown as Subtask;
        if (subtask.extra !== undefined) inner.extra = subtask.extra;
        return [id, inner];
      }),
    );
    return turned;
  }

  function turn(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(turn);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, each]) => [key, key === "approval" ? each : turn(each)]),
    );
  }

  test("reads as a person would write it", () => {
    expect(formatTask(AUDIT)).toEqual({
      text: AUDIT_TEXT,
      files: [{ name: "results/list-files.md", text: "file\n".repeat(4000) }],
    });
    expect(parseTask(AUDIT_TEXT).subtasks.get("list-files")).toMatchObject({
      results_file: "results/list-files.md",
    });
    expect(parseTask(AUDIT_TEXT).subtasks.get("list-files")).not.toHaveProperty("results");
  });

  test("results beyond the limit of all together go to files, in the order of the subtasks", () => {
    const results = "x".repeat(10);
    const subtasks = new Map(["a", "b", "c"].map((id) => [id, { ...PENDING, results }]));
    const { files } = formatTask({ ...AUDIT, subtasks }, { each: 10, total: 25 });
    expect(files).toEqual([{ name: "results/c.md", text: results }]);
  });

  test("a named file stays named while its results are not read", () => {
    const unread = parseTask(AUDIT_TEXT);
    expect(formatTask(unread)).toEqual({ text: AUDIT_TEXT, files: [] });
  });
});

const PENDING: Subtask = { agent: "reader", description: "", depends_on: [], status: "pending", attempt: 0 };
const AUDIT: Task = {
  clawflow: 2,
  task_id: "audit-k3f9",
  title: "Audit permission checks",
  mode: "coordinating",
  status: "executing",
  from: "human",
  reply_to: { task_id: "audit-k3f9", attempt: 1, message: "m-1" },
  body_hash: "c0ffee",
  rev: 7,
  number: 3,
  policy: { on_failure: "fail-fast", max_attempts: 1, concurrency: 8, approval: "never" },
  trace: { root: "audit-k3f9", depth: 0, path: ["human"] },
  used: {},
  calls: 1,
  created_at: "2026-11-20T10:00:00.000Z",
  subtasks: new Map<string, Subtask>([
    [
      "scan-routes",
      { ...PENDING, status: "done", attempt: 1, result_summary: "4 of 12 files", results: "---" },
    ],
    ["list-files", { ...PENDING, status: "done", attempt: 1, results: "file\n".repeat(4000) }],
    [
      "write-report",
      { ...PENDING, agent: "writer", description: "Write it up", depends_on: ["scan-routes"] },
    ],
  ]),
  text: {
    instructions: "Look at every route.",
    context: "",
    expected_output: "A table.",
    notes: "",
    output: "",
    partial: "",
  },
};
const AUDIT_TEXT = `---
clawflow: 2
task_id: audit-k3f9
title: Audit permission checks
mode: coordinating
status: executing
from: human
reply_to: {task_id: audit-k3f9, attempt: 1, message: m-1}
body_hash: c0ffee
rev: 7
number: 3
policy: {on_failure: fail-fast, max_attempts: 1, concurrency: 8, approval: never}
trace: {root: audit-k3f9, depth: 0, path: [human]}
used: {}
calls: 1
created_at: 2026-11-20T10:00:00.000Z
subtasks:
  scan-routes:
    agent: reader
    description: ""
    depends_on: []
    status: done
    attempt: 1
    result_summary: 4 of 12 files
  list-files:
    agent: reader
    description: ""
    depends_on: []
    status: done
    attempt: 1
    results_file: results/list-files.md
  write-report:
    agent: writer
    description: Write it up
    depends_on: [scan-routes]
    status: pending
    attempt: 0
---
# Task: Audit permission checks

## Instructions

Look at every route.

## Context

## Expected Output

A table.

## Working Notes

## Subtask Results

### scan-routes

<!-- begin scan-routes cb3f -->
---
<!-- end scan-routes cb3f -->

## Synthesised Output

`;

describe("a task.md that a person edited", () => {
  test("H32: a text with our headings and marks in it stays one text", () => {
    const results = `### write-report\n---\n${AUDIT_TEXT}\n<!-- end scan-routes cb3f -->`;
    const subtasks = new Map([
      ["scan-routes", { ...PENDING, results }],
      ["write-report", PENDING],
    ]);
    expect(again({ ...AUDIT, subtasks })).toStrictEqual({ ...AUDIT, subtasks });
  });

  test("text outside of the known sections is kept", () => {
    const edited = AUDIT_TEXT.replace("# Task: Audit permission checks\n", "# Task: Audit\n\nBe quick.\n")
      .replace("## Subtask Results\n", "## Subtask Results\n\nMine.\n\n### gone\n\nOld.\n")
      .replace("## Working Notes\n", "## Working Notes\n\nA note.\n\n## My own\n\nMore.\n");
    const { text, title, subtasks } = parseTask(edited);
    expect(text.instructions).toBe("Be quick.\n\nLook at every route.");
    expect(text.notes).toBe("A note.\n\n## My own\n\nMore.\n\nMine.\n\n### gone\n\nOld.");
    expect(title).toBe("Audit permission checks");
    expect(subtasks.get("scan-routes")?.results).toBe("---");
  });

  test("a heading of level 3 anywhere else is text", () => {
    const edited = AUDIT_TEXT.replace("Look at every route.", "Look.\n### scan-routes\nfirst");
    expect(parseTask(edited).text.instructions).toBe("Look.\n### scan-routes\nfirst");
    expect(parseTask(edited).subtasks.get("scan-routes")?.results).toBe("---");
  });

  test("a subtask of two fields, a blank field, own keys", () => {
    const edited = AUDIT_TEXT.replace(
      "subtasks:\n",
      "mine: [1]\nwaiting:\nsubtasks:\n  extra-look: {agent: reader, description: Look again, urgent: true}\n",
    );
    const task = parseTask(edited);
    expect(task.extra).toEqual({ mine: [1] });
    expect(task).not.toHaveProperty("waiting");
    expect(task.subtasks.get("extra-look")).toEqual({
      ...PENDING,
      description: "Look again",
      extra: { urgent: true },
    });
  });

  test.each([
    ["a bad subtask id", "  write-report:\n", "  Write_Report:\n", "E_ID subtasks.Write_Report"],
    ["a subtask id of version 1", "  write-report:\n", "  write--2:\n", "E_ID subtasks.write--2"],
    ["an unknown status", "status: pending", "status: running", "E_FIELD subtasks.write-report.status"],
    ["no agent", "    agent: writer\n", "", "E_FIELD subtasks.write-report.agent"],
    ["a bad agent", "agent: writer", "agent: ../x", "E_ID subtasks.write-report.agent"],
    [
      "a subtask that is a text",
      "  write-report:\n",
      "  other: x\n  write-report:\n",
      "E_FIELD subtasks.other",
    ],
    [
      "a file outside of the folder",
      "results/list-files.md",
      "../../secret.md",
      "E_FIELD subtasks.list-files.results_file",
    ],
    ["a later version", "clawflow: 2", "clawflow: 3", "E_VERSION clawflow"],
    ["broken YAML", "title: Audit", "title: [Audit", "E_FRONTMATTER line 5, column 1"],
    [
      "two subtasks of one name",
      "  write-report:\n",
      "  scan-routes:\n",
      "E_FRONTMATTER subtasks.scan-routes",
    ],
    ["a list of subtasks", /subtasks:[\s\S]*?---/, "subtasks: [a]\n---", "E_FIELD subtasks"],
    ["no sender", "from: human\n", "", "E_FIELD from"],
    ["a status of no kind", "status: executing", "status: thinking", "E_FIELD status"],
  ])("is refused for %s", (_, from, to, expected) => {
    expect(codeOf(() => parseTask(AUDIT_TEXT.replace(from, to)))).toBe(expected);
  });
});

describe("the plain form of version 1", () => {
  const dags = {
    "a list under subtasks, in a fence":
      "```yaml\nsubtasks:\n  - {id: a, agent: x, description: A}\n  - {id: b, agent: y, depends_on: [a]}\n```\n",
    "a map under nodes": "nodes:\n  a: {agent: x, task: A}\n  b:\n    agent: y\n    depends_on: a\n",
    "a bare list": "- id: a\n  agent: x\n  description: A\n- id: b\n  agent: y\n  depends: [a]\n",
  };

  test.each(Object.entries(dags))("%s", (_, dag) => {
    const task = parseTask(
      `---\ntask_id: t1\nstatus: planning\nowner: me\n---\n# Task: Old\n\n## Instructions\nDo it.\n\n## DAG\n${dag}\n## Remarks\nMine.\n\n## Subtask Results\n### a\nfound\n`,
    );
    expect(task).toMatchObject({
      clawflow: 2,
      task_id: "t1",
      title: "Old",
      from: "human",
      mode: "coordinating",
      status: "planning",
      reply_to: { task_id: "t1", attempt: 1, version_1: true },
      extra: { owner: "me" },
      text: { instructions: "Do it.", notes: "## Remarks\n\nMine." },
    });
    expect([...task.subtasks]).toEqual([
      ["a", { ...PENDING, agent: "x", description: "A", results: "found" }],
      ["b", { ...PENDING, agent: "y", depends_on: ["a"] }],
    ]);
    expect(again(task)).toStrictEqual(task);
  });

  test("without a DAG", () => {
    const task = parseTask("---\ntask_id: t1\nfrom: lead\n---\nJust do it.\n");
    expect(task).toMatchObject({
      mode: "undecided",
      title: "Just do it.",
      text: { instructions: "Just do it." },
    });
    expect(task.subtasks.size).toBe(0);
  });

  test.each([
    ["a subtask without an id", "- agent: x\n", "E_ID subtasks."],
    ["a subtask without an agent", "- id: a\n", "E_FIELD subtasks.a.agent"],
    ["broken YAML", "- [a\n", "E_FIELD line 1, column 5"],
    ["two subtasks of one name", "- {id: a, agent: x}\n- {id: a, agent: y}\n", "E_FIELD subtasks.a"],
  ])("is refused for %s", (_, dag, expected) => {
    expect(codeOf(() => parseTask(`---\ntask_id: t1\n---\n## DAG\n${dag}`))).toBe(expected);
  });
});
