import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { subtaskSchema, type Task, taskFrontmatterSchema } from "../../src/protocol/task.ts";
import { formatTask, parseTask } from "../../src/protocol/task-document.ts";
import { HEAD_FIELDS, readTaskHead } from "../../src/protocol/task-head.ts";
import { quickOrFull } from "../suite-size.ts";
import { task } from "./any-task.ts";
import { chooser, restyled } from "./person-layout.ts";

/** What the quick way is to give of a task. */
function headOf({ text: _text, extra: _extra, layout: _layout, ...fields }: Task) {
  const subtasks = [...fields.subtasks].map(([id, { results: _results, extra: _own, ...subtask }]) => [
    id,
    subtask,
  ]);
  return { ...fields, subtasks };
}

/** What the quick way gives must be what the codec gives; that it gives something is not asked. */
function agrees(text: string): boolean {
  const head = readTaskHead(text);
  if (head === undefined) return false;
  expect({ ...head, subtasks: [...head.subtasks] }).toStrictEqual(headOf(parseTask(text)));
  return true;
}

const PLAIN = `---
clawflow: 2
task_id: audit-k3f9
title: Audit
mode: coordinating
status: executing
from: human
reply_to: {task_id: audit-k3f9, message: h-1}
body_hash: abc
policy: {on_failure: continue, max_attempts: 2, concurrency: 8, approval: {above: {subtasks: 3}}}
trace: {root: audit-k3f9, depth: 0, path: [lead]}
used: {tokens: 12, usd: 0.5}
created_at: 2026-11-20T10:00:00.000Z
waiting: {for: answer, text: which?, since: 2026-11-20T10:00:00.000Z, question: q-1}
own: key
subtasks:
  scan:
    agent: reader
    depends_on: []
    status: done
    attempt: 1
    attachments: [{name: a.txt, sha256: ${"ab".repeat(32)}, bytes: 3}]
    results_file: results/scan.md
  write:
    agent: self
    depends_on: [scan]
    asking: {question: q-2, kind: subtask, since: now}
---
# Task: Audit
`;

describe("the quick way to the head of a task", () => {
  test("knows every field that the schemas know", () => {
    expect(HEAD_FIELDS.task.toSorted()).toEqual(Object.keys(taskFrontmatterSchema.shape).toSorted());
    expect(HEAD_FIELDS.subtask.toSorted()).toEqual(Object.keys(subtaskSchema.shape).toSorted());
  });

  test("reads the plain form", () => {
    expect(agrees(PLAIN)).toBe(true);
    expect(agrees(PLAIN.replace("approval: {above: {subtasks: 3}}", "approval: first"))).toBe(true);
  });

  test("leaves to the codec what is not plain, or wrong", () => {
    const others = [
      PLAIN.replace("title: Audit\n", ""),
      PLAIN.replace("clawflow: 2", "clawflow: 3"),
      PLAIN.replace("clawflow: 2\n", ""),
      PLAIN.replace("executing", "dreaming"),
      PLAIN.replace("status: done", "status:"),
      PLAIN.replace("attempt: 1", "attempt: 1.5"),
      PLAIN.replace("attempt: 1", "attempt: -1"),
      PLAIN.replace("  write:", "  Write:"),
      PLAIN.replace("results/scan.md", "results/other.md"),
      PLAIN.replace("bytes: 3", "bytes: 3, size: 4"),
      PLAIN.replace("used: {tokens: 12", "used: {tokens: -12"),
      PLAIN.replace("own: key", "--- # not the end"),
      PLAIN.replaceAll("\n", "\r\n"),
      `\ufeff${PLAIN}`,
      PLAIN.slice(0, 200),
    ];
    for (const text of others) expect(readTaskHead(text)).toBeUndefined();
  });

  property.prop([task], { numRuns: quickOrFull(100, 1000) })(
    "gives what the codec gives, of what the runtime writes",
    (any) => {
      agrees(formatTask(any).text);
    },
  );

  property.prop([task, fc.infiniteStream(fc.nat(1000))], { numRuns: quickOrFull(80, 1000) })(
    "gives what the codec gives, or nothing, of what a person made of it",
    (any, numbers) => {
      agrees(restyled(formatTask(any).text, chooser([...numbers.take(200)])));
    },
  );

  const value = fc.constantFrom(
    "",
    "1",
    "-1",
    "1.5",
    "true",
    "null",
    "[]",
    "{}",
    "[1]",
    "{a: 1}",
    "text",
    '"2"',
    "never",
    "2",
  );
  property.prop([fc.nat(40), value, fc.constantFrom("value", "gone", "twice", "key")], { numRuns: 500 })(
    "takes nothing that the codec refuses",
    (at, other, how) => {
      const lines = PLAIN.split("\n");
      const index = at % lines.length;
      const line = lines[index] ?? "";
      const words = /^( *[\w-]+:)/.exec(line)?.[1] ?? line;
      const changed = {
        value: [`${words} ${other}`],
        gone: [],
        twice: [line, line],
        key: [`${line.replace(/(\w):/, "$1x:")}`],
      };
      agrees(lines.toSpliced(index, 1, ...changed[how]).join("\n"));
      agrees(
        PLAIN.replace(/: [^\n{},[\]]+(?=[,}])/g, (found, place: number) =>
          place % 41 === at ? `: ${other}` : found,
        ),
      );
    },
  );
});
