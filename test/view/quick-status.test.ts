import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { afterEach, describe, expect, test } from "vitest";
import { folderName } from "../../src/protocol/ids.ts";
import type { Task } from "../../src/protocol/task.ts";
import { formatTask } from "../../src/protocol/task-document.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { editProblems } from "../../src/view/edit-problems.ts";
import { gatherStatus } from "../../src/view/gather-status.ts";
import { mailProblems } from "../../src/view/mail-problems.ts";
import { quickStatus } from "../../src/view/quick-status.ts";
import type { Heads } from "../../src/view/read-head.ts";
import { readTaskFolder } from "../../src/view/read-task.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { openRoot } from "../../src/view/root-view.ts";
import { readStatus } from "../../src/view/status.ts";
import type { Status, StatusOptions } from "../../src/view/status-types.ts";
import { why } from "../../src/view/why/why.ts";
import { task } from "../protocol/any-task.ts";
import { chooser, restyled } from "../protocol/person-layout.ts";

const disk = nodeDisk();
const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const HOUR = 3_600_000;
const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** Files by their path in a root, each written an hour ago or at the time given. */
function rootOf(files: Record<string, string | Uint8Array | { text: string; at: number }>): string {
  const root = mkdtempSync(join(tmpdir(), "clawflow-quick-"));
  roots.push(root);
  for (const agent of ["lead", "worker"])
    for (const folder of ["inbox", "dead", "outbox/pending"])
      mkdirSync(join(root, agent, "mailbox", folder), { recursive: true });
  for (const [path, given] of Object.entries(files)) {
    const file = join(root, path);
    const { text, at } =
      typeof given === "string" || given instanceof Uint8Array ? { text: given, at: NOW - HOUR } : given;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, at / 1000, at / 1000);
  }
  return root;
}

const OPTIONS: StatusOptions = { now: NOW, pendingAfter: 60_000, lately: 24 * HOUR };

/** With the codecs alone, nothing read in a quick way. */
function fullStatus(root: string): Status {
  const view = openRoot(disk, agentsOfRoot(disk, root));
  return gatherStatus(view, OPTIONS, {
    task: (paths, folder, isOpen) => readTaskFolder(disk, paths, folder, isOpen),
    mailProblems: (agent) => mailProblems(view, agent, OPTIONS),
    editProblems: (agent, found, folder) => editProblems(view, agent, found, folder),
    remedy(agent, { task_id }) {
      const found = view.task(agent, task_id);
      return found === undefined ? undefined : why(view, agent, found, NOW).hold.command;
    },
  });
}

/** All ways must give the same. @returns whether the quick one gave anything */
function agrees(root: string): boolean {
  const full = fullStatus(root);
  const agents = agentsOfRoot(disk, root);
  const heads: Heads = new Map();
  const quick = quickStatus(disk, agents, {}, OPTIONS, heads);
  if (quick !== undefined) expect(quick).toStrictEqual(full);
  expect(readStatus(openRoot(disk, agents), OPTIONS, heads)).toStrictEqual(full);
  expect(readStatus(openRoot(disk, agents), OPTIONS)).toStrictEqual(full);
  return quick !== undefined;
}

function head(id: string, more: string): string {
  return `---
clawflow: 2
task_id: ${id}
title: Some work
from: human
reply_to: {task_id: ${id}, attempt: 1, message: h-1}
body_hash: abc
trace: {root: ${id}, depth: 0, path: [lead]}
created_at: 2026-11-20T10:00:00.000Z
${more}---
# Task: Some work
`;
}

const DONE = "mode: direct\nstatus: done\nfinished_at: 2026-11-20T10:30:00.000Z\n";
const SPLIT = `mode: coordinating
status: executing
subtasks:
  scan: {agent: worker, status: dispatched, attempt: 1, message: m-1}
  mine:
    agent: self
    description: by myself
    asking: {question: q-2, kind: subtask, since: 2026-11-20T10:01:00.000Z}
    status: dispatched
`;
const ASKED = `status: pending
waiting: {for: answer, text: which?, since: 2026-11-20T10:01:00.000Z, question: q-1, due: 5000}
`;

