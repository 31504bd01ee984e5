import { z } from "zod";
import { AGENT_ADDRESS, TASK_ID } from "./ids.ts";

/**
 * Of a task that is the run of a workflow script; the program stands under `## Instructions`. All of it but `approved` is the giver's.
 */
export const scriptSchema = z.strictObject({
  /** For people; of a saved script the name that it was saved under. */
  name: z.string().max(200).optional(),
  /** What the program gets as `args`, as JSON. */
  args: z.string().max(1_000_000).optional(),
  /** Milliseconds since 1970 that `Date.now()` begins at, and what `Math.random()` is made of: the same each time the program is run. */
  now: z.number(),
  seed: z.string().max(64),
  /** Whom it may give work to; else all that the agent may. */
  agents: z.array(z.string().regex(AGENT_ADDRESS, "not an agent id")).max(1_000).optional(),
  /** Calls under way at a time. */
  concurrency: z.int().min(1).max(16).optional(),
  /** How long it may compute between two awaits, in milliseconds, and how much memory it may have, in bytes. */
  compute: z.int().min(1).optional(),
  memory: z.int().min(1).optional(),
  /** A run of the same agent whose recorded answers stand in for calls that are the same. */
  replays: z.string().regex(TASK_ID, "not a task id").optional(),
  /** What a person has approved: the hash of program, arguments, agents, limits and budget. */
  approved: z.string().max(64).optional(),
});
export type Script = z.infer<typeof scriptSchema>;

/** Of a subtask that a script called: where in the flow of control, and a hash of what it was called with. */
export const callSchema = z.strictObject({
  path: z.string().max(2_000),
  hash: z.string().max(64),
  label: z.string().max(200).optional(),
  phase: z.string().max(200).optional(),
});
export type ScriptCall = z.infer<typeof callSchema>;
