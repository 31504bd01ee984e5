import { z } from "zod";
import { amountsSchema } from "../../protocol/amounts.ts";
import { SUBTASK_STATUSES } from "../../protocol/task.ts";
import { PROBLEMS } from "../../view/status.ts";
import { listedTask, standingShape, status, taskLine } from "./parts.ts";

/** `tree` */
export const treeNode = z.strictObject({
  agent: z.string(),
  task_id: z.string().optional(),
  subtask: z.string().optional(),
  title: z.string(),
  status,
  standing: standingShape,
  attempt: z.number(),
  depends_on: z.array(z.string()),
  started_at: z.string().optional(),
  finished_at: z.string().optional(),
  summary: z.string().optional(),
  error: z.string().optional(),
  used: amountsSchema.optional(),
  get children() {
    return z.array(treeNode);
  },
});

export const treeShape = treeNode;

/** `status` */
export const statusShape = z.strictObject({
  root: z.string(),
  /** All that there are. */
  agents: z.array(z.string()),
  hosts: z.array(
    z.strictObject({
      pid: z.number(),
      state: z.enum(["alive", "unknown"]),
      /** By a signal: it does nothing until it is continued. */
      stopped: z.literal(true).optional(),
      agents: z.array(z.string()),
    }),
  ),
  problems: z.array(
    z.strictObject({
      kind: z.enum(PROBLEMS),
      agent: z.string(),
      task_id: z.string().optional(),
      subtask: z.string().optional(),
      /** Relative to the agent's workspace. */
      file: z.string().optional(),
      text: z.string(),
      since: z.string().optional(),
      /** What would move it. */
      command: z.string().optional(),
    }),
  ),
  waiting: z.array(z.strictObject({ agent: z.string(), messages: z.number() })),
  running: z.array(listedTask),
  finished: z.array(listedTask),
});

/** `status TASK` */
export const taskStatusShape = z.strictObject({
  ...taskLine,
  used: amountsSchema,
  budget: amountsSchema.optional(),
  /** With all below: what is granted counts in full until a reply says what was used. */
  spent: amountsSchema,
  left: amountsSchema.optional(),
  /** Milliseconds until its deadline, about. */
  time_left: z.number().optional(),
  subtasks: z.array(
    z.strictObject({
      subtask: z.string(),
      agent: z.string(),
      status: z.enum(SUBTASK_STATUSES),
      standing: standingShape,
      attempt: z.number(),
      depends_on: z.array(z.string()),
      /** Of the current attempt; `used`: by all that have ended; `spent` and `left`: of the grant, as its agent has it. */
      granted: amountsSchema.optional(),
      used: amountsSchema.optional(),
      spent: amountsSchema.optional(),
      left: amountsSchema.optional(),
      /** Milliseconds of the current attempt, about. */
      time_left: z.number().optional(),
      summary: z.string().optional(),
      error: z.string().optional(),
    }),
  ),
});

/** `graph --format json` */
export const graphShape = z.strictObject({
  task_id: z.string(),
  nodes: z.array(
    z.strictObject({
      id: z.string(),
      agent: z.string(),
      description: z.string(),
      status: z.enum(SUBTASK_STATUSES),
    }),
  ),
  edges: z.array(z.strictObject({ from: z.string(), to: z.string(), critical: z.boolean() })),
  critical_path: z.array(z.string()),
});
