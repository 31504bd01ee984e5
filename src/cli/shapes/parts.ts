import { z } from "zod";
import { SUBTASK_STATUSES, TASK_STATUSES } from "../../protocol/task.ts";

export const ended = z.enum(["done", "failed", "cancelled"]);

export const status = z.enum([...new Set([...TASK_STATUSES, ...SUBTASK_STATUSES])]);

export const standingShape = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("undelivered"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("delivered"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("working"), since: z.string().optional() }),
  z.strictObject({
    state: z.literal("waiting"),
    for: z.string(),
    what: z.string(),
    since: z.string().optional(),
    /** It is a person's turn. */
    person: z.literal(true).optional(),
  }),
  z.strictObject({ state: z.literal("replying"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("finished"), status: z.string(), since: z.string().optional() }),
]);

export const taskLine = {
  agent: z.string(),
  task_id: z.string(),
  title: z.string(),
  from: z.string(),
  status: z.enum(TASK_STATUSES),
  standing: standingShape,
  /** Levels below the job's first task. */
  depth: z.number(),
  created_at: z.string(),
  finished_at: z.string().optional(),
  error: z.string().optional(),
};

/** A task in a list; `subtasks`: how many have each status. */
export const listedTask = z.strictObject({ ...taskLine, subtasks: z.record(z.string(), z.number()) });
