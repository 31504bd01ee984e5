import { z } from "zod";
import { checkShape } from "../protocol/check-shape.ts";
import { AGENT_ID } from "../protocol/ids.ts";
import { MOST_RULES, pluginRuleSchema } from "../protocol/notify.ts";
import { limitsSchema } from "../protocol/team.ts";

/** A key or a task never crosses a network in plain text. */
const GATEWAY_URL = /^(wss:\/\/|ws:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$))/;

const { depth, subtasks, concurrency, timeout, silence, answer, reminder, retries } = limitsSchema.shape;

const remoteSchema = z
  .strictObject({
    url: z
      .string()
      .regex(GATEWAY_URL, "wss://host:port, or ws:// to this machine")
      .describe("Its gateway: wss://host:port, or ws://127.0.0.1:port, such as the end of an SSH tunnel."),
    token: z.string().min(1).describe("The token with which one connects to that gateway."),
    key: z
      .string()
      .min(16)
      .describe(
        "What messages between the two gateways are signed with: the same text, of at least 16 characters, in both configurations.",
      ),
    description: z.string().default("").describe("What it is good at; the agents that may ask it are told."),
  })
  .describe("An agent of another gateway.");

/**
 * `plugins.entries.clawflow.config`. Every key does something; the schema in the manifest, by which OpenClaw checks it before we see
 * it, is made of this.
 */
export const pluginConfigSchema = z.strictObject({
  agents: z
    .array(z.string().min(1))
    .default(["*"])
    .describe('Ids of the agents that take part; "*" is all of them.'),
  turns: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe("Turns and completions of all agents together that Clawflow has running at once."),
  turns_per_agent: z
    .int()
    .min(1)
    .max(16)
    .default(2)
    .describe("The same for one agent. Each task has a session of its own."),
  synthesis: z
    .enum(["auto", "completion", "turn"])
    .default("auto")
    .describe(
      "How an agent makes one answer of the results of its subtasks: by a completion, which reads the results alone and costs least; by a turn, with its whole prompt and tools; auto: by a completion unless files came with the results.",
    ),
  completion_seconds: z
    .int()
    .min(5)
    .max(600)
    .default(120)
    .describe("Seconds after which a completion is given up and a turn begun in its place."),
  remote: z
    .record(z.string().regex(AGENT_ID), remoteSchema)
    .default({})
    .describe(
      'Agents of other gateways that run this plugin, by id. An agent may give them work if its `subagents.allowAgents` names them, or has "*"; they may give work to the agents here.',
    ),
  limits: z
    .strictObject({
      depth: depth.describe("Levels below the first task."),
      subtasks: subtasks.describe("Subtasks of one task."),
      concurrency: concurrency.describe("Subtasks of one task that are out at once."),
      timeout: timeout.describe("Whole time of one attempt of a subtask, such as 30m."),
      silence: silence.describe("Time without a sign of life after which a peer is asked, such as 10m."),
      answer: answer.describe("Time after which a question that nobody answered counts as answered with no."),
      reminder: reminder.describe("How often a person is reminded of what waits for them; 0s: never."),
      retries: retries.describe("How often a passing error, such as a rate limit, is tried again."),
    })
    .prefault({})
    .describe("What bounds every job."),
  max_attempts: z
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe("How often a subtask is tried, where its plan says nothing else."),
  on_failure: z
    .enum(["fail-fast", "continue"])
    .default("fail-fast")
    .describe("What a failed subtask means for the others, where a plan says nothing else."),
  script_approval: z
    .enum(["clawflow", "openclaw"])
    .default("clawflow")
    .describe(
      "Where a person approves a workflow script of an agent in a chat. openclaw: in OpenClaw's own prompt, where the whole script fits into it, which needs a surface that shows such prompts; else the script waits for /clawflow approve.",
    ),
  notify: z
    .array(pluginRuleSchema)
    .max(MOST_RULES)
    .default([])
    .describe(
      "Who is told of what: rules with `on`, `agents`, `tasks`, `quiet` and `to`, which is `{openclaw: session}` or `{webhook, secret}`.",
    ),
});

export type PluginConfig = z.infer<typeof pluginConfigSchema>;

/** @throws E_CONFIG that names the key */
export function readPluginConfig(given: unknown): PluginConfig {
  return checkShape(pluginConfigSchema, given ?? {}, "E_CONFIG");
}

/** The schema for the manifest. */
export function pluginConfigJsonSchema(): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(pluginConfigSchema, { io: "input", target: "draft-7" });
  return schema;
}
