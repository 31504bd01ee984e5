import { z } from "zod";
import { amountsSchema } from "./amounts.ts";
import { addressSchema, policyPatchSchema } from "./task.ts";

const durationSchema = z.string().regex(/^\d+(ms|s|m|h)$/, "a duration like 500ms, 30s, 5m, 2h");
const ownKeysSchema = z.record(z.string(), z.unknown());

/** A decision that is waited for, of a task or of one of its own subtasks. */
const decision = {
  approved: z.boolean().optional(),
  /** Why not, for the brain. */
  reason: z.string().optional(),
  answer: z.string().optional(),
};

/** What a person changed of a subtask; of one that is not there yet `agent` is needed. `null` removes a value. */
export const subtaskEditSchema = z.strictObject({
  agent: addressSchema.optional(),
  description: z.string().optional(),
  instructions: z.string().nullable().optional(),
  context: z.string().nullable().optional(),
  expected_output: z.string().nullable().optional(),
  depends_on: z.array(z.string()).optional(),
  timeout: durationSchema.nullable().optional(),
  max_attempts: z.int().min(1).max(100).nullable().optional(),
  budget: amountsSchema.nullable().optional(),
  /** `pending`: do it again; `done`: `results` are its results; `cancelled`. */
  status: z.enum(["pending", "done", "cancelled"]).optional(),
  results: z.string().optional(),
  paused: z.boolean().optional(),
  ...decision,
  /** Keys of the person's own; `null` removes one. */
  own: ownKeysSchema.optional(),
});
export type SubtaskEdit = z.infer<typeof subtaskEditSchema>;

/**
 * What a person changed of a task: the body of a `control: edit` message, as YAML, and what an edited task.md comes to. What is not
 * named stays as it is.
 */
export const taskEditSchema = z.strictObject({
  title: z.string().optional(),
  instructions: z.string().optional(),
  context: z.string().optional(),
  expected_output: z.string().optional(),
  notes: z.string().optional(),
  policy: policyPatchSchema.optional(),
  budget: amountsSchema.nullable().optional(),
  /** From now on, e.g. `2h`; `null`: none. */
  deadline: durationSchema.nullable().optional(),
  paused: z.boolean().optional(),
  ...decision,
  /** Ends the task by hand, with `output` as its answer or `error` as the reason. */
  status: z.enum(["done", "failed", "cancelled"]).optional(),
  output: z.string().optional(),
  error: z.string().optional(),
  own: ownKeysSchema.optional(),
  /** Comments that are new in the head of task.md: for the record alone, they stand where they were written. */
  comments: z.array(z.string()).optional(),
  /** `null`: removed. */
  subtasks: z.record(z.string(), subtaskEditSchema.nullable()).optional(),
});
export type TaskEdit = z.infer<typeof taskEditSchema>;
