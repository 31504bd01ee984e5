import { z } from "zod";
import { amountsSchema } from "./amounts.ts";
import { AGENT_ADDRESS, MESSAGE_ID, PARTY, SUBTASK_ID, TASK_ID } from "./ids.ts";
import { callSchema, scriptSchema } from "./script.ts";

export const taskIdSchema = z.string().regex(TASK_ID, "not a task id");
export const subtaskIdSchema = z.string().regex(SUBTASK_ID, "not a subtask id");
export const messageIdSchema = z.string().regex(MESSAGE_ID, "not a message id");
export const addressSchema = z.string().regex(AGENT_ADDRESS, "not an agent id");
export const partySchema = z.string().regex(PARTY, "not an agent id");

export const attachmentSchema = z.strictObject({
  name: z.string().min(1).max(255),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
  media_type: z.string().default("application/octet-stream"),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** The way of a job from its root to here. */
export const traceSchema = z.object({
  root: taskIdSchema,
  depth: z.int().nonnegative(),
  path: z.array(addressSchema),
  traceparent: z.string().optional(),
});
export type Trace = z.infer<typeof traceSchema>;

export const approvalSchema = z.union([
  z.enum(["never", "always", "first"]),
  z.strictObject({ above: z.strictObject({ subtasks: z.int().optional(), usd: z.number().optional() }) }),
]);
/** What a message or a plan may say of the policy; what it leaves out stays as it was. */
export const policyPatchSchema = z.strictObject({
  on_failure: z.enum(["fail-fast", "continue"]).optional(),
  max_attempts: z.int().min(1).max(100).optional(),
  concurrency: z.int().min(1).max(1000).optional(),
  approval: approvalSchema.optional(),
});
export const policySchema = z.strictObject({
  on_failure: z.enum(["fail-fast", "continue"]).default("fail-fast"),
  max_attempts: z.int().min(1).max(100).default(1),
  concurrency: z.int().min(1).max(1000).default(8),
  approval: approvalSchema.default("never"),
});
export type Policy = z.infer<typeof policySchema>;

/** A question that is open. Running-clock times are milliseconds that the agent's host has run. */
export const askingSchema = z.strictObject({
  question: z.string(),
  /** `script`: its program runs, in place of the agent's brain. */
  kind: z.enum(["consider", "subtask", "synthesise", "script"]),
  /** How often the brain was asked this; 0 if the task was paused when the question came up. */
  asked: z.int().min(0).default(1),
  /** ISO 8601 UTC, for people. */
  since: z.string(),
  /** The brain's process and when it started, as the operating system tells it; to end it after a crash. */
  pid: z.int().optional(),
  started: z.string().optional(),
  /** Passing errors so far, and the running-clock time before which it is not asked again. */
  retries: z.int().optional(),
  not_before: z.number().optional(),
  /** Why it is asked again: a plan that was refused, by the rules or by a person. */
  problem: z.string().optional(),
  /** Its last answer was refused by the rules: one more refusal ends the work. */
  refused: z.literal(true).optional(),
});
export type Asking = z.infer<typeof askingSchema>;

/** It is a person's turn. Running-clock times are milliseconds that the agent's host has run. */
export const waitingSchema = z.strictObject({
  for: z.enum(["approval", "answer", "person"]),
  text: z.string(),
  /** ISO 8601 UTC, for people. */
  since: z.string(),
  question: z.string(),
  /** What an approval is for: `planHash` of the subtasks that were shown. */
  plan: z.string().optional(),
  /** When the answer is no, and when the person is reminded next. */
  due: z.number().optional(),
  remind: z.number().optional(),
  /** Reminders so far. */
  reminded: z.int().nonnegative().optional(),
});
export type Waiting = z.infer<typeof waitingSchema>;

export const SUBTASK_STATUSES = ["pending", "dispatched", "done", "failed", "cancelled", "skipped"] as const;
export type SubtaskStatus = (typeof SUBTASK_STATUSES)[number];

export const subtaskSchema = z.object({
  agent: addressSchema,
  description: z.string().default(""),
  instructions: z.string().optional(),
  context: z.string().optional(),
  expected_output: z.string().optional(),
  depends_on: z.array(z.string()).default([]),
  status: z.enum(SUBTASK_STATUSES).default("pending"),
  attempt: z.int().min(0).default(0),
  timeout: z.string().optional(),
  max_attempts: z.int().min(1).optional(),
  budget: amountsSchema.optional(),
  result_summary: z.string().optional(),
  /** `E_CODE: why`, where it failed, was cancelled or skipped. */
  error: z.string().optional(),
  attachments: z.array(attachmentSchema).optional(),
  /** The id of the TASK message of the current attempt, and of the REPLY that was taken. */
  message: z.string().optional(),
  reply: z.string().optional(),
  /** Running-clock times: when it times out, the last sign of life, before when it is not sent (backoff). */
  due: z.number().optional(),
  heard: z.number().optional(),
  not_before: z.number().optional(),
  /** TASKs sent again since the last sign of life. */
  probes: z.int().optional(),
  /** The grant of the current attempt, and what all ended attempts used (a silent one: its whole grant). */
  granted: amountsSchema.optional(),
  used: amountsSchema.optional(),
  /** Attempts that were given up and have not reported. */
  silent: z.array(z.int()).optional(),
  asking: askingSchema.optional(),
  /** Of a subtask of one's own (`agent: self`) that asked a person. */
  waiting: waitingSchema.optional(),
  /** Questions of this attempt to a person that nobody answered in time. */
  unanswered: z.int().nonnegative().optional(),
  /** It is not sent before it goes on; where a peer has it, that one was told. */
  paused: z.literal(true).optional(),
  /** The peer answered in version 1: later attempts go out as `<id>--<attempt>`. */
  version_1: z.literal(true).optional(),
  call: callSchema.optional(),
  dispatched_at: z.string().optional(),
  finished_at: z.string().optional(),
  /** Results too large for task.md stand in `results/<id>.md`; the name is said here, in files only. */
  results_file: z.string().optional(),
});
/**
 * A subtask in memory: what its frontmatter says; its results, which stand in the body or in a file; and keys of a
 * person's own, kept as they are.
 */
export type Subtask = z.infer<typeof subtaskSchema> & { results?: string; extra?: Record<string, unknown> };

export const TASK_STATUSES = [
  "pending",
  "in-progress",
  "planning",
  "executing",
  "aggregating",
  "done",
  "failed",
  "cancelled",
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const replyToSchema = z.strictObject({
  task_id: taskIdSchema,
  subtask_id: z.string().optional(),
  attempt: z.int().min(1).default(1),
  /** The id of the TASK message. */
  message: z.string(),
  version_1: z.literal(true).optional(),
});

export const taskFrontmatterSchema = z.object({
  clawflow: z.literal(2),
  task_id: taskIdSchema,
  title: z.string().default(""),
  mode: z.enum(["undecided", "direct", "coordinating"]).default("undecided"),
  status: z.enum(TASK_STATUSES).default("pending"),
  from: addressSchema,
  reply_to: replyToSchema,
  /** Hash of the TASK's body: the same key with another body is other work. */
  body_hash: z.string(),
  rev: z.int().nonnegative().default(0),
  /** Counts the messages and questions of this task; their ids are derived from it. */
  number: z.int().nonnegative().default(0),
  policy: policySchema.prefault({}),
  script: scriptSchema.optional(),
  trace: traceSchema,
  budget: amountsSchema.optional(),
  /** What this agent itself used; what subtasks used stands at each of them. */
  used: amountsSchema.default({}),
  /** Running-clock time at which the work must be answered. */
  deadline: z.number().optional(),
  attachments: z.array(attachmentSchema).optional(),
  paused: z.literal(true).optional(),
  waiting: waitingSchema.optional(),
  asking: askingSchema.optional(),
  /** Questions to a person that nobody answered in time. */
  unanswered: z.int().nonnegative().optional(),
  /** Subtasks that were removed, with their last attempt: one that comes again under that id goes on counting. */
  removed: z.record(z.string(), z.int().nonnegative()).optional(),
  /** Calls to the brain so far: `calls/<n>.json`. */
  calls: z.int().nonnegative().default(0),
  /** Ids of the controls and of a person's outcomes that were taken, so that a repeat does nothing. */
  controls: z.array(z.string()).optional(),
  /** The number of the last pause or resume of the giver that was taken: an earlier one that comes later does nothing. */
  steered: z.int().nonnegative().optional(),
  /** The same of changes of its limits. */
  limited: z.int().nonnegative().optional(),
  /** The id of the final reply. */
  reply: z.string().optional(),
  created_at: z.string(),
  finished_at: z.string().optional(),
  error: z.string().optional(),
});

/** Long texts of a task: its sections in task.md. */
export interface TaskText {
  instructions: string;
  context: string;
  expected_output: string;
  notes: string;
  /** The answer: `## Results` of a direct task, `## Synthesised Output` of a coordinating one. */
  output: string;
  /** Partial results of a failed task. */
  partial: string;
}

/** The fields of a task that stand in its frontmatter, but for the subtasks. */
export type TaskFields = z.infer<typeof taskFrontmatterSchema>;

/**
 * A task in memory: the frontmatter of task.md, subtasks by id in their order, the body's texts. `extra` are keys of a
 * person's own, kept as they are.
 */
export interface Task extends TaskFields {
  subtasks: Map<string, Subtask>;
  text: TaskText;
  extra?: Record<string, unknown>;
  /**
   * task.md as a person left it: its comments, its order, its free text stay when it is written again. Absent where it is written in
   * the runtime's own way.
   */
  layout?: string;
}
