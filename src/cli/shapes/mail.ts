import { z } from "zod";
import { subtaskSchema, TASK_STATUSES, taskFrontmatterSchema } from "../../protocol/task.ts";
import { callSchema } from "../../view/read-calls.ts";
import { standingShape } from "./parts.ts";

export const place = z.enum(["pending", "outbox", "inbox", "dead", "archive"]);

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

/** `search` */
export const searchShape = z.strictObject({
  /** As they were looked for, in lower case. */
  words: z.array(z.string()),
  /** The newest first. */
  found: z.array(
    z.strictObject({
      kind: z.enum(["task", "message"]),
      /** In whose workspace the file is; `task_id` is the id that this agent has for it. */
      agent: z.string(),
      task_id: z.string().optional(),
      subtask: z.string().optional(),
      /** Of a message: its id and type. */
      message: z.string().optional(),
      type: z.string().optional(),
      /** Of a task. */
      title: z.string().optional(),
      status: z.enum(TASK_STATUSES).optional(),
      /** Of a message when it was sent, of a task when it ended or else began; empty where the file does not say. */
      time: z.string(),
      /** Relative to the agent's workspace. */
      file: z.string(),
      /** Which of its texts: `title`, `instructions`, `results`, … */
      field: z.string(),
      excerpt: z.string(),
    }),
  ),
  /** There are others, which are older. */
  more: z.boolean(),
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
