import { join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import { folderName } from "../protocol/ids.ts";
import type { Notice } from "../protocol/notify.ts";
import type { Task } from "../protocol/task.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import type { ReadDisk } from "../store/disk.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { editProblems } from "../view/edit-problems.ts";
import { gatherStatus } from "../view/gather-status.ts";
import { mailProblems } from "../view/mail-problems.ts";
import { readHead } from "../view/read-head.ts";
import { readTaskFolder } from "../view/read-task.ts";
import { openRoot, type RootView, type ViewOptions } from "../view/root-view.ts";
import type { Status } from "../view/status-types.ts";
import { why } from "../view/why/why.ts";
import { budgetNotices, endNotice, problemNotice, stuckNotice } from "./make-notice.ts";
import { concerns, type Rule } from "./rules.ts";

export interface FinderPorts {
  disk: ReadDisk;
  /** Workspaces by agent id, absolute: of the whole root. */
  agents: ReadonlyMap<string, string>;
  /** Of whom this host tells: those that it runs. Others have a host of their own that tells of them. */
  hosted: readonly string[];
  view: Omit<ViewOptions, "tasks">;
  /** A task as its host has it, which is ahead of the files for as long as these are not written. */
  task(agent: string, id: string): Readonly<Task> | undefined;
}

export interface LookOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Tasks that ended within so many milliseconds are looked at. */
  lately: number;
  /** Whether `why` is asked too, which reads much. */
  stuck: boolean;
}

/** A message that is not accepted for so long is a problem, as `clawflow status` has it. */
const PENDING_AFTER = 60_000;
/** As long as its files may lag behind, what an event told of is asked of the host. Milliseconds. */
const TOUCHED = 10_000;

/**
 * Finds what there is to be told, from the files: what `clawflow status` says, `clawflow why` of what is open, and the budgets. Finished
 * tasks are read once.
 */
export class NoticeFinder {
  readonly #ports: FinderPorts;
  readonly #rules: readonly Rule[];
  /** Tasks that events named lately, by `agent/folder`. */
  readonly #touched = new Map<string, { id: string; at: number }>();
  /** Finished ones by the path of their task.md. */
  readonly #finished = new Map<string, { mtimeMs: number; size: number; found: Found }>();

  constructor(ports: FinderPorts, rules: readonly Rule[]) {
    this.#ports = ports;
    this.#rules = rules;
  }

  /** An event of the host named that task. */
  touch(agent: string, id: string, now: number): void {
    this.#touched.set(`${agent}/${folderName(id)}`, { id, at: now });
  }

  /** All that is so now, and what ended lately. */
  find({ now, lately, stuck }: LookOptions): Notice[] {
    for (const [key, { at }] of this.#touched) if (now - at > TOUCHED) this.#touched.delete(key);
    const { disk, agents, view: options, hosted, task } = this.#ports;
    const isTouched = (agent: string, id: string) => this.#touched.has(`${agent}/${folderName(id)}`);
    const view = openRoot(disk, agents, {
      ...options,
      tasks: (agent, id) =>
        hosted.includes(agent) && isTouched(agent, id) ? (task(agent, id) as Task | undefined) : undefined,
    });
    const notices = new Map<string, Notice>();
    for (const agent of hosted) {
      const seen: TaskHead[] = [];
      const status = this.#status(view, agent, { now, lately }, seen);
      for (const notice of this.#noticesOf(view, agent, status, seen, { now, lately, stuck }))
        notices.set(notice.id, notice);
    }
    return [...notices.values()];
  }

  *#noticesOf(
    view: RootView,
    agent: string,
    status: Status,
    seen: readonly TaskHead[],
    { now, lately, stuck }: LookOptions,
  ): Generator<Notice> {
    const tasks = new Map(seen.map((task) => [task.task_id, task]));
    for (const problem of status.problems) {
      if (problem.kind !== "failed") yield problemNotice(problem, tasks.get(problem.task_id ?? ""));
    }
    for (const task of seen) {
      const whose = whoseOf(agent, task);
      const asked = (kind: "stuck" | "budget") => this.#rules.filter((rule) => concerns(rule, kind, whose));
      if (isFinal(task)) {
        const failure = status.problems.find(
          (problem) => problem.kind === "failed" && problem.task_id === task.task_id,
        );
        if (now - Date.parse(task.finished_at ?? "") <= lately) yield endNotice(agent, task, failure);
        continue;
      }
      const [forStuck, forBudget] = [stuck ? asked("stuck") : [], task.budget ? asked("budget") : []];
      const whole = forStuck.length + forBudget.length === 0 ? undefined : view.task(agent, task.task_id);
      if (whole === undefined || isFinal(whole)) continue;
      const { hold } = forStuck.length === 0 ? {} : why(view, agent, whole, now);
      for (const { stuck: after = 0 } of forStuck) {
        const notice = hold && stuckNotice(view, agent, whole, hold, after, now);
        if (notice !== undefined) yield notice;
      }
      for (const { budget = 100 } of forBudget) yield* budgetNotices(view, agent, whole, budget);
    }
  }

  /** What `clawflow status` says of that agent. @param seen gets every task that was looked at */
  #status(
    view: RootView,
    agent: string,
    { now, lately }: Pick<LookOptions, "now" | "lately">,
    seen: TaskHead[],
  ): Status {
    const options = {
      now,
      lately,
      pendingAfter: PENDING_AFTER,
      only: agent,
      also: () => this.#foldersOf(agent),
    };
    return gatherStatus(view, options, {
      task: (paths, folder, isOpen) => {
        const id = this.#touched.get(`${agent}/${folder}`)?.id;
        const known = id === undefined ? undefined : view.task(agent, id);
        const found = known === undefined ? this.#read(paths, folder, isOpen) : { task: known };
        if (found !== undefined && "task" in found) seen.push(found.task);
        return found;
      },
      mailProblems: (of) => mailProblems(view, of, options),
      editProblems: (of, task, folder) => editProblems(view, of, task, folder),
      remedy: (of, { task_id }) => {
        const task = view.task(of, task_id);
        return task === undefined ? undefined : why(view, of, task, now).hold.command;
      },
    });
  }

  #foldersOf(agent: string): string[] {
    const start = `${agent}/`;
    return [...this.#touched.keys()].flatMap((key) =>
      key.startsWith(start) ? [key.slice(start.length)] : [],
    );
  }

  #read(paths: WorkspacePaths, folder: string, isOpen: boolean): Found | undefined {
    const { disk } = this.#ports;
    const path = join(paths.tasks, folder, "task.md");
    const stat = isOpen ? undefined : disk.stat(path);
    const known = stat === undefined ? undefined : this.#finished.get(path);
    if (known !== undefined && known.mtimeMs === stat?.mtimeMs && known.size === stat.size)
      return known.found;
    const task = readHead(disk, paths, folder, isOpen);
    const found = task === undefined ? readTaskFolder(disk, paths, folder, isOpen) : { task };
    if (found === undefined || stat === undefined) return found;
    if (this.#finished.size > MOST_KEPT) this.#finished.clear();
    this.#finished.set(path, { mtimeMs: stat.mtimeMs, size: stat.size, found });
    return found;
  }
}

type Found = { task: TaskHead; problem?: string } | { problem: string };

const MOST_KEPT = 20_000;

function whoseOf(agent: string, { task_id, trace }: TaskHead) {
  return { agent, task: task_id, job: trace.depth === 0 ? task_id : trace.root, isJob: trace.depth === 0 };
}
