import { openTasks } from "../open-tasks.ts";
import type { RootView } from "../root-view.ts";
import { type DeadLetters, deadLetters } from "./dead-holds.ts";
import { targetName } from "./hold.ts";

/** What one walk through the tasks of a root looks at, each thing once. */
export interface Walk {
  view: RootView;
  /** Milliseconds since 1970. */
  now: number;
  dead: DeadLetters;
  /** `TASK` or `TASK/SUBTASK` of everything for which a brain's process of that agent runs. */
  busy(agent: string): readonly string[];
}

export function newWalk(view: RootView, now: number): Walk {
  const busy = new Map<string, string[]>();
  return {
    view,
    now,
    dead: deadLetters(view),
    busy(agent) {
      const known = busy.get(agent) ?? processesOf(view, agent);
      busy.set(agent, known);
      return known;
    },
  };
}

function processesOf(view: RootView, agent: string): string[] {
  const found: string[] = [];
  for (const task of openTasks(view, agent)) {
    if (task.asking?.pid !== undefined) found.push(task.task_id);
    for (const [id, { asking }] of task.subtasks) {
      if (asking?.pid !== undefined) found.push(targetName(task.task_id, id));
    }
  }
  return found;
}
