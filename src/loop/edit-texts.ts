import type { SubtaskEdit, TaskEdit } from "../protocol/edit.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { SUBTASK_FIELDS, TASK_FIELDS } from "../protocol/field-order.ts";
import { policySchema, type Subtask } from "../protocol/task.ts";
import { type Patch, patch } from "./change.ts";
import type { Draft } from "./draft.ts";

const TEXTS = ["instructions", "context", "expected_output", "notes"] as const;

/** Words that stand in the frontmatter with a meaning, beside the fields of a task or subtask. */
const DECISIONS = ["approved", "reason", "answer", "subtasks", "results", "output"];

/** What is taken at any stage: a brain that runs is told at its next question. */
export function takeTexts(draft: Draft, { title, policy, own, ...edit }: TaskEdit): void {
  if (title !== undefined) draft.set({ title });
  for (const key of TEXTS) {
    const text = edit[key];
    if (text !== undefined) draft.setText({ [key]: text });
  }
  if (policy !== undefined) draft.set({ policy: policySchema.parse({ ...draft.task.policy, ...policy }) });
  if (own === undefined) return;
  checkOwn(own, TASK_FIELDS, "");
  draft.setExtra(own);
}

/** A person's own keys of a subtask, with those that it has. */
export function ownKeys(id: string, before: Subtask | undefined, { own }: SubtaskEdit): Patch<Subtask> {
  if (own === undefined) return {};
  checkOwn(own, SUBTASK_FIELDS, `subtasks.${id}.`);
  const extra = patch({ ...before?.extra }, own);
  return { extra: Object.keys(extra).length === 0 ? null : extra };
}

/** @throws E_FIELD for a key that has a meaning of its own */
function checkOwn(own: Record<string, unknown>, fields: readonly string[], path: string): void {
  const taken = Object.keys(own).find((key) => fields.includes(key) || DECISIONS.includes(key));
  if (taken === undefined) return;
  throw new ClawflowError("E_FIELD", "it is not a key of one's own", { at: `${path}own.${taken}` });
}
