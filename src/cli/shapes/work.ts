import { z } from "zod";
import { ERROR_CODES } from "../../protocol/errors.ts";
import { ended } from "./parts.ts";

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

/** `send`; `already`: work of that id with that text was given before, and this gave nothing new */
export const sentShape = z.strictObject({
  task_id: z.string(),
  agent: z.string(),
  message: z.string(),
  already: z.literal(true).optional(),
});

/** `cancel`, `retry`, `set`, `plan`, `done`, `fail`: the message that was put into the agent's inbox. */
export const actedShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  subtask: z.string().optional(),
  message: z.string(),
});

/** `message` */
export const templateShape = z.strictObject({ text: z.string() });

/** `init`: the files that were written. */
export const initShape = z.strictObject({ files: z.array(z.string()) });

/** `dashboard`: where it is opened, once. */
export const dashboardShape = z.strictObject({ url: z.string() });
