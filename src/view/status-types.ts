import { PROBLEM_KINDS } from "../protocol/problem-kinds.ts";
import type { Task } from "../protocol/task.ts";
import type { Standing } from "./standing.ts";

/** A task in a list. */
export interface TaskLine {
  agent: string;
  task_id: string;
  title: string;
  from: string;
  status: Task["status"];
  standing: Standing;
  depth: number;
  /** How many of its subtasks have each status. */
  subtasks: Record<string, number>;
  created_at: string;
  finished_at?: string;
  error?: string;
}

/**
 * Something that a person should look at.
 *
 * - `approval`, `answer`, `person`: a person is to decide, to answer, to do the work; `paused`: to let it go on.
 * - `edit`: an edit of task.md was not taken, or not wholly.
 * - `dead`, `undelivered`: a message that could not be handled, or is not accepted.
 * - `failed`: a job; `unreadable`: a task.md.
 * - `stopped`: nobody runs an agent that has work.
 */
export interface Problem {
  kind: (typeof PROBLEMS)[number];
  agent: string;
  task_id?: string;
  subtask?: string;
  /** The file that it is about, relative to the workspace. */
  file?: string;
  text: string;
  since?: string;
  /** What would move it. */
  command?: string;
}

/** In the order in which they are told. */
export const PROBLEMS = PROBLEM_KINDS;

export interface Status {
  problems: Problem[];
  /** Work that lies in an inbox and was not begun. */
  waiting: { agent: string; messages: number }[];
  running: TaskLine[];
  /** Jobs that were finished lately, of one agent alone all its tasks; the last first. */
  finished: TaskLine[];
}

export interface StatusOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** A message that is not accepted for so long is a problem. Milliseconds. */
  pendingAfter: number;
  /** Jobs that ended within this time are listed, and their failures are problems. Milliseconds. */
  lately: number;
  /** This agent alone. Default: all. */
  only?: string;
  /** Folders of tasks that are looked at beside those that are open or changed lately. */
  also?(agent: string): Iterable<string>;
}
