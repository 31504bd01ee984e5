import { expect, test } from "vitest";
import type { Status } from "../../../src/dashboard/api-types.ts";
import { turnsOf } from "../../../src/dashboard/page/task/overview/turns.ts";
import { withoutYaml } from "../../../src/dashboard/page/task/without-yaml.ts";
import { treeOf } from "./tree.ts";

test("what is a person's turn in a job is told through all agents, its own first, and nothing of other jobs", () => {
  const tree = { ...treeOf("lead", [treeOf("draft", [treeOf("deep")])]), agent: "lead", task_id: "job" };
  const problem = (kind: Status["problems"][number]["kind"], agent: string, task_id?: string) => ({
    kind,
    agent,
    text: "",
    ...(task_id === undefined ? {} : { task_id }),
  });
  const problems: Status["problems"] = [
    problem("answer", "worker", "job.deep"),
    problem("answer", "worker", "other.deep"),
    problem("failed", "worker", "job.draft"),
    problem("stopped", "worker"),
    { ...problem("person", "lead", "job"), subtask: "sign" },
    problem("approval", "other", "job"),
  ];
  expect(turnsOf(tree, problems)).toEqual([
    { agent: "lead", task_id: "job", subtask: "sign" },
    { agent: "worker", task_id: "job.deep" },
  ]);
});

test("an edit is told in words; its YAML is in the message", () => {
  expect(withoutYaml('- the title is "New"\n\n```yaml\ntitle: New\n```\n')).toBe('- the title is "New"');
  expect(withoutYaml("yes, use ```yaml there")).toBe("yes, use ```yaml there");
});
