import { z } from "zod";
import { amountsSchema } from "../protocol/amounts.ts";
import { ERROR_CODES } from "../protocol/errors.ts";
import { SUBTASK_STATUSES, TASK_STATUSES } from "../protocol/task.ts";

/*
 * What `--json` prints, one shape a command, and nothing else on standard output. Fields may be added; none is renamed, removed or given another
 * meaning. Times are ISO 8601 UTC, paths absolute.
 */

const ended = z.enum(["done", "failed", "cancelled"]);
const status = z.enum([...new Set([...TASK_STATUSES, ...SUBTASK_STATUSES])]);

export const standingShape = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("undelivered"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("delivered"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("working"), since: z.string().optional() }),
  z.strictObject({
    state: z.literal("waiting"),
    for: z.string(),
    what: z.string(),
    since: z.string().optional(),
  }),
  z.strictObject({ state: z.literal("replying"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("finished"), status: z.string(), since: z.string().optional() }),
]);

/** Of every command that ends with an error; the text on standard error says the same to people. */
export const errorShape = z.strictObject({
  error: z.strictObject({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string().optional() }),
});

/** `run`, and `send --wait`. */
export const answerShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  status: ended,
  output: z.string(),
  error: z.string().optional(),
  files: z.array(z.strictObject({ name: z.string(), bytes: z.number(), path: z.string() })),
  /** Milliseconds that this command waited. */
  duration: z.number(),
  messages: z.number(),
  look_at: z.strictObject({ task: z.string(), archive: z.string(), answer: z.string() }),
});

/** `send` */
export const sentShape = z.strictObject({ task_id: z.string(), agent: z.string(), message: z.string() });

/** `tree` */
const treeNode = z.strictObject({
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

const taskLine = {
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
const listedTask = z.strictObject({ ...taskLine, subtasks: z.record(z.string(), z.number()) });

/** `status` */
export const statusShape = z.strictObject({
  root: z.string(),
  hosts: z.array(
    z.strictObject({ pid: z.number(), state: z.enum(["alive", "unknown"]), agents: z.array(z.string()) }),
  ),
  problems: z.array(
    z.strictObject({
      kind: z.enum(["dead", "undelivered", "failed", "person", "unreadable"]),
      agent: z.string(),
      task_id: z.string().optional(),
      /** Relative to the agent's workspace. */
      file: z.string().optional(),
      text: z.string(),
      since: z.string().optional(),
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
  subtasks: z.array(
    z.strictObject({
      subtask: z.string(),
      agent: z.string(),
      status: z.enum(SUBTASK_STATUSES),
      standing: standingShape,
      attempt: z.number(),
      depends_on: z.array(z.string()),
      granted: amountsSchema.optional(),
      used: amountsSchema.optional(),
      summary: z.string().optional(),
      error: z.string().optional(),
    }),
  ),
});