describe("the quick status of a root", () => {
  test.each<[string, boolean, Record<string, string | Uint8Array | { text: string; at: number }>]>([
    ["nothing", true, {}],
    ["a job that is done", true, { "lead/tasks/a/task.md": head("a", DONE) }],
    ["two alike", true, { "lead/tasks/a/task.md": head("a", DONE), "lead/tasks/b/task.md": head("b", DONE) }],
    ["one done long ago", true, { "lead/tasks/a/task.md": { text: "odd", at: NOW - 48 * HOUR } }],
    [
      "a job split among others",
      true,
      { "lead/tasks/a/task.md": head("a", SPLIT), "lead/.clawflow/base/a.md": head("a", SPLIT) },
    ],
    [
      "a person's turn, with the time that is left",
      true,
      {
        "lead/tasks/a/task.md": head("a", ASKED),
        "lead/.clawflow/base/a.md": head("a", ASKED),
        "lead/.clawflow/clock": "2000\n",
      },
    ],
    ["a pause", true, { "lead/.clawflow/base/a.md": head("a", "paused: true\n") }],
    ["messages in an inbox", true, { "lead/mailbox/inbox/task-a.md": "x", "lead/mailbox/inbox/.swp": "x" }],
    ["a message on its way", true, { "lead/mailbox/outbox/pending/task-a.md": { text: "x", at: NOW - 1 } }],
    ["a message that nobody accepts", false, { "lead/mailbox/outbox/pending/task-a.md": "to: worker\n" }],
    ["a dead letter", false, { "lead/mailbox/dead/task-a.md": "x" }],
    ["a job that failed", false, { "lead/tasks/a/task.md": head("a", DONE.replace("done", "failed")) }],
    ["no title", false, { "lead/tasks/a/task.md": head("a", DONE).replace("title: Some work\n", "") }],
    [
      "a later version",
      false,
      { "lead/tasks/a/task.md": head("a", DONE).replace("clawflow: 2", "clawflow: 3") },
    ],
    ["lines of another system", false, { "lead/tasks/a/task.md": head("a", DONE).replaceAll("\n", "\r\n") }],
    ["a key twice", false, { "lead/tasks/a/task.md": head("a", `${DONE}rev: 1\nrev: 1\n`) }],
    ["another's key twice", false, { "lead/tasks/a/task.md": head("a", `${DONE}own: 1\nown: 2\n`) }],
    ["a state that is none", false, { "lead/tasks/a/task.md": head("a", "status: dreaming\n") }],
    ["no task at all", false, { "lead/tasks/a/task.md": "Buy milk.\n" }],
    ["an empty file", false, { "lead/tasks/a/task.md": "" }],
    ["bytes that are no text", false, { "lead/tasks/a/task.md": new Uint8Array([0x2d, 0xff, 0xfe, 0x0a]) }],
    [
      "an edit",
      false,
      {
        "lead/tasks/a/task.md": { text: `${head("a", ASKED)}more`, at: NOW },
        "lead/.clawflow/base/a.md": head("a", ASKED),
      },
    ],
    [
      "an edit that cannot be read",
      false,
      {
        "lead/tasks/a/task.md": { text: head("a", "waiting: [\n"), at: NOW },
        "lead/.clawflow/base/a.md": head("a", ASKED),
      },
    ],
    [
      "a problem beside the task",
      false,
      { "lead/tasks/a/task.md": head("a", DONE), "lead/tasks/a/task.problem.md": "not taken\n" },
    ],
  ])("%s", (_what, isQuick, files) => {
    expect(agrees(rootOf(files))).toBe(isQuick);
  });

  const odd = fc.record({
    task,
    style: fc.option(fc.infiniteStream(fc.nat(1000)), { freq: 1 }),
    line: fc.option(fc.tuple(fc.nat(60), fc.constantFrom("", "x", "- y", "# c", "own: 1", "  a: b", "---")), {
      freq: 1,
    }),
    isOpen: fc.boolean(),
    isEdited: fc.nat(5).map((n) => n === 0),
    agent: fc.constantFrom("lead", "worker"),
    age: fc.constantFrom(0, HOUR, 23 * HOUR, 25 * HOUR),
  });
  let quick = 0;
  property.prop([fc.array(odd, { minLength: 1, maxLength: 2 })], { numRuns: 40 })(
    "is that of the codecs, over tasks as the runtime and as people write them",
    (all) => {
      const files: Record<string, { text: string; at: number }> = {};
      for (const { task: any, style, line, isOpen, isEdited, agent, age } of all) {
        const plain = lately(any);
        let text = formatTask(plain).text;
        if (style !== null) text = restyled(text, chooser([...style.take(200)]));
        if (line !== null) text = text.split("\n").toSpliced(line[0], 0, line[1]).join("\n");
        const folder = folderName(plain.task_id);
        const at = NOW - age;
        files[`${agent}/tasks/${folder}/task.md`] = { text: isEdited ? `${text}more\n` : text, at };
        if (isOpen) files[`${agent}/.clawflow/base/${folder}.md`] = { text, at };
      }
      if (agrees(rootOf(files))) quick += 1;
    },
  );

  test("was quick over many of these", () => {
    expect(quick).toBeGreaterThan(0);
  });
});

/** With times that status looks at. */
function lately(any: Task): Task {
  const { finished_at, ...open } = any;
  return finished_at === undefined ? open : { ...open, finished_at: "2026-11-20T10:30:00.000Z" };
}
