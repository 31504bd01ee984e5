import { z } from "zod";
import { ERROR_CODES } from "./errors.ts";
import { CONTROLS } from "./message.ts";
import { addressSchema, messageIdSchema, subtaskIdSchema, taskIdSchema } from "./task.ts";

/**
 * One line of `clawflow log`. Every event is derived from files alone (messages in their folders, task.md, `calls/`), so that a log can
 * be made at any time, also of a workspace whose host never ran one. New kinds and new fields may come within `v: 1`; readers pass over what
 * they do not know.
 */
const common = {
  v: z.literal(1),
  /** ISO 8601 UTC as the file says; empty where it does not (version 1). For people: the order of events does not rest on it. */
  time: z.string(),
  /** In whose workspace it stands. */
  agent: addressSchema,
  /** The file that says so, relative to the workspace. */
  file: z.string(),
};

/** Where a message that was sent stands: in `outbox/pending/`, or accepted. */
const sent = z.enum(["pending", "accepted"]);
/** Where a message that came in stands: in the inbox, the archive (once more: a repeat), or the dead letters. */
const received = z.enum(["waiting", "handled", "repeat", "dead"]);

const message = {
  ...common,
  message: messageIdSchema,
  from: addressSchema,
  to: addressSchema,
  /** As the envelope says it: the task of whoever gave the work. */
  task: taskIdSchema,
  subtask: subtaskIdSchema.optional(),
  attempt: z.int().min(1),
};
const task = { title: z.string() };
const reply = { status: z.enum(["done", "failed", "cancelled"]) };
/** `text`: the reason, the answer, the edit; its beginning where it is long. */
const control = { control: z.enum(CONTROLS), text: z.string().optional() };
const outcome = {
  outcome: z.enum(["results", "plan", "ask", "error"]),
  question: messageIdSchema.optional(),
};
const progress = { note: z.string() };

/** Of the task itself: its local id, as its folder in `tasks/` is found by. */
const local = { ...common, task: taskIdSchema };

export const logEventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("task:sent"), ...message, ...task, state: sent }),
  z.object({ event: z.literal("task:received"), ...message, ...task, state: received }),
  z.object({ event: z.literal("reply:sent"), ...message, ...reply, state: sent }),
  z.object({ event: z.literal("reply:received"), ...message, ...reply, state: received }),
  z.object({ event: z.literal("control:sent"), ...message, ...control, state: sent }),
  z.object({ event: z.literal("control:received"), ...message, ...control, state: received }),
  z.object({ event: z.literal("progress:sent"), ...message, ...progress, state: sent }),
  z.object({ event: z.literal("progress:received"), ...message, ...progress, state: received }),
  /** An outcome that came in by message: a tool call, the command line. */
  z.object({ event: z.literal("outcome:received"), ...message, ...outcome, state: received }),
  /** A message of the agent to itself: a plan or a synthesis as it was given. */
  z.object({ event: z.literal("outcome:recorded"), ...message, ...outcome }),
  /** In the dead letters, whether its envelope could be read or not. */
  z.object({
    event: z.literal("message:dead"),
    ...common,
    code: z.enum(ERROR_CODES),
    reason: z.string(),
    message: messageIdSchema.optional(),
    from: addressSchema.optional(),
    task: taskIdSchema.optional(),
    subtask: subtaskIdSchema.optional(),
    attempt: z.int().min(1).optional(),
  }),
  z.object({ event: z.literal("task:created"), ...local, title: z.string(), from: addressSchema }),
  z.object({
    event: z.literal("task:finished"),
    ...local,
    title: z.string(),
    status: z.enum(["done", "failed", "cancelled"]),
    error: z.string().optional(),
  }),
  /** It was a person's turn from then on. `text`: what they are asked, where the files still say so. */
  z.object({
    event: z.literal("task:waiting"),
    ...local,
    subtask: subtaskIdSchema.optional(),
    for: z.enum(["approval", "answer", "person"]),
    text: z.string().optional(),
  }),
  /** Of an edit of task.md something was not taken. */
  z.object({ event: z.literal("edit:problem"), ...local, text: z.string() }),
  /** A call that has ended: `calls/<n>.json`. */
  z.object({
    event: z.literal("brain:called"),
    ...local,
    call: z.int().min(1),
    question: messageIdSchema,
    kind: z.enum(["consider", "subtask", "synthesise", "script"]),
    /** How often the brain was asked this. */
    asked: z.int().min(1),
    /** Milliseconds. */
    duration: z.number().nonnegative(),
    outcome: z.enum(["results", "plan", "ask", "error"]),
    exit: z.union([z.number(), z.string()]).optional(),
    error: z.string().optional(),
  }),
]);

export type LogEvent = z.infer<typeof logEventSchema>;
export type LogEventName = LogEvent["event"];
