import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { workspacePaths } from "../../src/store/layout.ts";
import { editState } from "../../src/view/edit-state.ts";
import { findTask, listOpenTasks } from "../../src/view/read-task.ts";
import { tempRoot } from "../host/team.ts";
import { disk } from "./team.ts";

const TEXT = `---
clawflow: 2
task_id: audit
title: Audit
status: executing
from: human
reply_to: {task_id: audit, message: h-1}
body_hash: abc
trace: {root: audit, depth: 0, path: [lead]}
created_at: 2026-01-01T00:00:00Z
---
# Task: Audit
`;

function workspace(files: Record<string, string>) {
  const root = tempRoot();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return { root, paths: workspacePaths(root) };
}

const OPEN = { "tasks/audit/task.md": TEXT, ".clawflow/base/audit.md": TEXT };

test("an open task is what the runtime's copy says, whatever stands in task.md at the moment", () => {
  const { root, paths } = workspace(OPEN);
  const status = () => findTask(disk, paths, "audit")?.task.status;
  writeFileSync(join(root, "tasks/audit/task.md"), TEXT.replace("executing", "done"));
  expect(status()).toBe("executing");
  writeFileSync(join(root, "tasks/audit/task.md"), "---\nbroken: [\n---\n");
  expect(status()).toBe("executing");
  rmSync(join(root, "tasks/audit/task.md"));
  expect(status()).toBe("executing");
  expect(findTask(disk, paths, "audit", false)?.task.status).toBe("executing");
});

test("a copy that was cut short is passed over; with none, task.md is read", () => {
  const { root, paths } = workspace(OPEN);
  writeFileSync(join(root, ".clawflow/base/audit.md"), "");
  expect(findTask(disk, paths, "audit")?.task.status).toBe("executing");
  rmSync(join(root, ".clawflow/base/audit.md"));
  expect(findTask(disk, paths, "audit")?.task.status).toBe("executing");
  expect(findTask(disk, paths, "other")).toBeUndefined();
});

test("earlier texts are not tasks", () => {
  const { paths } = workspace({ ...OPEN, ".clawflow/base/audit@3.md": TEXT });
  expect(listOpenTasks(disk, paths)).toEqual(["audit"]);
});

test("what became of an edit is told from the files", () => {
  const { root, paths } = workspace(OPEN);
  const path = join(root, "tasks/audit/task.md");
  const problem = join(root, "tasks/audit/task.problem.md");
  const state = () => editState(disk, paths, "audit");
  expect(state()).toBeUndefined();
  writeFileSync(path, `${TEXT}\nMore.\n`);
  expect(state()?.state).toBe("waiting");
  writeFileSync(path, TEXT.replace("status: executing", "status: [executing"));
  expect(state()).toMatchObject({ state: "unread", file: "tasks/audit/task.md" });
  expect(state()?.what).toMatch(/^E_FRONTMATTER/);
  writeFileSync(path, `${TEXT}\nMore.\n`);
  writeFileSync(
    problem,
    "# task.md was not understood\n\nE_CYCLE: a → b → a\n\nNothing of the edit of `audit` was taken.\n",
  );
  expect(state()).toMatchObject({
    state: "refused",
    what: "E_CYCLE: a → b → a",
    file: "tasks/audit/task.md",
  });
  writeFileSync(path, readFileSync(join(root, ".clawflow/base/audit.md")));
  expect(state()).toMatchObject({ state: "set-aside", file: "tasks/audit/task.problem.md" });
  writeFileSync(
    problem,
    "# Not all of the edit of task.md was taken\n\nOf the edit of `audit` this was not taken, or put back:\n\n- rev: it is the runtime's\n\nAll the rest was.\n",
  );
  expect(state()).toMatchObject({ state: "partly", what: "- rev: it is the runtime's" });
});
