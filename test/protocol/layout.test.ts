import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { formatOver } from "../../src/protocol/format-over.ts";
import { formatTask } from "../../src/protocol/format-task.ts";
import { parseTask } from "../../src/protocol/parse-task.ts";
import type { Task } from "../../src/protocol/task.ts";
import { task as anyTask } from "./any-task.ts";

const NONE = new Set<string>();

/** What a person's editor may do to a text without changing what it says. */
const NOISE: Record<string, (text: string) => string> = {
  "a comment above": (text) => text.replace("\ntask_id:", "\n# mine: keep me\ntask_id:"),
  "a comment behind": (text) => text.replace(/^(rev: \d+)$/m, "$1   # behind"),
  "blank lines": (text) => text.replace("\nfrom:", "\n\n\nfrom:"),
  "other quotes": (text) => text.replace(/^mode: (\w+)$/m, "mode: '$1'"),
  "another order": (text) => text.replace(/^(clawflow: 2)\n(task_id: .*)\n/m, "$2\n$1\n"),
  "a heading of one's own": (text) => `${text}\n## My own thoughts\n\n- one\n`,
  "a comment among subtasks": (text) =>
    text.replace("\nsubtasks:\n", "\nsubtasks:\n  # first things first\n"),
  CRLF: (text) => text.replace(/\r?\n/g, "\r\n"),
  BOM: (text) => `\ufeff${text}`,
};

const noise = fc.uniqueArray(fc.constantFrom(...Object.keys(NOISE)), { minLength: 1, maxLength: 4 });

function laidOut(task: Task, names: readonly string[]): { layout: string; task: Task } | undefined {
  let text = formatTask(task).text;
  for (const name of Object.keys(NOISE)) if (names.includes(name)) text = NOISE[name]?.(text) ?? text;
  // What the noise makes of texts (a heading below the last section) belongs to the task from then on.
  const read = parseTask(text);
  return { layout: text, task: { ...read, layout: text } };
}

function inner(task: Task): Task {
  return { ...task, text: { ...task.text } };
}

describe("over a person's layout", () => {
  property.prop([anyTask, noise])("what says the same stays byte for byte", (task, names) => {
    const laid = laidOut(task, names);
    if (laid === undefined) return;
    expect(formatOver(laid.task, NONE)).toBe(laid.layout);
  });

  property.prop([anyTask, anyTask, noise])(
    "what changed is in it, and nothing of the person's is gone",
    (task, other, names) => {
      const laid = laidOut(task, names);
      if (laid === undefined) return;
      const { extra, ...rest } = laid.task;
      const next: Task = {
        ...inner(other),
        layout: laid.layout,
        // The person's own keys and notes are theirs: the runtime changes neither.
        text: { ...other.text, notes: rest.text.notes, instructions: rest.text.instructions },
        ...(extra === undefined ? {} : { extra }),
      };
      if (extra === undefined) delete next.extra;
      const text = formatOver(next, NONE);
      expect(text, formatTask({ ...next, layout: undefined } as never).text).toBeDefined();
      for (const line of ["# mine: keep me", "# behind", "# first things first"]) {
        if (laid.layout.includes(line) && !(line === "# first things first" && next.subtasks.size === 0))
          expect(text).toContain(line);
      }
      expect(formatOver({ ...next, layout: text as string }, NONE)).toBe(text);
    },
  );
});

test("a text by hand keeps its own way", () => {
  const before = `---
# steered by Ann
title: "Audit"   # the short one
clawflow: 2
task_id: audit
status: executing
mode: coordinating
from: human
reply_to: {task_id: audit, attempt: 1, message: m-1}
body_hash: x
rev: 7
trace: {root: audit, depth: 0, path: [lead]}
created_at: 2026-01-01T00:00:00Z
mood: good
subtasks:
  # first
  scan: {agent: reader, description: Scan}   # quick one
  write:
      depends_on: [scan]
      agent: writer   # Bob
      description: Write
---
# Task: Audit

Hello.

## Instructions
Do it.

## Context
`;
  const task = { ...parseTask(before), layout: before };
  const scan = task.subtasks.get("scan");
  const write = task.subtasks.get("write");
  if (scan === undefined || write === undefined) throw new Error("no subtasks");
  task.subtasks.set("scan", { ...scan, status: "done", attempt: 1, results: "4 of 12" });
  task.subtasks.set("write", { ...write, agent: "poet", status: "dispatched", attempt: 1 });
  task.rev = 8;
  const after = formatTask(task).text;
  for (const kept of [
    "# steered by Ann",
    'title: "Audit"   # the short one',
    "mood: good",
    "  # first\n",
    "# quick one",
    "# Bob",
    "\nHello.\n",
  ])
    expect(after).toContain(kept);
  expect(after).toContain("      agent: poet   # Bob\n");
  expect(after).toContain("rev: 8\n");
  expect(after).toContain("## Subtask Results\n\n### scan\n\n4 of 12\n");
  expect({ ...parseTask(after), layout: undefined }).toEqual({ ...task, layout: undefined });
});
