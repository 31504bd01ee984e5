import { basename } from "node:path";
import { expect, test } from "vitest";
import { subtaskSchema, taskFrontmatterSchema } from "../../src/protocol/task.ts";
import { formatTask, parseTask } from "../../src/protocol/task-document.ts";
import { hostPaths, workspacePaths } from "../../src/store/layout.ts";
import { callSchema } from "../../src/view/read-calls.ts";
import { codeWords, fences, readDoc, sectionOf, tableRows } from "./docs.ts";

const page = readDoc("docs/files.md");
const [written, plain] = fences(page).filter(({ info }) => info === "markdown");

test("the task.md of docs/files.md is as the runtime writes it", () => {
  expect(formatTask(parseTask(written?.text ?? "")).text).toBe(written?.text);
});

test("the plain task.md there reads, with its plan", () => {
  const { subtasks } = parseTask(plain?.text ?? "");
  expect([...subtasks].map(([id, { depends_on }]) => [id, depends_on])).toEqual([
    ["first", []],
    ["second", ["first"]],
  ]);
});

test("its tables have every field of a task and of a subtask", () => {
  const tables = sectionOf(page, "## task.md").split("Of a subtask:");
  const names = (part = "") => tableRows(part).flatMap(([cell = ""]) => codeWords(cell));
  expect(names(tables[0]).sort()).toEqual([...Object.keys(taskFrontmatterSchema.shape), "subtasks"].sort());
  expect(names(tables[1]).sort()).toEqual(Object.keys(subtaskSchema.shape).sort());
});

test("the picture of a workspace and of a host's folder has every place", () => {
  const workspace = sectionOf(page, "## A workspace");
  const { root, ...places } = workspacePaths("/w");
  for (const [key, path] of Object.entries(places)) {
    expect(workspace, `${key} of ${root}`).toContain(basename(path));
  }
  const host = sectionOf(page, "## A host's folder");
  const { journal, oldJournal, host: claim } = hostPaths("/h");
  for (const path of [journal, oldJournal, claim]) expect(host).toContain(`${basename(path)} `);
});

test("the call there is one, and every field of a call is named", () => {
  const section = sectionOf(page, "## calls/\\<n\\>.json");
  const [sample] = fences(section);
  expect(callSchema.parse(JSON.parse(sample?.text ?? ""))).toEqual(JSON.parse(sample?.text ?? ""));
  for (const name of Object.keys(callSchema.shape)) expect(section).toContain(name);
});
