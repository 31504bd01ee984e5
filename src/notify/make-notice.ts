import { formatDuration } from "../protocol/duration.ts";
import { shortHash } from "../protocol/ids.ts";
import type { Notice } from "../protocol/notify.ts";
import type { Task } from "../protocol/task.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import { basePath } from "../store/layout.ts";
import type { RootView } from "../view/root-view.ts";
import type { Problem } from "../view/status-types.ts";
import { given, type Hold } from "../view/why/hold.ts";
import { sharesUsed, spentByNow } from "./spent.ts";

const MOST_TEXT = 2_000;
/** So the id of an event begins of which no time is known: when it is over it may come again, and is then another one of the same id. */
export const TIMELESS = "e-now-";

/** What `clawflow status` says needs a person, but for jobs that failed. */
export function problemNotice(problem: Problem, task: TaskHead | undefined): Notice {
  const { kind, agent, task_id = "", subtask = "", file = "", since = "" } = problem;
  const id = idOf("problem", kind, agent, task_id, subtask, file, since);
  return {
    id: since === "" ? id.replace("e-", TIMELESS) : id,
    kind: "needs-you",
    problem: kind,
    agent,
    ...given("task", problem.task_id),
    ...given("subtask", problem.subtask),
    ...(task === undefined ? {} : aboutTask(task)),
    text: cut(problem.text),
    ...given("since", problem.since),
    ...given("file", problem.file),
    ...given("command", problem.command),
  };
}

/** That a task has ended. @param failure what `clawflow status` says of it, where it is a job that failed */
export function endNotice(agent: string, task: TaskHead, failure: Problem | undefined): Notice {
  const { task_id, status, finished_at, error } = task;
  return {
    id: idOf("end", agent, task_id, finished_at ?? "", status),
    kind: status === "failed" ? "failed" : "finished",
    ...(failure === undefined ? {} : { problem: "failed" as const }),
    agent,
    task: task_id,
    ...aboutTask(task),
    status: status as "done" | "failed" | "cancelled",
    text: cut(error ?? ""),
    ...given("since", finished_at),
    ...given("command", failure?.command),
  };
}

/** That the same thing has held a task back for `after` milliseconds; `undefined`: it has not. */
export function stuckNotice(
  view: RootView,
  agent: string,
  task: Task,
  hold: Hold,
  after: number,
  now: number,
): Notice | undefined {
  const since = hold.since ?? changedAt(view, hold);
  if (since === undefined || now - Date.parse(since) < after) return undefined;
  const limit = formatDuration(after);
  const { task_id } = task;
  return {
    id: idOf("stuck", agent, task_id, hold.cause, hold.agent, hold.task_id, hold.subtask ?? "", since, limit),
    kind: "stuck",
    agent,
    task: task_id,
    ...aboutTask(task),
    text: cut(hold.what),
    since,
    ...given("command", hold.command),
    limit,
  };
}

/** What a task and all below have used reaches that share of its budget: one for each amount. */
export function budgetNotices(view: RootView, agent: string, task: Task, share: number): Notice[] {
  if (task.budget === undefined) return [];
  const reached = sharesUsed(task.budget, spentByNow(view, agent, task)).filter((one) => one.share >= share);
  return reached.map(({ kind, used, of, share: now }) => ({
    // A budget that was raised is another one.
    id: idOf("budget", agent, task.task_id, kind, share, of),
    kind: "budget",
    agent,
    task: task.task_id,
    ...aboutTask(task),
    text: `${now}% of its ${kind} used: ${used} of ${of}`,
    command: `clawflow set ${task.task_id} budget.${kind}=N`,
    limit: `${share}% of ${kind}`,
  }));
}

function aboutTask({ title, task_id, trace }: TaskHead): Pick<Notice, "title" | "job"> {
  return { title, job: trace.depth === 0 ? task_id : trace.root };
}

/** Where nothing says since when: since the task there last changed. */
function changedAt(view: RootView, { agent, task_id }: Hold): string | undefined {
  const paths = view.paths(agent);
  const found = paths === undefined ? undefined : view.disk.stat(basePath(paths, task_id));
  return found === undefined ? undefined : new Date(found.mtimeMs).toISOString();
}

function idOf(...parts: (string | number)[]): string {
  return `e-${shortHash(parts, 20)}`;
}

function cut(text: string): string {
  const whole = text.trim();
  return whole.length <= MOST_TEXT
    ? whole
    : `${whole.slice(0, MOST_TEXT - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
