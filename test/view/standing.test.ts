import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { submitTask } from "../../src/host/submit.ts";
import type { Subtask, Task } from "../../src/protocol/task.ts";
import { parseTask } from "../../src/protocol/task-document.ts";
import { openRoot, type RootView } from "../../src/view/root-view.ts";
import { standingOfSubtask, standingOfTask, standingText } from "../../src/view/standing.ts";
import { readStatus } from "../../src/view/status.ts";
import { taskTree, treeNodes } from "../../src/view/task-tree.ts";
import { until } from "../cli/cli.ts";
import { disk, finishedJob, startTeam, viewOf } from "./team.ts";

const EMPTY: RootView = openRoot(disk, new Map());
const OPTIONS = { now: Date.now(), pendingAfter: 60_000, lately: 60_000 };

/** A task of an agent `lead` with these lines in its frontmatter. */
function task(lines: string): Task {
  return parseTask(`---
clawflow: 2
task_id: audit
title: Audit
from: human
reply_to: {task_id: audit, attempt: 1, message: h-1}
body_hash: abc
trace: {root: audit, depth: 0, path: [lead]}
calls: 0
created_at: 2026-01-01T00:00:00Z
${lines}
---
# Task: Audit
`);
}

describe("a task is in exactly one of the states", () => {
  const cases: [string, string, object][] = [
    ["delivered, not begun", "status: pending", { state: "delivered", to: "lead" }],
    [
      "working",
      "status: in-progress\nasking: {question: q-1, kind: consider, since: 2026-01-01T00:00:01Z}",
      { state: "working", since: "2026-01-01T00:00:01Z" },
    ],
    [
      "waiting for a pause after a passing error",
      "status: in-progress\nasking: {question: q-1, kind: consider, since: 2026-01-01T00:00:01Z, retries: 2, not_before: 99}",
      { state: "waiting", for: "a pause" },
    ],
    [
      "waiting for a person",
      "status: in-progress\nwaiting: {for: answer, text: Which one?, since: 2026-01-01T00:00:02Z, question: q-1}",
      { state: "waiting", for: "human", what: "answer: Which one?", since: "2026-01-01T00:00:02Z" },
    ],
    ["paused", "status: executing\npaused: true", { state: "waiting", for: "human" }],
    [
      "waiting for its subtasks",
      "status: executing\nmode: coordinating\nsubtasks:\n  a: {agent: reader, status: dispatched, attempt: 1, dispatched_at: 2026-01-01T00:00:03Z}\n  b: {agent: writer, status: done, attempt: 1}",
      { state: "waiting", for: "reader", what: "1 of 2 subtasks", since: "2026-01-01T00:00:03Z" },
    ],
    [
      "finished",
      "status: failed\nreply: m-1\nfinished_at: 2026-01-01T00:00:04Z",
      { state: "finished", status: "failed", since: "2026-01-01T00:00:04Z" },
    ],
  ];
  test.each(cases)("%s", (_, lines, standing) => {
    const found = standingOfTask(EMPTY, "lead", task(lines));
    expect(found).toMatchObject(standing);
    expect(standingText(found)).not.toContain("undefined");
  });
});

describe("a subtask that is pending waits", () => {
  const parent = (more = "") =>
    task(`status: executing${more}
subtasks:
  a: {agent: reader, status: dispatched, attempt: 1}
  b: {agent: reader, depends_on: [a]}
  c: {agent: reader}
  d: {agent: reader, not_before: 9, attempt: 1}`);
  const standing = (of: Task, id: string) =>
    standingOfSubtask(EMPTY, "lead", of, id, of.subtasks.get(id) as Subtask);

  test("for what it depends on", () => {
    expect(standing(parent(), "b")).toEqual({ state: "waiting", for: "a", what: "results" });
  });
  test("for a free place", () => {
    expect(standing(parent(), "c")).toMatchObject({ state: "waiting", for: "a place" });
  });
  test("for the pause before another attempt", () => {
    expect(standing(parent(), "d")).toMatchObject({ state: "waiting", for: "a pause" });
  });
  test("for a person where its task is paused", () => {
    expect(standing(parent("\npaused: true"), "c")).toMatchObject({ state: "waiting", for: "human" });
  });
  test("a peer of another root works, for all that is known", () => {
    expect(standing(parent(), "a")).toEqual({ state: "working" });
  });
});

test("a subtask is followed from its TASK on the way to its reply on the way back", async () => {
  const { root, agents, task_id } = await finishedJob();
  const places = (agent: string) => join(agents.get(agent) ?? "", "mailbox");
  const named = (folder: string, start: string) =>
    readdirSync(folder).find((name) => name.startsWith(start)) ?? "";
  const lead = viewOf(root).task("lead", task_id) as Task;
  const sent: Subtask = { ...(lead.subtasks.get("first") as Subtask), status: "dispatched" };
  const standing = () => standingOfSubtask(viewOf(root), "lead", lead, "first", sent);
  expect(standing()).toMatchObject({ state: "replying", to: "lead" });

  const tasks = join(agents.get("worker") ?? "", "tasks");
  renameSync(join(tasks, `${task_id}.first`), join(tasks, "elsewhere"));
  expect(standing()).toMatchObject({ state: "delivered", to: "worker" });

  const outbox = join(places("lead"), "outbox");
  const name = named(outbox, `task-${task_id}.first`);
  renameSync(join(outbox, name), join(outbox, "pending", name));
  expect(standing()).toMatchObject({ state: "undelivered", to: "worker" });
});

test("a finished task whose reply is not accepted yet is not finished for its sender", async () => {
  const { root, agents, task_id } = await finishedJob();
  const outbox = join(agents.get("worker") ?? "", "mailbox/outbox");
  const name = readdirSync(outbox).find((one) => one.includes("first")) ?? "";
  renameSync(join(outbox, name), join(outbox, "pending", name));
  const view = viewOf(root);
  const child = view.task("worker", `${task_id}.first`) as Task;
  expect(standingOfTask(view, "worker", child)).toMatchObject({ state: "replying", to: "lead" });
});

test("the tree goes through all agents, and status puts problems first", async () => {
  const { root, host, release } = await startTeam();
  const { task_id } = await submitTask(host, "lead", "wait for it");
  const { task_id: asking } = await submitTask(host, "lead", "ask me");
  const tree = await until(() => {
    const view = viewOf(root);
    const lead = view.task("lead", task_id);
    const found = lead === undefined ? undefined : taskTree(view, "lead", lead);
    return found?.children[0]?.standing.state === "working" ? found : undefined;
  });
  expect(
    [...treeNodes(tree)].map(({ agent, subtask, standing }) => [agent, subtask, standing.state]),
  ).toEqual([
    ["lead", undefined, "waiting"],
    ["worker", "first", "working"],
    ["worker", "second", "waiting"],
  ]);
  const during = await until(() => {
    const status = readStatus(viewOf(root), { ...OPTIONS, now: Date.now() });
    return status.problems.length > 0 ? status : undefined;
  });
  expect(during.problems).toMatchObject([{ kind: "answer", agent: "lead", task_id: asking }]);
  expect(during.running.map((line) => line.task_id)).toEqual(
    expect.arrayContaining([task_id, `${task_id}.first`, asking]),
  );
  release();
  await host.finished("lead", task_id);
  await host.stop();
  const after = readStatus(viewOf(root), { ...OPTIONS, now: Date.now() });
  expect(after.finished).toMatchObject([{ task_id, status: "done", subtasks: { done: 2 } }]);
});
