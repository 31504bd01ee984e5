import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { jobFiles } from "../../src/view/export/job-files.ts";
import { finishedJob, viewOf } from "./team.ts";

test("what belongs to a job: its tasks, its messages, through all agents, and nothing else", async () => {
  const { root, task_id } = await finishedJob();
  // A job of a name that begins alike, a link out of the workspace, a file that nobody may have on his disk.
  const other = join(root, "worker/tasks", `${task_id}-x`);
  mkdirSync(other);
  writeFileSync(join(other, "task.md"), "of another");
  symlinkSync("/etc/passwd", join(root, "lead/tasks", task_id, "passwd"));
  writeFileSync(join(root, "lead/tasks", task_id, "con:..\\x.md"), "");
  const view = viewOf(root);
  const task = view.task("lead", task_id);
  if (task === undefined) throw new Error("no task");
  const files = [...jobFiles(view, task)];
  const names = files.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain(`lead/tasks/${task_id}/task.md`);
  expect(names).toContain(`worker/tasks/${task_id}.first/task.md`);
  expect(names).toContain(`lead/tasks/${task_id}/con_../x.md`);
  expect(names.filter((name) => /passwd|-x\//.test(name))).toEqual([]);
  for (const { name } of files) expect(name).not.toMatch(/(^|\/)\.\.(\/|$)|[\\:]/);
  const messages = names.filter((name) => name.includes("/mailbox/"));
  const all = ["lead", "worker"].flatMap((agent) =>
    readdirSync(join(root, agent, "mailbox"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  expect(messages.sort()).toEqual(all.sort());
  const part = view.task("worker", `${task_id}.first`);
  if (part === undefined) throw new Error("no part");
  const below = [...jobFiles(view, part)].map(({ name }) => name);
  expect(below.filter((name) => name.includes("/tasks/") && !name.includes(".first/"))).toEqual([]);
});
