import type { Tree } from "../../../src/dashboard/api-types.ts";

/** A node of a tree as the command prints it, of a task under way. */
export function treeOf(subtask: string, children: Tree[] = [], depends_on: string[] = []): Tree {
  return {
    agent: "worker",
    task_id: `job.${subtask}`,
    subtask,
    title: subtask,
    status: "dispatched",
    standing: { state: "working" },
    attempt: 1,
    depends_on,
    children,
  };
}
