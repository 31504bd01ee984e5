import { amountsSchema } from "./amounts.ts";
import { resultsFile } from "./parse-subtasks.ts";
import { callSchema, scriptSchema } from "./script.ts";
import {
  askingSchema,
  attachmentSchema,
  policySchema,
  replyToSchema,
  type Subtask,
  subtaskSchema,
  type Task,
  taskFrontmatterSchema,
  traceSchema,
  waitingSchema,
} from "./task.ts";

/** The order of the schemas is the order in which people read. */
export const TASK_FIELDS = Object.keys(taskFrontmatterSchema.shape);
export const SUBTASK_FIELDS = Object.keys(subtaskSchema.shape);

const AMOUNTS = Object.keys(amountsSchema.shape);
const NESTED: Record<string, readonly string[]> = {
  policy: Object.keys(policySchema.shape),
  reply_to: Object.keys(replyToSchema.shape),
  trace: Object.keys(traceSchema.shape),
  waiting: Object.keys(waitingSchema.shape),
  script: Object.keys(scriptSchema.shape),
  call: Object.keys(callSchema.shape),
  asking: Object.keys(askingSchema.shape),
  attachments: Object.keys(attachmentSchema.shape),
  budget: AMOUNTS,
  granted: AMOUNTS,
  used: AMOUNTS,
};

/** The fields that are there, in the given order, those of maps in them as well. */
export function inOrder(source: object, fields: readonly string[]): Record<string, unknown> {
  const ordered: Record<string, unknown> = {};
  for (const field of fields) {
    const value = (source as Record<string, unknown>)[field];
    if (value === undefined) continue;
    const nested = NESTED[field];
    ordered[field] = nested === undefined ? value : nestedInOrder(value, nested);
  }
  return ordered;
}

function nestedInOrder(value: unknown, fields: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? value.map((item) => inOrder(item, fields)) : inOrder(value, fields);
}

/** What stands of a task in its frontmatter, but for the subtasks. */
export function taskFields(task: Task): Record<string, unknown> {
  return { ...inOrder(task, TASK_FIELDS), ...task.extra };
}

/** What stands of a subtask there; the results of those in `outside` stand in a file of their own. */
export function subtaskFields(
  id: string,
  subtask: Subtask,
  outside: ReadonlySet<string>,
): Record<string, unknown> {
  const fields = { ...inOrder(subtask, SUBTASK_FIELDS), ...subtask.extra };
  if (outside.has(id)) fields.results_file = resultsFile(id);
  else if (subtask.results !== undefined) fields.results_file = undefined;
  return fields;
}
