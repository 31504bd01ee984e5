import { z } from "zod";
import { amountsSchema } from "./amounts.ts";
import { scriptSchema } from "./script.ts";
import {
  attachmentSchema,
  messageIdSchema,
  partySchema,
  policyPatchSchema,
  subtaskIdSchema,
  taskIdSchema,
  traceSchema,
} from "./task.ts";

/**
 * The envelope: the frontmatter of a message. Messages of version 1 hold only the fields marked 1; `parseMessage` fills in the
 * rest (`version: 1`, `id` from the hash of the bytes, attempt 1), so that the loop sees one shape.
 */
const common = {
  /** 2; absent in files of version 1. */
  clawflow: z.literal(2).optional(),
  id: messageIdSchema,
  /** 1. The sender's task id in a task; echoed in a reply. Of a human's control: the local id. */
  task_id: taskIdSchema,
  /** 1 */
  subtask_id: subtaskIdSchema.optional(),
  attempt: z.int().min(1).default(1),
  /** 1 */
  from: partySchema,
  to: partySchema,
  /** 1. ISO 8601 UTC, for people. */
  sent_at: z.string(),
  in_reply_to: messageIdSchema.optional(),
  signature: z.string().optional(),
};

export const taskEnvelopeSchema = z.object({
  ...common,
  type: z.literal("task"),
  trace: traceSchema.optional(),
  /** Milliseconds left until the work must be answered, counted by each side on its own clock. */
  deadline_in: z.number().nonnegative().optional(),
  budget: amountsSchema.optional(),
  policy: policyPatchSchema.optional(),
  /** The work is a workflow script: the program is the instructions. A person's alone. */
  script: scriptSchema.optional(),
  attachments: z.array(attachmentSchema).optional(),
});

export const replyEnvelopeSchema = z.object({
  ...common,
  type: z.literal("reply"),
  /** 1 */
  status: z.enum(["done", "failed", "cancelled"]),
  /** 1 */
  completed_at: z.string(),
  used: amountsSchema.optional(),
  trace: traceSchema.optional(),
  attachments: z.array(attachmentSchema).optional(),
});

export const CONTROLS = [
  "cancel",
  "pause",
  "resume",
  "retry",
  "approve",
  "reject",
  "answer",
  "edit",
] as const;

export const controlEnvelopeSchema = z.object({
  ...common,
  type: z.literal("control"),
  control: z.enum(CONTROLS),
  /** Of an approval: the plan that it is for, `waiting.plan` of the task.md that was read. */
  plan: z.string().max(64).optional(),
  /** Of an agent's pause, resume or edit: the sender counts up; of two the one with the higher number holds, whichever came first. */
  number: z.int().nonnegative().optional(),
});

/** What an agent decided: its own word from outside the host's process, or the record of a plan or synthesis. */
export const outcomeEnvelopeSchema = z.object({
  ...common,
  type: z.literal("outcome"),
  /** The question that it answers; absent when a person speaks for whatever is open. */
  question: messageIdSchema.optional(),
  outcome: z.enum(["results", "plan", "ask", "error"]),
  used: amountsSchema.optional(),
});

export const progressEnvelopeSchema = z.object({
  ...common,
  type: z.literal("progress"),
  /** Where the work stands, in one line: "working", "waiting for an answer of human", … */
  note: z.string().max(2000),
});

export const envelopeSchema = z.discriminatedUnion("type", [
  taskEnvelopeSchema,
  replyEnvelopeSchema,
  controlEnvelopeSchema,
  outcomeEnvelopeSchema,
  progressEnvelopeSchema,
]);

/** What every message has beside its envelope. */
interface Carried {
  version: 1 | 2;
  extra?: Record<string, unknown>;
}

export interface TaskBody {
  title: string;
  context: string;
  instructions: string;
  expected_output: string;
}
export interface ReplyBody {
  /** Of a done reply. */
  results: string;
  /** Of a failed or cancelled one. */
  error: string;
  /** `None` if there are none. */
  partial: string;
}

export type TaskMessage = z.infer<typeof taskEnvelopeSchema> & Carried & { body: TaskBody };
export type ReplyMessage = z.infer<typeof replyEnvelopeSchema> & Carried & { body: ReplyBody };
export type ControlMessage = z.infer<typeof controlEnvelopeSchema> & Carried & { body: { text: string } };
/** The body of an outcome is the text of the results, question or error, or the plan as JSON. */
export type OutcomeMessage = z.infer<typeof outcomeEnvelopeSchema> & Carried & { body: { text: string } };
export type ProgressMessage = z.infer<typeof progressEnvelopeSchema> & Carried & { body: { text: string } };

export type Message = TaskMessage | ReplyMessage | ControlMessage | OutcomeMessage | ProgressMessage;
export type MessageType = Message["type"];
