import { criticalPath } from "../dag/critical-path.ts";
import type { Subtask, Task } from "../protocol/task.ts";

/** The subtasks of one task and what each waits for. */
export interface Graph {
  task_id: string;
  nodes: { id: string; agent: string; description: string; status: Subtask["status"] }[];
  /** `critical`: on the chain that took, or is to take, longest. */
  edges: { from: string; to: string; critical: boolean }[];
  critical_path: string[];
}

export function taskGraph(task: Task): Graph {
  const path = criticalPath(task.subtasks, (id) => seconds(task.subtasks.get(id)));
  const next = new Map(path.map((id, index) => [id, path[index + 1]]));
  const nodes: Graph["nodes"] = [];
  const edges: Graph["edges"] = [];
  for (const [id, { agent, description, status, depends_on }] of task.subtasks) {
    nodes.push({ id, agent, description, status });
    for (const from of depends_on) {
      if (task.subtasks.has(from)) edges.push({ from, to: id, critical: next.get(from) === id });
    }
  }
  return { task_id: task.task_id, nodes, edges, critical_path: path };
}

/** How long a subtask took; 1 where that is not known, so that the longer chain counts. */
function seconds(subtask: Subtask | undefined): number {
  const took = Date.parse(subtask?.finished_at ?? "") - Date.parse(subtask?.dispatched_at ?? "");
  return Number.isNaN(took) ? 1 : Math.max(0, took / 1000);
}
