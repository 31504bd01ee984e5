import { z } from "zod";
import { amountsSchema } from "../../protocol/amounts.ts";
import { CONTROLS } from "../../protocol/message.ts";
import { policySchema, TASK_STATUSES } from "../../protocol/task.ts";
import { standingShape } from "./parts.ts";
import { treeNode } from "./status.ts";

const endings = {
  done: z.number(),
  failed: z.number(),
  cancelled: z.number(),
  /** Milliseconds from beginning to end; absent where none ended. */
  duration: z.strictObject({ median: z.number(), p90: z.number(), longest: z.number() }).optional(),
};

const tally = {
  ...endings,
  /** Milliseconds that those which ended had waited for other agents, and for people. */
  waiting: z.strictObject({ agents: z.number(), people: z.number() }),
  calls: z.number(),
  /** Milliseconds that brains took for these. */
  thinking: z.number(),
  used: amountsSchema,
};

/** `stats`; `jobs`: what people asked for; `open`: not ended now. */
export const statsShape = z.strictObject({
  since: z.string().optional(),
  until: z.string(),
  jobs: z.strictObject({ ...endings, open: z.number() }),
  tasks: z.strictObject({ ...tally, open: z.number() }),
  agents: z.array(z.strictObject({ agent: z.string(), ...tally, open: z.number() })),
  /** Of UTC, those on which anything was; the last first. */
  days: z.array(z.strictObject({ day: z.string(), ...tally })),
});

const checkedFile = z.strictObject({
  name: z.string(),
  bytes: z.number(),
  media_type: z.string(),
  sha256: z.string(),
  path: z.string(),
  /** `ok`: it is there and has this hash. */
  check: z.enum(["ok", "missing", "changed"]),
});

const ofSubtask = { agent: z.string(), task_id: z.string(), subtask: z.string().optional() };

/** `report`; `so_far`: it is not finished. */
export const reportShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  title: z.string(),
  status: z.enum(TASK_STATUSES),
  standing: standingShape,
  so_far: z.boolean(),
  made_at: z.string(),
  begun_at: z.string(),
  finished_at: z.string().optional(),
  /** Milliseconds. */
  duration: z.number(),
  /** Of the whole job. */
  messages: z.number(),
  asked: z.strictObject({
    by: z.string(),
    instructions: z.string(),
    context: z.string(),
    expected_output: z.string(),
    policy: policySchema,
    files: z.array(checkedFile),
    message: z.string().optional(),
  }),
  tree: treeNode,
  agents: z.array(
    z.strictObject({
      agent: z.string(),
      /** How many have each status. */
      tasks: z.record(z.string(), z.number()),
      calls: z.number(),
      /** Milliseconds. */
      thinking: z.number(),
      used: amountsSchema,
    }),
  ),
  /** What took so long, one after the other: all together are the duration. */
  time: z.array(
    z.strictObject({
      agent: z.string(),
      /** Absent where the task is not here. */
      task_id: z.string().optional(),
      title: z.string(),
      from: z.string(),
      to: z.string(),
      /** Milliseconds; of these a brain worked, and it was a person's turn. */
      duration: z.number(),
      thinking: z.number(),
      person: z.number(),
    }),
  ),
  decisions: z.array(
    z.strictObject({
      time: z.string(),
      by: z.string(),
      what: z.enum([...CONTROLS, "plan", "ask", "results", "error"]),
      ...ofSubtask,
      text: z.string(),
      question: z.string().optional(),
      message: z.string(),
      file: z.string(),
    }),
  ),
  cost: z.strictObject({
    used: amountsSchema,
    granted: amountsSchema.optional(),
    left: amountsSchema.optional(),
  }),
  troubles: z.array(
    z.strictObject({
      kind: z.enum(["failed", "stopped", "attempt", "brain", "plan", "dead", "edit"]),
      ...ofSubtask,
      task_id: z.string().optional(),
      attempt: z.number().optional(),
      text: z.string(),
      time: z.string().optional(),
      file: z.string().optional(),
    }),
  ),
  answer: z.strictObject({
    status: z.enum(TASK_STATUSES),
    text: z.string(),
    error: z.string().optional(),
    files: z.array(checkedFile),
    sections: z
      .strictObject({
        conclusion: z.string(),
        evidence: z.string().optional(),
        action: z.string().optional(),
      })
      .optional(),
    /** 0 to 1. */
    confidence: z.number().optional(),
  }),
  evidence: z.array(
    z.strictObject({
      subtask: z.string(),
      agent: z.string(),
      task_id: z.string().optional(),
      status: z.string(),
      attempt: z.number(),
      summary: z.string().optional(),
      error: z.string().optional(),
      files: z.array(checkedFile),
    }),
  ),
  /** `command`: its words; one in capitals is to be filled in. */
  next: z.array(z.strictObject({ text: z.string(), command: z.array(z.string()).optional() })),
  look_at: z.strictObject({ task: z.string(), archive: z.string(), answer: z.string().optional() }),
});

/** `export`; `text` in place of `path` where no file was named and none is needed; `bytes`: of the file, or of all in a folder */
export const exportShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  format: z.enum(["zip", "folder", "md", "otlp"]),
  path: z.string().optional(),
  files: z.number().optional(),
  bytes: z.number().optional(),
  text: z.string().optional(),
});
