import { z } from "zod";
import { ERROR_CODES } from "../protocol/errors.ts";
import type { BudgetSetup, Spent } from "./inside/types.ts";
import { LARGEST, MOST_FAILURES, MOST_LINES, type ScriptLimits } from "./limits.ts";
import type { Insertion } from "./positions.ts";
import type { CallResult, JsonSchema, JsonValue } from "./types.ts";

/** A program that was checked, as the sandbox takes it. */
export interface SandboxProgram {
  /** For messages; the script that is run has none. */
  name?: string;
  code: string;
  insertions: readonly Insertion[];
}

/** What a sandbox is started with. */
export interface SandboxSetup {
  program: SandboxProgram;
  /** JSON; absent: `args` is undefined. */
  args?: string;
  seed: string;
  now: number;
  limits: ScriptLimits;
  budget: BudgetSetup;
  /** Who may be asked; absent: the host finds out. */
  agents?: readonly string[];
}

/** What a sandbox is given to go on with. */
export type ToSandbox =
  | { kind: "begin" }
  | { kind: "answer"; id: number; result: CallResult; spent: Spent }
  | { kind: "program"; id: number; program: SandboxProgram }
  | { kind: "no-program"; id: number; code: string; reason: string };

const code = z.enum(ERROR_CODES);
const whole = z.number().int().nonnegative();
const path = z.string().max(LARGEST.path);
const name = z.string().max(LARGEST.name);
const reason = z.string().max(10_000);

const json: z.ZodType<JsonValue> = z.json();
const schema: z.ZodType<JsonSchema> = z.union([z.boolean(), z.record(z.string(), json)]);

export const sandboxCallSchema = z.strictObject({
  kind: z.literal("call"),
  id: whole,
  path,
  round: whole.min(1).max(3),
  prompt: z.string().min(1).max(LARGEST.prompt),
  agent: name.optional(),
  schema: schema.optional(),
  label: name.optional(),
  phase: name.optional(),
  timeout: z.number().positive().max(1e12).optional(),
  attempts: whole.min(1).max(100).optional(),
  model: name.optional(),
  fault: z.strictObject({ answer: z.string().max(LARGEST.answer), problem: reason }).optional(),
});
export type SandboxCall = z.infer<typeof sandboxCallSchema>;

export const failureSchema = z.strictObject({
  path,
  code,
  reason,
  agent: name.optional(),
  label: name.optional(),
  line: whole.optional(),
  column: whole.optional(),
});

const eventSchema = z.discriminatedUnion("kind", [
  sandboxCallSchema,
  z.strictObject({ kind: z.literal("workflow"), id: whole, path, name }),
  z.strictObject({
    kind: z.literal("log"),
    path,
    phase: name.optional(),
    text: z.string().max(LARGEST.line + 100),
  }),
  z.strictObject({ kind: z.literal("phase"), path, name }),
  z.strictObject({ kind: z.literal("failure"), failure: failureSchema }),
  z.strictObject({ kind: z.literal("unfit"), path, round: whole.min(1).max(3), code, reason }),
]);
export type SandboxEvent = z.infer<typeof eventSchema>;

export const scriptErrorSchema = z.strictObject({
  code,
  message: reason,
  script: name.optional(),
  line: whole.optional(),
  column: whole.optional(),
});

/** What a sandbox did between taking something and waiting again. It comes from where a script runs: nothing in it is believed unchecked. */
export const turnSchema = z.strictObject({
  events: z.array(eventSchema).max(2 * MOST_LINES + MOST_FAILURES + 4096),
  ended: z
    .discriminatedUnion("status", [
      z.strictObject({
        status: z.literal("done"),
        result: z
          .string()
          .max(LARGEST.result + 2)
          .optional(),
      }),
      z.strictObject({ status: z.literal("failed"), error: scriptErrorSchema }),
    ])
    .optional(),
});
export type Turn = z.infer<typeof turnSchema>;

/** A script that runs somewhere. */
export interface Sandbox {
  /** Resolves with what the script did until it waits; rejects with a ClawflowError if it had to be ended, and then nothing more is taken. */
  give(message: ToSandbox): Promise<Turn>;
  /** Ends it, whatever it does. */
  close(): Promise<void>;
}

export type StartSandbox = (setup: SandboxSetup) => Promise<Sandbox>;
