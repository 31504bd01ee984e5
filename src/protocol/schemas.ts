import { z } from "zod";
import { logEventSchema } from "./log-event.ts";
import {
  controlEnvelopeSchema,
  outcomeEnvelopeSchema,
  progressEnvelopeSchema,
  replyEnvelopeSchema,
  taskEnvelopeSchema,
} from "./message.ts";
import { notificationSchema } from "./notify.ts";
import { outcomeSchema } from "./outcome.ts";
import { questionSchema } from "./question.ts";
import { partySchema, subtaskIdSchema, subtaskSchema, taskFrontmatterSchema, taskIdSchema } from "./task.ts";
import { teamSchema } from "./team.ts";

const version2 = { clawflow: z.literal(2) };

/** Version 1 is known by the absence of the field `clawflow`. */
const version1 = {
  clawflow: z.never().optional(),
  task_id: taskIdSchema,
  /** From the second attempt on it ends in `--<attempt>`. */
  subtask_id: z
    .string()
    .regex(/^(?!.*--.*--)[a-z][a-z0-9-]{0,69}$/)
    .optional(),
  from: partySchema,
  to: partySchema.optional(),
  sent_at: z.string().optional(),
};

/** The frontmatter of a message file of either version. */
export const messageFileSchema = z.union([
  z.discriminatedUnion("type", [
    taskEnvelopeSchema.extend(version2),
    replyEnvelopeSchema.extend(version2),
    controlEnvelopeSchema.extend(version2),
    outcomeEnvelopeSchema.extend(version2),
    progressEnvelopeSchema.extend(version2),
  ]),
  z.object({ type: z.literal("task"), ...version1 }),
  z.object({
    type: z.literal("reply"),
    ...version1,
    status: z.enum(["done", "failed", "cancelled"]),
    completed_at: z.string().optional(),
  }),
]);

/** The frontmatter of a task.md of version 2. */
export const taskFileSchema = taskFrontmatterSchema.extend({
  subtasks: z.record(subtaskIdSchema, subtaskSchema).optional(),
});

/** What stands in `schemas/`, by the name of the file without `.schema.json`. */
export const SCHEMAS = {
  message: { title: "Frontmatter of a Clawflow message", schema: messageFileSchema },
  task: { title: "Frontmatter of a Clawflow task.md", schema: taskFileSchema },
  outcome: { title: "What a brain of Clawflow answers", schema: outcomeSchema },
  question: { title: "What a brain of Clawflow is asked", schema: questionSchema },
  team: { title: "A team file of Clawflow", schema: teamSchema },
  event: { title: "A line of clawflow log --json", schema: logEventSchema },
  notification: {
    title: "What Clawflow tells a person by a command or a webhook",
    schema: notificationSchema,
  },
} as const;
export type SchemaName = keyof typeof SCHEMAS;

/** JSON Schema (2020-12) of what is written; fields with a default may be left out. */
export function jsonSchema(name: SchemaName): Record<string, unknown> {
  const { title, schema } = SCHEMAS[name];
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return { $schema, title, ...rest };
}
