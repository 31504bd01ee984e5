import { expect, test } from "vitest";
import { shortHash } from "../../src/protocol/ids.ts";
import { findLetters } from "../../src/view/find-letter.ts";
import { findOneTask, latestJob } from "../../src/view/find-task.ts";
import { finishedJob, viewOf } from "./team.ts";

test("a task is found by its id, or by the beginning of it", async () => {
  const { root, task_id } = await finishedJob();
  const view = viewOf(root);
  expect(findOneTask(view, task_id)).toMatchObject({ agent: "lead", task: { task_id } });
  expect(findOneTask(view, `${task_id}.first`)).toMatchObject({ agent: "worker" });
  expect(findOneTask(view, task_id.slice(0, 4))).toMatchObject({ agent: "lead", task: { task_id } });
  expect(latestJob(view)).toMatchObject({ agent: "lead", task: { task_id } });
});

test("what is not there, or is several, is said so", async () => {
  const { root, task_id } = await finishedJob();
  const view = viewOf(root);
  expect(() => findOneTask(view, `${task_id}x`)).toThrow(`Did you mean ${task_id}?`);
  expect(() => findOneTask(view, `${task_id}.`, "worker")).toThrow(/one of several/);
  expect(() => findOneTask(view, "../etc")).toThrow(/not a task id/);
});

test("a message is found at its sender and at its receiver", async () => {
  const { root, task_id } = await finishedJob();
  const view = viewOf(root);
  const message = view.task("lead", task_id)?.subtasks.get("first")?.message ?? "";
  const found = findLetters(view, message);
  expect(found.map(({ agent, letter }) => [agent, letter.place])).toEqual([
    ["lead", "outbox"],
    ["worker", "archive"],
  ]);
  expect(found[0]?.letter.name).toContain(shortHash([message], 12));
});
