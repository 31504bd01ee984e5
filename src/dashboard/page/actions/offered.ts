import { isOver, type Subject } from "./subject.ts";

/** What a person can do to a task or a subtask, in the order in which it is offered. */
export const ACTIONS = [
  "approve",
  "reject",
  "answer",
  "result",
  "fail",
  "resume",
  "pause",
  "retry",
  "reassign",
  "add",
  "limits",
  "cancel",
] as const;
export type ActionKind = (typeof ACTIONS)[number];

/** What would be taken where it stands now; docs/steering.md says what each means. */
export function offeredActions(subject: Subject): ActionKind[] {
  const may = subject.subtask === undefined ? ofTask(subject) : ofSubtask(subject);
  return ACTIONS.filter((action) => may[action]);
}

type May = Record<ActionKind, boolean>;

function ofTask({ status, paused, waiting, from, isScript, error = "", given }: Subject): May {
  const open = !isOver(status);
  const ended = status === "failed" || status === "cancelled";
  const isGiven = hasGiver(from, given);
  return {
    approve: open && waiting?.for === "approval",
    reject: open && waiting?.for === "approval",
    answer: open && waiting?.for === "answer",
    result: open,
    fail: open && waiting?.for === "person",
    resume: open && paused,
    pause: open && !paused,
    // Who has its reply already is to have it done again.
    retry: ended && (from === "human" || isGiven),
    reassign: open && isGiven,
    add: open && !isScript,
    limits: open || (status === "failed" && from === "human" && /^E_(BUDGET|TIMEOUT)\b/.test(error)),
    cancel: open,
  };
}

function ofSubtask({ status, paused, waiting, taskStatus, from, isScript }: Subject): May {
  const inTask = !isOver(taskStatus);
  const open = inTask && !isOver(status);
  // A finished task whose giver is a person begins again with what of it is to be done.
  const mayBegin = inTask || from === "human";
  const underWay = taskStatus === "executing" || taskStatus === "aggregating";
  return {
    approve: false,
    reject: false,
    answer: open && waiting?.for === "answer",
    result: mayBegin && status !== "done",
    fail: false,
    resume: open && paused,
    pause: open && !paused,
    retry: status !== "pending" && (underWay || (!inTask && from === "human")),
    reassign: mayBegin && status !== "done" && !isScript,
    add: false,
    limits: open,
    cancel: open && taskStatus === "executing",
  };
}

/** An agent of this root gave it, as one of its subtasks. */
export function hasGiver(from: string, given: Subject["given"]): boolean {
  return from !== "human" && !from.includes("@") && given.subtask !== undefined;
}
