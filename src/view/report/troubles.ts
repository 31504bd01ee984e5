import { join } from "node:path";
import { isFinal } from "../../loop/phase.ts";
import type { Task } from "../../protocol/task.ts";
import { problemPath, reasonPath, taskFolder } from "../../store/layout.ts";
import { faultOf } from "../fault-of.ts";
import { listNames, readText } from "../read-text.ts";
import type { RootView } from "../root-view.ts";
import type { Decision } from "./decisions.ts";
import { workspaces } from "./job-letters.ts";
import { compare, isNameOf, type JobTask, nameStart } from "./job-tasks.ts";

/** Something that went wrong in a job, mended since or not. */
export interface Trouble {
  /**
   * - `failed`: a task, or a subtask that never became one, ended so; `stopped`: it was cancelled or skipped.
   * - `attempt`: an attempt failed or was given up, and another was made.
   * - `brain`: a brain's answer was an error, or came too late.
   * - `plan`: a plan was refused, or not approved, and the brain was asked for another.
   * - `dead`: a message could not be handled.
   * - `edit`: a person's edit could not be taken, or not all of it.
   */
  kind: "failed" | "stopped" | "attempt" | "brain" | "plan" | "dead" | "edit";
  agent: string;
  task_id?: string;
  subtask?: string;
  attempt?: number;
  text: string;
  time?: string;
  /** Absolute. */
  file?: string;
}

export function readTroubles(
  view: RootView,
  tasks: readonly JobTask[],
  root: Task,
  decisions: readonly Decision[],
): Trouble[] {
  return [
    ...endings(tasks),
    ...attempts(tasks),
    ...faultsOfBrains(view, tasks),
    ...refusedPlans(decisions),
    ...deadLetters(view, root),
    ...editsNotTaken(view, tasks),
  ];
}

/** Tasks and subtasks that did not come to a good end; one that is a task below is told once. */
function endings(tasks: readonly JobTask[]): Trouble[] {
  return tasks.flatMap(({ agent, task }) => {
    const troubles: Trouble[] = [];
    for (const [subtask, one] of task.subtasks) {
      const { status, attempt, finished_at, call } = one;
      const isFailed = status === "failed" || call?.unfit !== undefined;
      if (!isFailed && status !== "cancelled" && status !== "skipped") continue;
      const kind = isFailed ? "failed" : "stopped";
      const at = { agent, task_id: task.task_id, subtask, attempt };
      troubles.push({ kind, ...at, text: faultOf(one) ?? status, ...timeOf(finished_at) });
    }
    const isOwn = task === tasks[0]?.task;
    if (isOwn && (task.status === "failed" || task.status === "cancelled")) {
      const kind = task.status === "failed" ? "failed" : "stopped";
      const at = { agent, task_id: task.task_id };
      troubles.unshift({ kind, ...at, text: task.error ?? task.status, ...timeOf(task.finished_at) });
    }
    return troubles;
  });
}

/** Attempts after which another was made. */
function attempts(tasks: readonly JobTask[]): Trouble[] {
  const last = new Map<string, number>();
  const workOf = ({ agent, task: { from, reply_to } }: JobTask) =>
    [from, reply_to.task_id, reply_to.subtask_id, agent].join("/");
  for (const one of tasks) {
    const key = workOf(one);
    last.set(key, Math.max(last.get(key) ?? 0, one.task.reply_to.attempt));
  }
  return tasks.flatMap((one) => {
    const { agent, task } = one;
    const { attempt } = task.reply_to;
    if (attempt >= (last.get(workOf(one)) ?? 0)) return [];
    const text = task.error ?? (isFinal(task) ? `${task.status}, and done again` : "given up");
    const at = { agent, task_id: task.task_id, attempt };
    return [{ kind: "attempt" as const, ...at, text, ...timeOf(task.finished_at) }];
  });
}

function faultsOfBrains(view: RootView, tasks: readonly JobTask[]): Trouble[] {
  return tasks.flatMap(({ agent, task, calls }) => {
    const paths = view.paths(agent);
    return calls.flatMap(({ call, kind, outcome, taken, error, ended_at }) => {
      // The answer that ended the task stands there.
      const isTheEnd = taken && task.error !== undefined && error !== undefined && task.error.includes(error);
      if ((outcome !== "error" && taken) || isTheEnd) return [];
      const text = outcome === "error" ? (error ?? "an error") : `${outcome}, too late to be taken`;
      const file =
        paths === undefined ? {} : { file: join(taskFolder(paths, task.task_id), "calls", `${call}.json`) };
      const at = { agent, task_id: task.task_id, time: ended_at, ...file };
      return [{ kind: "brain" as const, ...at, text: kind === undefined ? text : `${kind}: ${text}` }];
    });
  });
}

/** Of several plans the last is the one that counts; a person's rejection of one is a decision, and nothing that went wrong. */
function refusedPlans(decisions: readonly Decision[]): Trouble[] {
  return decisions.flatMap(({ agent, task_id, what, by, time, file, text }, index) => {
    if (what !== "plan" || by !== agent) return [];
    const next = decisions
      .slice(index + 1)
      .find((one) => one.agent === agent && one.task_id === task_id && isAboutPlans(one));
    if (next?.what !== "plan") return [];
    const told = `a plan was not taken, and the brain was asked again: ${text}`;
    return [{ kind: "plan" as const, agent, task_id, time, file, text: told }];
  });
}

function isAboutPlans({ what }: Decision): boolean {
  return what === "plan" || what === "reject" || what === "approve" || what === "retry" || what === "edit";
}

function deadLetters(view: RootView, root: Task): Trouble[] {
  const start = nameStart(root.task_id);
  return [...workspaces(view)].flatMap(([agent, paths]) =>
    listNames(view.disk, paths.dead).flatMap((name) => {
      if (!name.endsWith(".md") || name.endsWith(".reason.md")) return [];
      if (!isNameOf(name, start, name.indexOf("-") + 1)) return [];
      const file = join(paths.dead, name);
      const text = readText(view.disk, reasonPath(file))?.trim() || "no reason is given";
      const found = view.disk.stat(file);
      const time = found === undefined ? {} : { time: new Date(found.mtimeMs).toISOString() };
      return [{ kind: "dead" as const, agent, file, text, ...time }];
    }),
  );
}

function editsNotTaken(view: RootView, tasks: readonly JobTask[]): Trouble[] {
  return tasks.flatMap(({ agent, task }) => {
    const paths = view.paths(agent);
    if (paths === undefined) return [];
    const file = problemPath(paths, task.task_id);
    const text = readText(view.disk, file)?.trim();
    if (text === undefined) return [];
    return [{ kind: "edit" as const, agent, task_id: task.task_id, file, text }];
  });
}

function timeOf(time: string | undefined): { time?: string } {
  return time === undefined ? {} : { time };
}

/** By time, those without one last. */
export function byTime(a: Trouble, b: Trouble): number {
  return compare(a.time ?? "~", b.time ?? "~");
}
