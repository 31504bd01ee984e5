import type { Amounts } from "../protocol/amounts.ts";
import type { Subtask, Task } from "../protocol/task.ts";
import { titleFrom } from "../protocol/title.ts";
import { childTask } from "./child-task.ts";
import { faultOf } from "./fault-of.ts";
import type { RootView } from "./root-view.ts";
import { type Standing, standingOfSubtask, standingOfTask } from "./standing.ts";
import { given } from "./why/hold.ts";

/** One task, or a subtask that is not a task anywhere (yet), with all that is below it. */
export interface TreeNode {
  /** Who works on it. */
  agent: string;
  /** Its id at that agent; absent where it is no task there. */
  task_id?: string;
  /** Its id in the task above; absent at the top. */
  subtask?: string;
  title: string;
  status: Task["status"] | Subtask["status"];
  standing: Standing;
  attempt: number;
  depends_on: string[];
  /** ISO 8601 UTC. */
  started_at?: string;
  finished_at?: string;
  summary?: string;
  error?: string;
  used?: Amounts;
  children: TreeNode[];
}

/** Deeper than any limit allows: what goes on for ever is cut here. */
const DEEPEST = 110;

/** The whole tree below a task, through all agents that the view knows. */
export function taskTree(view: RootView, agent: string, task: Task, depth = 0): TreeNode {
  const children = [...task.subtasks].map(([id, subtask]) =>
    subtaskNode(view, agent, task, id, subtask, depth + 1),
  );
  return {
    agent,
    task_id: task.task_id,
    title: task.title,
    status: task.status,
    standing: standingOfTask(view, agent, task),
    attempt: task.reply_to.attempt,
    depends_on: [],
    started_at: task.created_at,
    ...(task.finished_at === undefined ? {} : { finished_at: task.finished_at }),
    ...(task.error === undefined ? {} : { error: task.error }),
    used: task.used,
    children,
  };
}

function subtaskNode(
  view: RootView,
  agent: string,
  task: Task,
  id: string,
  subtask: Subtask,
  depth: number,
): TreeNode {
  const child = depth > DEEPEST ? undefined : childTask(view, agent, task.task_id, id, subtask);
  const below = child === undefined ? undefined : taskTree(view, subtask.agent, child, depth);
  return {
    agent: subtask.agent === "self" ? agent : subtask.agent,
    ...(child === undefined ? {} : { task_id: child.task_id }),
    subtask: id,
    title: child?.title || titleFrom(subtask.description) || id,
    status: subtask.status,
    standing: standingOfSubtask(view, agent, task, id, subtask),
    attempt: subtask.attempt,
    depends_on: [...subtask.depends_on],
    ...(subtask.dispatched_at === undefined ? {} : { started_at: subtask.dispatched_at }),
    ...(subtask.finished_at === undefined ? {} : { finished_at: subtask.finished_at }),
    ...(subtask.result_summary === undefined ? {} : { summary: subtask.result_summary }),
    ...given("error", faultOf(subtask)),
    ...(subtask.used === undefined ? {} : { used: subtask.used }),
    children: below?.children ?? [],
  };
}

/** Every node, those above first. */
export function* treeNodes(node: TreeNode): Generator<TreeNode> {
  yield node;
  for (const child of node.children) yield* treeNodes(child);
}
