import { join } from "node:path";
import { isFinal } from "../../loop/phase.ts";
import type { Amounts } from "../../protocol/amounts.ts";
import type { TaskHead } from "../../protocol/task-head.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { type WorkspacePaths, workspacePaths } from "../../store/layout.ts";
import { listOpenTasks } from "../list-tasks.ts";
import { type Call, readCallsIn } from "../read-calls.ts";
import { readHead } from "../read-head.ts";
import { readTaskFolder } from "../read-task.ts";
import { listNames } from "../read-text.ts";
import { agentWaits, covered, intervalOf } from "../times/agent-waits.ts";
import { personWaits, type Said } from "../times/person-waits.ts";
import { readSaid } from "../times/read-said.ts";
import { Counter, type Endings, type Tally } from "./tally.ts";

export interface Stats {
  /** ISO 8601 UTC; absent: from the beginning. */
  since?: string;
  until: string;
  /** Tasks that nobody here gave: what people asked for. */
  jobs: Endings & { open: number };
  /** All tasks, those of jobs included; `open`: not ended now. */
  tasks: Tally & { open: number };
  agents: (Tally & { agent: string; open: number })[];
  /** Of UTC, those on which anything was; the last first. */
  days: (Tally & { day: string })[];
}

interface Books {
  since: string;
  now: number;
  jobs: Counter;
  tasks: Counter;
  days: Map<string, Counter>;
}

/**
 * What was done, from the files alone. A task counts where and when it ended, with all that it had waited; a call, and what it used,
 * where and when it ended. What `clawflow gc` removed is not counted any more.
 *
 * @param since ISO 8601 UTC; empty: everything
 * @param now milliseconds since 1970
 */
export function readStats(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  { since, now }: { since: string; now: number },
): Stats {
  const books: Books = { since, now, jobs: new Counter(), tasks: new Counter(), days: new Map() };
  const byAgent = [...agents].map(([agent, directory]) => {
    const own = new Counter();
    countAgent(disk, agent, workspacePaths(directory), books, own);
    return { agent, open: own.open, ...own.tally() };
  });
  const days = [...books.days].sort(([a], [b]) => (a < b ? 1 : -1));
  return {
    ...(since === "" ? {} : { since }),
    until: new Date(now).toISOString(),
    jobs: { open: books.jobs.open, ...books.jobs.endings() },
    tasks: { open: books.tasks.open, ...books.tasks.tally() },
    agents: byAgent,
    days: days.map(([day, counter]) => ({ day, ...counter.tally() })),
  };
}

function countAgent(disk: ReadDisk, agent: string, paths: WorkspacePaths, books: Books, own: Counter): void {
  const open = new Set(listOpenTasks(disk, paths));
  const said = readSaid(disk, paths, agent);
  for (const folder of listNames(disk, paths.tasks)) {
    const task = taskIn(disk, paths, folder, open.has(folder));
    if (task === undefined) continue;
    const calls = readCallsIn(disk, join(paths.tasks, folder, "calls"));
    countCalls(task, calls, books, own);
    countTask(task, calls, said.get(task.task_id) ?? [], books, own);
  }
}

function taskIn(
  disk: ReadDisk,
  paths: WorkspacePaths,
  folder: string,
  isOpen: boolean,
): TaskHead | undefined {
  const head = readHead(disk, paths, folder, isOpen);
  if (head !== undefined) return head;
  const found = readTaskFolder(disk, paths, folder, isOpen);
  return found !== undefined && "task" in found ? found.task : undefined;
}

function countTask(
  task: TaskHead,
  calls: readonly Call[],
  said: readonly Said[],
  books: Books,
  own: Counter,
): void {
  const isJob = task.trace.depth === 0;
  if (!isFinal(task)) {
    for (const counter of [own, books.tasks, ...(isJob ? [books.jobs] : [])]) counter.open++;
    return;
  }
  const end = task.finished_at ?? task.created_at;
  if (end < books.since) return;
  const status = task.status as "done" | "failed" | "cancelled";
  const [whole] = intervalOf(task.created_at, task.finished_at, Number.NaN);
  const duration = whole === undefined ? undefined : whole.to - whole.from;
  const people = personWaits(task, calls, said).flatMap(({ since, until }) =>
    intervalOf(since, until, Date.parse(end)),
  );
  if (isJob) books.jobs.end(status, duration);
  for (const counter of [own, books.tasks, dayOf(books, end)]) {
    counter.end(status, duration);
    counter.wait(covered(agentWaits(task, books.now)), covered(people));
  }
}

/** What a task used beside its calls, as by a tool call of its brain, counts when it ended; until then it is of now. */
function countCalls(task: TaskHead, calls: readonly Call[], books: Books, own: Counter): void {
  const rest = { tokens: task.used.tokens ?? 0, usd: task.used.usd ?? 0 };
  for (const { ended_at, duration, used = {} } of calls) {
    rest.tokens -= used.tokens ?? 0;
    rest.usd -= used.usd ?? 0;
    if (ended_at < books.since) continue;
    for (const counter of [own, books.tasks, dayOf(books, ended_at)]) {
      counter.call(duration);
      counter.use(costOf(used));
    }
  }
  const end = task.finished_at ?? new Date(books.now).toISOString();
  const more = costOf({
    tokens: Math.max(0, rest.tokens),
    usd: Math.max(0, Math.round(rest.usd * 1e6) / 1e6),
  });
  if (end < books.since || (!more.tokens && !more.usd)) return;
  for (const counter of [own, books.tasks, dayOf(books, end)]) counter.use(more);
}

function costOf({ tokens, usd }: Amounts): Amounts {
  return { ...(tokens ? { tokens } : {}), ...(usd ? { usd } : {}) };
}

function dayOf({ days }: Books, time: string): Counter {
  const day = time.slice(0, 10);
  const counter = days.get(day) ?? new Counter();
  days.set(day, counter);
  return counter;
}
