import type { Asking } from "../../protocol/task.ts";

/**
 * What can hold work back, those first that matter first: a person's decision, an edit that was not understood, what could not be handled
 * or delivered, a limit, nobody who runs it; then what simply takes its time.
 */
export const CAUSES = [
  "approval",
  "question",
  "person",
  "paused",
  "edit",
  "dead-letter",
  "undeliverable",
  "peer-gone",
  "budget",
  "deadline",
  "dependency",
  "failed",
  "locked",
  "no-host",
  "brain",
  "place",
  "pause",
  "remote",
  "inbox",
  "reply",
  "cancelled",
  "done",
] as const;
export type CauseName = (typeof CAUSES)[number];

/** A cause with what is particular to it. Times are milliseconds, and only about right. */
export type Cause =
  /** A person's turn; `ends_in`: then the answer is no, or the time of the work is over. */
  | { cause: "approval" | "question" | "person"; who: string; ends_in?: number }
  /** `by`: by a word for itself, or for the task above. */
  | { cause: "paused"; by: "itself" | "above" }
  /** Relative to the workspace. */
  | { cause: "edit"; file: string }
  | { cause: "dead-letter"; file: string; type?: string }
  | { cause: "undeliverable"; to: string; file?: string }
  | { cause: "peer-gone"; peer: string; in_team: boolean }
  | { cause: "budget" }
  | { cause: "deadline"; ends_in?: number }
  /** `failed`: the subtask that was not done; `skipped`: those that needed it. */
  | { cause: "dependency"; failed: string; skipped: string[] }
  | { cause: "failed" }
  /** `stopped`: by a signal; `unknown`: on another machine, where nobody here can look. */
  | { cause: "locked"; pid: number; state: "stopped" | "unknown"; machine?: string }
  | { cause: "no-host" }
  | {
      cause: "brain";
      question: string;
      kind: Asking["kind"];
      asked: number;
      pid?: number;
      ends_in?: number;
    }
  /** `of`: subtasks that are sent at a time, or brains that run at a time. */
  | { cause: "place"; of: "subtasks" | "brains" }
  | { cause: "pause"; ends_in?: number }
  | { cause: "remote"; peer: string }
  | { cause: "inbox"; file?: string }
  | { cause: "reply"; to: string; file?: string }
  | { cause: "cancelled" }
  | { cause: "done" };

/** Where something is held back and by what. */
export type Hold = Cause & {
  agent: string;
  /** The local id at that agent. */
  task_id: string;
  subtask?: string;
  /** In a sentence, without its end. */
  what: string;
  /** ISO 8601 UTC. */
  since?: string;
  /** What would move it. */
  command?: string;
};

/** A step on the way from the task that was asked about to what holds it back. */
export interface Step {
  agent: string;
  /** Absent where it is no task there. */
  task_id?: string;
  subtask?: string;
}

/** The same from below: each knows the one above it. */
export interface Link extends Step {
  above: Link | undefined;
}

export interface Found {
  hold: Hold;
  link: Link;
}

const RANK = new Map<CauseName, number>(CAUSES.map((cause, index) => [cause, index]));
/** What only takes its time is sorted by age alone. */
const TAKES_TIME = CAUSES.indexOf("brain");
const OVER = CAUSES.indexOf("cancelled");

/** What matters first: by cause, then what has lasted longest. */
export function byWeight(a: Found, b: Found): number {
  const rank = rankOf(a.hold) - rankOf(b.hold);
  if (rank !== 0) return rank;
  const one = a.hold.since ?? "~";
  const other = b.hold.since ?? "~";
  return one < other ? -1 : one > other ? 1 : 0;
}

function rankOf({ cause }: Hold): number {
  const rank = RANK.get(cause) ?? 0;
  return rank > TAKES_TIME && rank < OVER ? TAKES_TIME : rank;
}

export function stepsTo(link: Link): Step[] {
  const steps: Step[] = [];
  for (let at: Link | undefined = link; at !== undefined; at = at.above) {
    const { above: _, ...step } = at;
    steps.unshift(step);
  }
  return steps;
}

/** `TASK` or `TASK/SUBTASK`, as commands take it. */
export function targetName(task_id: string, subtask?: string): string {
  return subtask === undefined ? task_id : `${task_id}/${subtask}`;
}

export function sinceOf(since: string | undefined): { since?: string } {
  return since === undefined ? {} : { since };
}

/** `{key: value}`, or nothing where there is no value. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
