import { SUBTASK_FIELDS, TASK_FIELDS } from "./field-order.ts";

const TASK_EDITABLE = ["title", "policy", "budget", "deadline", "paused", "status", "waiting", "error"];

/** Fields of a subtask that a person may set, with what each comes to when it is gone: `agent` cannot be. */
export const SUBTASK_EDITABLE: Record<string, unknown> = {
  agent: undefined,
  description: "",
  instructions: null,
  context: null,
  expected_output: null,
  depends_on: [],
  timeout: null,
  max_attempts: null,
  budget: null,
};

/** Fields that are the runtime's alone. */
export const TASK_OWNED = TASK_FIELDS.filter((key) => !TASK_EDITABLE.includes(key));
export const SUBTASK_OWNED = SUBTASK_FIELDS.filter(
  (key) => !Object.hasOwn(SUBTASK_EDITABLE, key) && !["status", "paused", "waiting"].includes(key),
);

/** What a person may set `status:` to. */
export const TASK_ENDINGS = ["done", "failed", "cancelled"] as const;
export const SUBTASK_SETTABLE = ["pending", "done", "cancelled"] as const;
export const DECISIONS = ["approved", "reason", "answer"] as const;
