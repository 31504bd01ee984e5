import { z } from "zod";
import { amountsSchema } from "../../protocol/amounts.ts";
import { ended, status } from "./parts.ts";

/** `workflow run` */
export const workflowShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  status: ended,
  /** What the script returned; `null` of one that failed. */
  result: z.unknown(),
  /** Calls that failed, whatever the script made of it. */
  errors: z.array(
    z.strictObject({ call: z.string(), agent: z.string(), path: z.string(), error: z.string() }),
  ),
  error: z.string().optional(),
  duration: z.number(),
});

/** `workflow validate` */
export const validatedShape = z.strictObject({
  hash: z.string(),
  meta: z.record(z.string(), z.unknown()).optional(),
});

/** `workflow list` */
export const runsShape = z.strictObject({
  runs: z.array(
    z.strictObject({
      agent: z.string(),
      task_id: z.string(),
      name: z.string().optional(),
      title: z.string(),
      status,
      created_at: z.string(),
      calls: z.strictObject({ all: z.number(), done: z.number() }),
    }),
  ),
});

/** `workflow status` */
export const runStatusShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  name: z.string().optional(),
  title: z.string(),
  status,
  error: z.string().optional(),
  /** What an approval now would be of. */
  waits_for_approval_of: z.string().optional(),
  /** In the order in which they were made. */
  calls: z.array(
    z.strictObject({
      call: z.string(),
      path: z.string(),
      /** From 2 on: asked again, because the answer did not fit the schema. */
      round: z.number().optional(),
      agent: z.string(),
      label: z.string().optional(),
      phase: z.string().optional(),
      status,
      attempt: z.number(),
      error: z.string().optional(),
      /** It is done, and its answer is not what the schema asks for: the call failed. */
      unfit: z.string().optional(),
    }),
  ),
});

/** `workflow show` */
export const scriptShape = z.strictObject({
  agent: z.string(),
  task_id: z.string().optional(),
  name: z.string().optional(),
  program: z.string(),
  args: z.string().optional(),
  agents: z.array(z.string()).optional(),
  concurrency: z.number().optional(),
  budget: amountsSchema.optional(),
  approved: z.string().optional(),
  /** What an approval now would be of. */
  waits_for_approval_of: z.string().optional(),
});

/** `workflow save`, `workflow saved` */
export const savedShape = z.strictObject({
  saved: z.array(
    z.strictObject({
      agent: z.string(),
      name: z.string(),
      hash: z.string(),
      path: z.string(),
      description: z.string().optional(),
    }),
  ),
});
