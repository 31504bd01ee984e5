import type { Amounts } from "../../../protocol/amounts.ts";
import type { Waiting } from "../../../protocol/task.ts";
import type { ShownTask } from "../../api-types.ts";

/** A task, or a subtask as the task that has it knows it: what actions need to know of it. */
export interface Subject {
  agent: string;
  task_id: string;
  subtask?: string;
  title: string;
  /** Of the task or subtask itself. */
  status: string;
  paused: boolean;
  waiting?: Waiting;
  budget?: Amounts;
  /** Of the task that has it; of a task the same as `status`. */
  taskStatus: string;
  /** Who gave the task, and as what. */
  from: string;
  given: { task_id: string; subtask?: string };
  error?: string;
  /** Its program decides what is done; of a subtask: it called for it. */
  isScript: boolean;
  /** Who has the subtask. */
  assigned?: string;
  /** Ids of the subtasks that there are. */
  siblings: readonly string[];
}

/** @param subtask one of its subtasks; without it the task as a whole */
export function subjectOf(shown: ShownTask, subtask?: string): Subject {
  const { agent, task_id, title, status, from, reply_to } = shown;
  const { subtask_id } = reply_to;
  const one = shown.subtasks.find((other) => other.subtask === subtask);
  const of = one ?? shown;
  return {
    agent,
    task_id,
    ...(one === undefined ? {} : { subtask: one.subtask, assigned: one.agent }),
    title: one === undefined ? title : one.description || one.subtask,
    status: of.status,
    paused: of.paused === true,
    ...(of.waiting === undefined ? {} : { waiting: of.waiting }),
    ...(of.budget === undefined ? {} : { budget: of.budget }),
    taskStatus: status,
    from,
    given: { task_id: reply_to.task_id, ...(subtask_id === undefined ? {} : { subtask: subtask_id }) },
    ...(of.error === undefined ? {} : { error: of.error }),
    isScript: one === undefined ? shown.script !== undefined : one.call !== undefined,
    siblings: shown.subtasks.map((other) => other.subtask),
  };
}

/** As commands name it. */
export function nameOf({ task_id, subtask }: Pick<Subject, "task_id" | "subtask">): string {
  return subtask === undefined ? task_id : `${task_id}/${subtask}`;
}

export function isOver(status: string): boolean {
  return ["done", "failed", "cancelled", "skipped"].includes(status);
}
