import { join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import { type Amounts, addAmounts } from "../protocol/amounts.ts";
import { DROPPED_FILE_NAME } from "../protocol/ids.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { listTasks } from "../view/list-tasks.ts";
import { readCallsIn } from "../view/read-calls.ts";
import { readHead } from "../view/read-head.ts";
import { readTaskFolder } from "../view/read-task.ts";
import type { RootView } from "../view/root-view.ts";

/** What an agent has done until now. */
export interface Total {
  /** By status. */
  tasks: Map<string, number>;
  /** By outcome. */
  calls: Map<string, number>;
  /** Milliseconds. */
  thinking: number;
  /** Tokens and money. */
  used: Amounts;
}

interface OfTask {
  /** Of task.md, and of the folder of its calls. */
  stamp: string;
  status: string;
  calls: string[];
  thinking: number;
  used: Amounts;
}

/** Totals by agent; a finished task is read again only when its files have changed. */
export function openTotals(): (view: RootView) => Map<string, Total> {
  let known = new Map<string, OfTask>();
  return (view) => {
    const next = new Map<string, OfTask>();
    const totals = new Map<string, Total>();
    for (const agent of view.agents.keys()) {
      const paths = view.paths(agent);
      if (paths === undefined) continue;
      const total: Total = { tasks: new Map(), calls: new Map(), thinking: 0, used: {} };
      totals.set(agent, total);
      for (const { folder, changed } of listTasks(view.disk, paths)) {
        const key = join(paths.tasks, folder);
        const one = ofTask(view, agent, paths, folder, changed, known.get(key));
        if (one === undefined) continue;
        if (one.stamp !== "") next.set(key, one);
        add(total, one);
      }
    }
    known = next;
    return totals;
  };
}

function ofTask(
  view: RootView,
  agent: string,
  paths: WorkspacePaths,
  folder: string,
  changed: number,
  known: OfTask | undefined,
): OfTask | undefined {
  const { disk } = view;
  const calls = join(paths.tasks, folder, "calls");
  const isOpen = view.open(agent).has(folder);
  const stamp = `${changed} ${disk.stat(calls)?.mtimeMs}`;
  if (!isOpen && known?.stamp === stamp) return known;
  const task = headOf(view, paths, folder, isOpen);
  if (task === undefined) return undefined;
  const records = readCallsIn(disk, calls);
  const { tokens, usd } = task.used;
  return {
    stamp: !isOpen && isFinal(task) ? stamp : "",
    status: task.status,
    calls: records.map(({ outcome }) => outcome),
    thinking: records.reduce((sum, { duration }) => sum + duration, 0),
    used: { ...(tokens === undefined ? {} : { tokens }), ...(usd === undefined ? {} : { usd }) },
  };
}

function headOf(
  view: RootView,
  paths: WorkspacePaths,
  folder: string,
  isOpen: boolean,
): TaskHead | undefined {
  const head = readHead(view.disk, paths, folder, isOpen);
  if (head !== undefined) return head;
  const found = readTaskFolder(view.disk, paths, folder, isOpen);
  return found !== undefined && "task" in found ? found.task : undefined;
}

function add(total: Total, { status, calls, thinking, used }: OfTask): void {
  total.tasks.set(status, (total.tasks.get(status) ?? 0) + 1);
  for (const outcome of calls) total.calls.set(outcome, (total.calls.get(outcome) ?? 0) + 1);
  total.thinking += thinking;
  total.used = addAmounts(total.used, used);
}

/** Seconds since the oldest message came into the inbox; 0: there is none. */
export function oldestInInbox(view: RootView, agent: string, now: number): number {
  const paths = view.paths(agent);
  let oldest = now;
  for (const name of view.mail(agent)?.inbox ?? []) {
    if (paths === undefined || !DROPPED_FILE_NAME.test(name)) continue;
    oldest = Math.min(oldest, view.disk.stat(join(paths.inbox, name))?.mtimeMs ?? now);
  }
  return (now - oldest) / 1000;
}
