import { z } from "zod";
import { AGENT_ADDRESS } from "./ids.ts";

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
  /** What a person has approved: the hash of program, arguments, agents, limits and budget. */
  approved: z.string().max(64).optional(),
  /** The revision of the task at which it became what it is: what was called before was called by another. Absent: as it was given. */
  since: z.int().optional(),
});
export type Script = z.infer<typeof scriptSchema>;

/** Of a subtask that a script called. */
export const callSchema = z.strictObject({
  /** Where in the flow of control: the same each time the program runs. */
  path: z.string().max(32 * 1024),
  /** Later rounds ask the same agent again, whose answer did not fit the schema. Default: 1. */
  round: z.int().min(2).optional(),
  /** Hash of the options that can change the answer, and of these with agent and prompt: what has it is the same call. */
  options: z.string().max(64),
  hash: z.string().max(64),
  label: z.string().max(200).optional(),
  phase: z.string().max(200).optional(),
  /** The revisions of the task at which it was asked and answered: the order in which the program heard of answers. */
  began: z.int().optional(),
  ended: z.int().optional(),
  /** `E_CODE: why`, of the last round of a call none of whose answers fitted its schema: it failed, though an answer was given. */
  unfit: z.string().max(5_000).optional(),
});
export type ScriptCall = z.infer<typeof callSchema>;
