import { z } from "zod";
import { amountsSchema } from "../protocol/amounts.ts";
import { ERROR_CODES } from "../protocol/errors.ts";
import { SUBTASK_STATUSES, subtaskSchema, TASK_STATUSES, taskFrontmatterSchema } from "../protocol/task.ts";
import { callSchema } from "../view/read-calls.ts";
import { CHECKS } from "../view/verify/finding.ts";

/*
 * What `--json` prints, one shape a command, and nothing else on standard output. Fields may be added; none is renamed, removed or given another
 * meaning. Times are ISO 8601 UTC, paths absolute.
 *
 * Longer than 250 lines because whoever reads what a command prints finds every shape in one place.
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

/** `cancel`, `retry`, `plan`, `done`, `fail`: the message that was put into the agent's inbox. */
export const actedShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  subtask: z.string().optional(),
  message: z.string(),
});

const place = z.enum(["pending", "outbox", "inbox", "dead", "archive"]);

/** `show MESSAGE`; `text` is the file as it stands. */
export const shownMessageShape = z.strictObject({
  message: z.string(),
  places: z.array(z.strictObject({ agent: z.string(), place, path: z.string() })),
  text: z.string(),
});

/** `show TASK`: task.md, with its texts and results. */
export const shownTaskShape = taskFrontmatterSchema.extend({
  agent: z.string(),
  standing: standingShape,
  text: z.strictObject({
    instructions: z.string(),
    context: z.string(),
    expected_output: z.string(),
    notes: z.string(),
    output: z.string(),
    partial: z.string(),
  }),
  subtasks: z.array(subtaskSchema.extend({ subtask: z.string(), results: z.string().optional() })),
});

const letterLine = z.strictObject({
  /** Relative to the agent's workspace. */
  file: z.string(),
  type: z.string().optional(),
  message: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  task_id: z.string().optional(),
  subtask: z.string().optional(),
  attempt: z.number().optional(),
  sent_at: z.string().optional(),
  about: z.string().optional(),
  error: z.string().optional(),
});

/** `inbox`; `dead`: how many dead letters there are. */
export const inboxShape = z.strictObject({
  agent: z.string(),
  waiting: z.array(letterLine),
  handled: z.array(letterLine),
  dead: z.number(),
});

/** `calls` */
export const callsShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  calls: z.array(callSchema.extend({ call: z.number() })),
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

/** `verify` */
export const verifyShape = z.strictObject({
  findings: z.array(
    z.strictObject({
      check: z.enum(CHECKS),
      agent: z.string(),
      file: z.string().optional(),
      task_id: z.string().optional(),
      text: z.string(),
    }),
  ),
  checked: z.record(z.enum(CHECKS), z.number()),
  notes: z.array(z.string()),
});

/** `dead list` */
export const deadShape = z.strictObject({
  dead: z.array(
    z.strictObject({
      agent: z.string(),
      name: z.string(),
      message: z.string().optional(),
      reason: z.string(),
    }),
  ),
});

/** `dead requeue` */
export const requeuedShape = z.strictObject({ agent: z.string(), name: z.string() });

/** `gc`; `removed` is absent of a dry run. */
export const gcShape = z.strictObject({
  dry_run: z.boolean(),
  tasks: z.array(z.strictObject({ agent: z.string(), task_id: z.string() })),
  removed: z.strictObject({ tasks: z.number(), messages: z.number(), blobs: z.number() }).optional(),
});

/** `doctor` */
export const adoptedShape = z.strictObject({
  agent: z.string(),
  workspace: z.string(),
  as: z.enum(["moved", "copied"]),
});

/** `message` */
export const templateShape = z.strictObject({ text: z.string() });

/** `init`: the files that were written. */
export const initShape = z.strictObject({ files: z.array(z.string()) });
