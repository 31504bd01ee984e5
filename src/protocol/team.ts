import { z } from "zod";
import { MOST_RULES, notifyRuleSchema } from "./notify.ts";
import { approvalSchema } from "./task.ts";

/** Reserved names are no agents. */
const agentIdSchema = z
  .string()
  .regex(/^(?!(?:human|self|system)$)[a-z0-9][a-z0-9_-]{0,63}$/, "not an agent id");

const durationSchema = z.string().regex(/^\d+(ms|s|m|h)$/, "a duration like 500ms, 30s, 5m, 2h");

const brainSchema = z.union([
  z.strictObject({ command: z.array(z.string()).min(1) }),
  z.strictObject({ text: z.union([z.array(z.string()).min(1), z.string().min(1)]) }),
  z.strictObject({ module: z.string().min(1) }),
  z.strictObject({ person: z.string().min(1) }),
]);

/** `text: <name>` names a preset. */
export type BrainConfig = z.infer<typeof brainSchema>;

export const agentConfigSchema = z.strictObject({
  description: z.string().default(""),
  /** Whom it may give work to; `["*"]`: any other agent of the team. Default: nobody. */
  peers: z.array(z.string()).default([]),
  brain: brainSchema,
  /** Brains of this agent that run at once. Default: 1. */
  concurrency: z.int().min(1).max(64).default(1),
  /** Relative to the team file. Default: `<root>/<agent>`. */
  workspace: z.string().optional(),
  /** 1 for a peer that speaks version 1 of the protocol. */
  protocol: z.union([z.literal(1), z.literal(2)]).default(2),
});
export type AgentConfig = z.infer<typeof agentConfigSchema>;

export const limitsSchema = z.strictObject({
  /** How many levels below the root task. Default: 5. */
  depth: z.int().min(0).max(100).default(5),
  /** Subtasks of one task. Default: 100. */
  subtasks: z.int().min(1).max(1000).default(100),
  /** Subtasks dispatched at a time by one task. Default: 8. */
  concurrency: z.int().min(1).max(1000).default(8),
  /** Brains running at once in a host. Default: 2 × processor cores. */
  brains: z.int().min(1).max(1024).optional(),
  /** Bytes of one message. Default: 4 MiB. */
  message_bytes: z
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(4 * 1024 * 1024),
  /** Bytes of upstream results in a Context; the rest crosses as attachments. Default: 256 KiB. */
  context_bytes: z
    .int()
    .min(0)
    .default(256 * 1024),
  /** Whole time of one attempt of a subtask. Default: 30m. */
  timeout: durationSchema.default("30m"),
  /** Time without a sign of life after which a peer is asked. Default: 10m. */
  silence: durationSchema.default("10m"),
  /** Running time within which a TASK must be accepted. Default: 15m. */
  delivery: durationSchema.default("15m"),
  /** Running time after which a question or an approval that nobody gave is answered with no. Default: 24h. */
  answer: z
    .string()
    .regex(/^(?!0+\D)\d+(ms|s|m|h)$/, "a duration like 30s, 5m, 2h, longer than 0")
    .default("24h"),
  /** How often a person is reminded of what waits for them; `0s`: never. Default: 1h. */
  reminder: durationSchema.default("1h"),
  /** How often a passing error of a brain is tried again. Default: 5. */
  retries: z.int().min(0).max(100).default(5),
});
export type Limits = z.infer<typeof limitsSchema>;

export const teamSchema = z.strictObject({
  agents: z.record(agentIdSchema, agentConfigSchema),
  limits: limitsSchema.prefault({}),
  /** The defaults of every task's policy. */
  policy: z
    .strictObject({
      on_failure: z.enum(["fail-fast", "continue"]).optional(),
      max_attempts: z.int().min(1).optional(),
      approval: approvalSchema.optional(),
    })
    .optional(),
  /** `full` syncs every commit; `os` never does (tests, throw-away runs). Default: full. */
  durability: z.enum(["full", "os"]).default("full"),
  /** Who is told of what, and how. */
  notify: z.array(notifyRuleSchema).max(MOST_RULES).default([]),
});
export type Team = z.infer<typeof teamSchema>;
