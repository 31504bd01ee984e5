import type { Status, Tree } from "../../../api-types.ts";

type Problem = Status["problems"][number];
/** Where a person is awaited: a task, or one of its subtasks. */
export interface Turn {
  agent: string;
  task_id: string;
  subtask?: string;
}

const TURNS: readonly Problem["kind"][] = ["approval", "answer", "person"];

/** What of a job is a person's turn, through all agents; the task itself first. */
export function turnsOf(tree: Tree, problems: Status["problems"]): Turn[] {
  const ids = new Set<string>();
  const add = ({ agent, task_id, children }: Tree) => {
    if (task_id !== undefined) ids.add(`${agent} ${task_id}`);
    for (const child of children) add(child);
  };
  add(tree);
  const isOwn = ({ agent, task_id }: Turn) => agent === tree.agent && task_id === tree.task_id;
  const turns = problems.flatMap(({ kind, agent, task_id, subtask }): Turn[] =>
    task_id === undefined || !TURNS.includes(kind) || !ids.has(`${agent} ${task_id}`)
      ? []
      : [{ agent, task_id, ...(subtask === undefined ? {} : { subtask }) }],
  );
  return [...turns.filter(isOwn), ...turns.filter((turn) => !isOwn(turn))];
}
