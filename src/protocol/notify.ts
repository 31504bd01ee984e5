import { z } from "zod";
import { PROBLEM_KINDS } from "./problem-kinds.ts";

/** What a person can be told of. */
export const NOTICE_KINDS = ["needs-you", "failed", "stuck", "budget", "finished"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const duration = z.string().regex(/^(?!0+\D)\d+(ms|s|m|h)$/, "a duration like 30s, 5m, 2h, longer than 0");
const share = z.string().regex(/^([1-9]\d?|100)%$/, "a share like 80%");

const eventSchema = z.union([
  z.enum(NOTICE_KINDS),
  /** That long the same thing has held a task back. */
  z.strictObject({ stuck: duration }),
  z.strictObject({ budget: share }),
]);

/** How long one try may take. */
const timeout = duration.default("10s");

const webhookSchema = z.strictObject({
  webhook: z
    .string()
    .regex(/^https?:\/\/[^\s/?#@]+([/?#]\S*)?$/, "an address like https://host/path, without a password"),
  /** Name of the environment variable with the key that messages are signed with. */
  secret: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "the name of an environment variable")
    .optional(),
  timeout,
});
const commandSchema = z.strictObject({
  /** The program and its arguments; never a shell line. */
  command: z.array(z.string()).min(1),
  timeout,
});
/** The key of a session of an agent of OpenClaw. */
const openclawSchema = z.strictObject({
  openclaw: z.string().regex(/^agent:[^\s:]+:\S+$/, "the key of a session like agent:lead:main"),
});

/** `22:00-07:00`, in the time zone of the machine. */
const QUIET = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;
const ruleFields = {
  on: z.array(eventSchema).min(1),
  /** Of the tasks of these agents alone, of every level. */
  agents: z.array(z.string()).min(1).optional(),
  /** Default: `jobs`, and with `agents`: `all`. In patterns `*` stands for anything but a dot, `**` for anything. */
  tasks: z
    .union([
      z.enum(["jobs", "all"]),
      z
        .array(z.string().regex(/^[a-z0-9.*_-]{1,200}$/i, "an id of a task, or a pattern like launch-*"))
        .min(1),
    ])
    .optional(),
  /** What comes in this time of day is told in one message when it is over. */
  quiet: z.string().regex(QUIET, "times of day like 22:00-07:00").optional(),
};

/** A rule of a team file. */
export const notifyRuleSchema = z.strictObject({
  ...ruleFields,
  to: z.union([z.literal("desktop"), commandSchema, webhookSchema]),
});
/** A rule of the OpenClaw plugin, which starts no processes. */
export const pluginRuleSchema = z.strictObject({
  ...ruleFields,
  to: z.union([openclawSchema, webhookSchema]),
});
export const MOST_RULES = 32;

export type NotifyTarget = z.infer<typeof notifyRuleSchema>["to"] | z.infer<typeof pluginRuleSchema>["to"];
/** A rule of either, as it is written. */
export type NotifyRule = Omit<z.infer<typeof notifyRuleSchema>, "to"> & { to: NotifyTarget };

/** One thing that a person is told of. */
export const noticeSchema = z.object({
  /** The same whenever it is made of the same files. */
  id: z.string(),
  kind: z.enum(NOTICE_KINDS),
  /** Of `needs-you`, and of a job that failed: what `clawflow status` calls it. */
  problem: z.enum(PROBLEM_KINDS).optional(),
  agent: z.string(),
  task: z.string().optional(),
  subtask: z.string().optional(),
  title: z.string().optional(),
  /** The job that the task belongs to, at the agent that got it. */
  job: z.string().optional(),
  /** How it ended. */
  status: z.enum(["done", "failed", "cancelled"]).optional(),
  /** The words of agents and people are in it. At most 2,000 characters. */
  text: z.string(),
  /** ISO 8601 UTC. */
  since: z.string().optional(),
  /** The file that it is about, relative to the agent's workspace. */
  file: z.string().optional(),
  /** What would move it. */
  command: z.string().optional(),
  /** Of `stuck`: after which time; of `budget`: at which share, of which amount. */
  limit: z.string().optional(),
  /** It was so, and is not any more. */
  over: z.literal(true).optional(),
});
export type Notice = z.infer<typeof noticeSchema>;

/** What a place is sent, as a command reads it on standard input and a webhook in the body. */
export const notificationSchema = z.object({
  v: z.literal(1),
  /** The same at every try: by it a receiver knows a repeat. */
  id: z.string(),
  /** ISO 8601 UTC. */
  sent_at: z.string(),
  /** Of this message, from 1. */
  try: z.int().min(1),
  /** Folder of the workspaces, absolute. */
  root: z.string(),
  /** All of it in a line. */
  headline: z.string(),
  /** It was held back by quiet hours. */
  after_quiet: z.literal(true).optional(),
  /** Only to see whether it arrives. */
  test: z.literal(true).optional(),
  /** What matters first comes first. */
  events: z.array(noticeSchema),
  /** Events that have no room in `events`. */
  more: z.int().min(1).optional(),
});
export type Notification = z.infer<typeof notificationSchema>;
