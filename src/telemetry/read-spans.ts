import type { Task } from "../protocol/task.ts";
import { childTask } from "../view/child-task.ts";
import { readCalls } from "../view/read-calls.ts";
import { isNameOf, type JobTask, nameStart } from "../view/report/job-tasks.ts";
import type { RootView } from "../view/root-view.ts";
import { readSaid } from "../view/times/read-said.ts";
import { bare, type Span } from "./span.ts";
import { type TaskFacts, taskSpans } from "./task-spans.ts";

type Children = TaskFacts["children"];

/** The spans of tasks of one agent, from the files. @param now the end of what has not ended, milliseconds since 1970 */
export function readSpans(
  view: RootView,
  agent: string,
  tasks: readonly Task[],
  now: number,
  childrenOf: (task: Task) => Children = (task) => knownChildren(view, agent, task),
): Span[] {
  const paths = view.paths(agent);
  if (paths === undefined) return [];
  const starts = tasks.map(({ task_id }) => nameStart(task_id));
  const said = readSaid(view.disk, paths, agent, (name) => mayBeOfOne(name, starts));
  return tasks.flatMap((task) => {
    const calls = readCalls(view.disk, paths, task.task_id);
    const own = said.get(task.task_id) ?? [];
    return taskSpans({ agent, task, calls, said: own, children: childrenOf(task) }, now);
  });
}

/** The spans of a whole job, those that began first first: the same that its tasks give when each of them ends. */
export function jobSpans(view: RootView, job: readonly JobTask[], now: number): Span[] {
  const spans: Span[] = [];
  for (const agent of new Set(job.map((one) => one.agent))) {
    const tasks = job.filter((one) => one.agent === agent).map(({ task }) => task);
    const childrenOf = ({ task_id }: Task) =>
      job.filter(({ task: { from, reply_to } }) => bare(from) === agent && reply_to.task_id === task_id);
    spans.push(...readSpans(view, agent, tasks, now, childrenOf));
  }
  return spans.sort((a, b) => a.start - b.start || b.end - a.end);
}

function knownChildren(view: RootView, agent: string, task: Task): Children {
  return [...task.subtasks].flatMap(([id, { agent: peer, attempt: last }]) => {
    const found: { agent: string; task: Task }[] = [];
    for (let attempt = 1; attempt <= last; attempt++) {
      const child = childTask(view, agent, task.task_id, id, { agent: peer, attempt });
      if (child !== undefined) found.push({ agent: peer, task: child });
    }
    return found;
  });
}

/** Names that people gave say nothing. */
function mayBeOfOne(name: string, starts: readonly string[]): boolean {
  if (!/^(control|outcome)-/.test(name)) return true;
  return starts.some((start) => isNameOf(name, start, name.indexOf("-") + 1));
}
