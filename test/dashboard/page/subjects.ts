import type { Subject } from "../../../src/dashboard/page/actions/subject.ts";

/** A job of a person under way, and a part of its plan. */
export const TASK: Subject = {
  agent: "lead",
  task_id: "launch-k3",
  title: "Launch",
  status: "executing",
  taskStatus: "executing",
  paused: false,
  from: "human",
  given: { task_id: "launch-k3" },
  isScript: false,
  siblings: [],
};
export const SUBTASK: Subject = { ...TASK, subtask: "draft", assigned: "writer", status: "dispatched" };
