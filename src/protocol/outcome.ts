import { z } from "zod";
import { amountsSchema } from "./amounts.ts";
import { policyPatchSchema } from "./task.ts";

const brainUsedSchema = z.strictObject({
  tokens: z.number().nonnegative().optional(),
  usd: z.number().nonnegative().optional(),
});
const answerExtras = { used: brainUsedSchema.optional(), files: z.array(z.string()).optional() };

/** One subtask of a plan. Without `instructions`, `description` is the instructions and its first line the title. */
export const plannedSubtaskSchema = z.strictObject({
  agent: z.string(),
  description: z.string().default(""),
  instructions: z.string().optional(),
  context: z.string().optional(),
  expected_output: z.string().optional(),
  depends_on: z.array(z.string()).default([]),
  timeout: z.string().optional(),
  max_attempts: z.int().min(1).max(100).optional(),
  budget: amountsSchema.optional(),
});
export type PlannedSubtask = z.infer<typeof plannedSubtaskSchema>;

export const planSchema = z.strictObject({
  subtasks: z.record(z.string(), plannedSubtaskSchema),
  policy: policyPatchSchema.optional(),
  ...answerExtras,
});
export type PlanOutcome = z.infer<typeof planSchema>;

export const resultsSchema = z.strictObject({ results: z.string(), ...answerExtras });
export const askSchema = z.strictObject({ ask: z.string().min(1), ...answerExtras });
export const errorSchema = z.strictObject({
  error: z.string().min(1),
  partial: z.string().optional(),
  /** A passing error (a rate limit): the question is put again by itself, without costing an attempt. */
  passing: z.boolean().optional(),
  ...answerExtras,
});

/** What a brain may answer; one of four forms. */
export const outcomeSchema = z.union([resultsSchema, planSchema, askSchema, errorSchema]);
export type Outcome = z.infer<typeof outcomeSchema>;
