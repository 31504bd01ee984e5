import { z } from "zod";
import { amountsSchema } from "../protocol/amounts.ts";
import { ERROR_CODES } from "../protocol/errors.ts";
import { CONTROLS } from "../protocol/message.ts";
import {
  policySchema,
  SUBTASK_STATUSES,
  subtaskSchema,
  TASK_STATUSES,
  taskFrontmatterSchema,
} from "../protocol/task.ts";
import { KINDS } from "../view/doctor/finding.ts";
import { callSchema } from "../view/read-calls.ts";
import { PROBLEMS } from "../view/status.ts";
import { CHECKS } from "../view/verify/finding.ts";
import { CAUSES } from "../view/why/hold.ts";

/*
 * What `--json` prints, one shape a command, and nothing else on standard output. Fields may be added; none is renamed, removed or given another
 * meaning. Times are ISO 8601 UTC, paths absolute.
 *
 * Longer than 250 lines because whoever reads what a command prints finds every shape in one place.
 */

const ended = z.enum(["done", "failed", "cancelled"]);
const status = z.enum([...new Set([...TASK_STATUSES, ...SUBTASK_STATUSES])]);

export const standingShape = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("undelivered"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("delivered"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("working"), since: z.string().optional() }),
  z.strictObject({
    state: z.literal("waiting"),
    for: z.string(),
    what: z.string(),
    since: z.string().optional(),
    /** It is a person's turn. */
    person: z.literal(true).optional(),
  }),
  z.strictObject({ state: z.literal("replying"), to: z.string(), since: z.string().optional() }),
  z.strictObject({ state: z.literal("finished"), status: z.string(), since: z.string().optional() }),
]);

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

/** `workflow run` */
export const workflowShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  status: ended,
  /** What the script returned; `null` of one that failed. */
  result: z.unknown(),
  /** Calls that failed, whatever the script made of it. */
  errors: z.array(
    z.strictObject({ call: z.string(), agent: z.string(), path: z.string(), error: z.string() }),
  ),
  error: z.string().optional(),
  duration: z.number(),
});

/** `workflow validate` */
export const validatedShape = z.strictObject({
  hash: z.string(),
  meta: z.record(z.string(), z.unknown()).optional(),
});

/** `workflow list` */
export const runsShape = z.strictObject({
  runs: z.array(
    z.strictObject({
      agent: z.string(),
      task_id: z.string(),
      name: z.string().optional(),
      title: z.string(),
      status,
      created_at: z.string(),
      calls: z.strictObject({ all: z.number(), done: z.number() }),
    }),
  ),
});

/** `workflow status` */
export const runStatusShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  name: z.string().optional(),
  title: z.string(),
  status,
  error: z.string().optional(),
  /** What an approval now would be of. */
  waits_for_approval_of: z.string().optional(),
  /** In the order in which they were made. */
  calls: z.array(
    z.strictObject({
      call: z.string(),
      path: z.string(),
      /** From 2 on: asked again, because the answer did not fit the schema. */
      round: z.number().optional(),
      agent: z.string(),
      label: z.string().optional(),
      phase: z.string().optional(),
      status,
      attempt: z.number(),
      error: z.string().optional(),
      /** It is done, and its answer is not what the schema asks for: the call failed. */
      unfit: z.string().optional(),
    }),
  ),
});

/** `workflow show` */
export const scriptShape = z.strictObject({
  agent: z.string(),
  task_id: z.string().optional(),
  name: z.string().optional(),
  program: z.string(),
  args: z.string().optional(),
  agents: z.array(z.string()).optional(),
  concurrency: z.number().optional(),
  budget: amountsSchema.optional(),
  approved: z.string().optional(),
  /** What an approval now would be of. */
  waits_for_approval_of: z.string().optional(),
});

/** `workflow save`, `workflow saved` */
export const savedShape = z.strictObject({
  saved: z.array(
    z.strictObject({
      agent: z.string(),
      name: z.string(),
      hash: z.string(),
      path: z.string(),
      description: z.string().optional(),
    }),
  ),
});

/** `send`; `already`: work of that id with that text was given before, and this gave nothing new */
export const sentShape = z.strictObject({
  task_id: z.string(),
  agent: z.string(),
  message: z.string(),
  already: z.literal(true).optional(),
});

/** `tree` */
const treeNode = z.strictObject({
  agent: z.string(),
  task_id: z.string().optional(),
  subtask: z.string().optional(),
  title: z.string(),
  status,
  standing: standingShape,
  attempt: z.number(),
  depends_on: z.array(z.string()),
  started_at: z.string().optional(),
  finished_at: z.string().optional(),
  summary: z.string().optional(),
  error: z.string().optional(),
  used: amountsSchema.optional(),
  get children() {
    return z.array(treeNode);
  },
});
export const treeShape = treeNode;

const taskLine = {
  agent: z.string(),
  task_id: z.string(),
  title: z.string(),
  from: z.string(),
  status: z.enum(TASK_STATUSES),
  standing: standingShape,
  /** Levels below the job's first task. */
  depth: z.number(),
  created_at: z.string(),
  finished_at: z.string().optional(),
  error: z.string().optional(),
};
/** A task in a list; `subtasks`: how many have each status. */
const listedTask = z.strictObject({ ...taskLine, subtasks: z.record(z.string(), z.number()) });

/** `status` */
export const statusShape = z.strictObject({
  root: z.string(),
  /** All that there are. */
  agents: z.array(z.string()),
  hosts: z.array(
    z.strictObject({
      pid: z.number(),
      state: z.enum(["alive", "unknown"]),
      /** By a signal: it does nothing until it is continued. */
      stopped: z.literal(true).optional(),
      agents: z.array(z.string()),
    }),
  ),
  problems: z.array(
    z.strictObject({
      kind: z.enum(PROBLEMS),
      agent: z.string(),
      task_id: z.string().optional(),
      subtask: z.string().optional(),
      /** Relative to the agent's workspace. */
      file: z.string().optional(),
      text: z.string(),
      since: z.string().optional(),
      /** What would move it. */
      command: z.string().optional(),
    }),
  ),
  waiting: z.array(z.strictObject({ agent: z.string(), messages: z.number() })),
  running: z.array(listedTask),
  finished: z.array(listedTask),
});

/** `status TASK` */
export const taskStatusShape = z.strictObject({
  ...taskLine,
  used: amountsSchema,
  budget: amountsSchema.optional(),
  /** With all below: what is granted counts in full until a reply says what was used. */
  spent: amountsSchema,
  left: amountsSchema.optional(),
  /** Milliseconds until its deadline, about. */
  time_left: z.number().optional(),
  subtasks: z.array(
    z.strictObject({
      subtask: z.string(),
      agent: z.string(),
      status: z.enum(SUBTASK_STATUSES),
      standing: standingShape,
      attempt: z.number(),
      depends_on: z.array(z.string()),
      /** Of the current attempt; `used`: by all that have ended; `spent` and `left`: of the grant, as its agent has it. */
      granted: amountsSchema.optional(),
      used: amountsSchema.optional(),
      spent: amountsSchema.optional(),
      left: amountsSchema.optional(),
      /** Milliseconds of the current attempt, about. */
      time_left: z.number().optional(),
      summary: z.string().optional(),
      error: z.string().optional(),
    }),
  ),
});

/** `cancel`, `retry`, `set`, `plan`, `done`, `fail`: the message that was put into the agent's inbox. */
export const actedShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  subtask: z.string().optional(),
  message: z.string(),
});

const held = {
  agent: z.string(),
  task_id: z.string(),
  subtask: z.string().optional(),
  /** In a sentence. */
  what: z.string(),
  since: z.string().optional(),
  /** What would move it. */
  command: z.string().optional(),
};
/** Milliseconds until it ends by itself, about. */
const endsIn = z.number().optional();
const heldBy = <C extends string, S extends z.ZodRawShape>(cause: C, shape: S) =>
  z.strictObject({ cause: z.literal(cause), ...held, ...shape });
const hold = z.discriminatedUnion("cause", [
  heldBy("approval", { who: z.string(), ends_in: endsIn }),
  heldBy("question", { who: z.string(), ends_in: endsIn }),
  heldBy("person", { who: z.string(), ends_in: endsIn }),
  heldBy("paused", { by: z.enum(["itself", "above"]) }),
  heldBy("edit", { file: z.string() }),
  heldBy("dead-letter", { file: z.string(), type: z.string().optional() }),
  heldBy("undeliverable", { to: z.string(), file: z.string().optional() }),
  heldBy("peer-gone", { peer: z.string(), in_team: z.boolean() }),
  heldBy("budget", {}),
  heldBy("deadline", { ends_in: endsIn }),
  heldBy("dependency", { failed: z.string(), skipped: z.array(z.string()) }),
  heldBy("failed", {}),
  heldBy("locked", {
    pid: z.number(),
    state: z.enum(["stopped", "unknown"]),
    machine: z.string().optional(),
  }),
  heldBy("no-host", {}),
  heldBy("brain", {
    question: z.string(),
    kind: z.enum(["consider", "subtask", "synthesise", "script"]),
    asked: z.number(),
    pid: z.number().optional(),
    ends_in: endsIn,
  }),
  heldBy("place", { of: z.enum(["subtasks", "brains"]) }),
  heldBy("pause", { ends_in: endsIn }),
  heldBy("remote", { peer: z.string() }),
  heldBy("inbox", { file: z.string().optional() }),
  heldBy("reply", { to: z.string(), file: z.string().optional() }),
  heldBy("cancelled", {}),
  heldBy("done", {}),
]);

/** `why`: of the task, or of every open job. */
export const whyShape = z.strictObject({
  reasons: z.array(
    z.strictObject({
      agent: z.string(),
      task_id: z.string(),
      subtask: z.string().optional(),
      title: z.string(),
      status,
      hold,
      /** From the task that was asked about to where it is held. */
      chain: z.array(
        z.strictObject({ agent: z.string(), task_id: z.string().optional(), subtask: z.string().optional() }),
      ),
      /** What else holds it back, by cause; `first`: what matters first of it. */
      also: z.array(z.strictObject({ cause: z.enum(CAUSES), count: z.number(), first: hold })),
    }),
  ),
});

const place = z.enum(["pending", "outbox", "inbox", "dead", "archive"]);

/** `show MESSAGE`; `text` is the file as it stands. */
export const shownMessageShape = z.strictObject({
  message: z.string(),
  places: z.array(z.strictObject({ agent: z.string(), place, path: z.string() })),
  text: z.string(),
});

/** `show TASK`: task.md, with its texts and results. */
export const shownTaskShape = taskFrontmatterSchema.extend({
  agent: z.string(),
  standing: standingShape,
  text: z.strictObject({
    instructions: z.string(),
    context: z.string(),
    expected_output: z.string(),
    notes: z.string(),
    output: z.string(),
    partial: z.string(),
  }),
  subtasks: z.array(subtaskSchema.extend({ subtask: z.string(), results: z.string().optional() })),
});

const letterLine = z.strictObject({
  /** Relative to the agent's workspace. */
  file: z.string(),
  type: z.string().optional(),
  message: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  task_id: z.string().optional(),
  subtask: z.string().optional(),
  attempt: z.number().optional(),
  sent_at: z.string().optional(),
  about: z.string().optional(),
  error: z.string().optional(),
});

/** `inbox`; `dead`: how many dead letters there are. */
export const inboxShape = z.strictObject({
  agent: z.string(),
  waiting: z.array(letterLine),
  handled: z.array(letterLine),
  dead: z.number(),
});

/** `calls` */
export const callsShape = z.strictObject({
  agent: z.string(),
  task_id: z.string(),
  calls: z.array(callSchema.extend({ call: z.number() })),
});

/** `search` */
export const searchShape = z.strictObject({
  /** As they were looked for, in lower case. */
  words: z.array(z.string()),
  /** The newest first. */
  found: z.array(
    z.strictObject({
      kind: z.enum(["task", "message"]),
      /** In whose workspace the file is; `task_id` is the id that this agent has for it. */
      agent: z.string(),
      task_id: z.string().optional(),
      subtask: z.string().optional(),
      /** Of a message: its id and type. */
      message: z.string().optional(),
      type: z.string().optional(),
      /** Of a task. */
      title: z.string().optional(),
      status: z.enum(TASK_STATUSES).optional(),
      /** Of a message when it was sent, of a task when it ended or else began; empty where the file does not say. */
      time: z.string(),
      /** Relative to the agent's workspace. */
      file: z.string(),
      /** Which of its texts: `title`, `instructions`, `results`, … */
      field: z.string(),
      excerpt: z.string(),
    }),
  ),
  /** There are others, which are older. */
  more: z.boolean(),
});

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

/** `graph --format json` */
export const graphShape = z.strictObject({
  task_id: z.string(),
  nodes: z.array(
    z.strictObject({
      id: z.string(),
      agent: z.string(),
      description: z.string(),
      status: z.enum(SUBTASK_STATUSES),
    }),
  ),
  edges: z.array(z.strictObject({ from: z.string(), to: z.string(), critical: z.boolean() })),
  critical_path: z.array(z.string()),
});

/** `verify` */
export const verifyShape = z.strictObject({
  findings: z.array(
    z.strictObject({
      check: z.enum(CHECKS),
      agent: z.string(),
      file: z.string().optional(),
      task_id: z.string().optional(),
      text: z.string(),
    }),
  ),
  checked: z.record(z.enum(CHECKS), z.number()),
  notes: z.array(z.string()),
});

/** `notify`: where people are told, and what they were told, the last first */
export const notifyShape = z.strictObject({
  /** `waiting`: events that are to be told there. */
  places: z.array(z.strictObject({ place: z.string(), to: z.string(), waiting: z.number() })),
  deliveries: z.array(
    z.strictObject({
      at: z.string(),
      place: z.string(),
      message: z.string(),
      state: z.enum(["trying", "told", "failed", "dead"]),
      tries: z.number(),
      events: z.number(),
      headline: z.string(),
      error: z.string().optional(),
    }),
  ),
});

/** `notify dead` */
export const notifyDeadShape = z.strictObject({
  dead: z.array(
    z.strictObject({
      message: z.string(),
      place: z.string(),
      to: z.string(),
      at: z.string(),
      tries: z.number(),
      error: z.string(),
      headline: z.string(),
      events: z.number(),
      path: z.string(),
    }),
  ),
});

/** `notify retry` */
export const notifyRetriedShape = z.strictObject({ retried: z.array(z.string()) });

/** `notify test`; durations are milliseconds */
export const notifyTestShape = z.strictObject({
  tested: z.array(
    z.strictObject({
      place: z.string(),
      to: z.string(),
      ok: z.boolean(),
      duration: z.number(),
      error: z.string().optional(),
    }),
  ),
});

/** `dead list` */
export const deadShape = z.strictObject({
  dead: z.array(
    z.strictObject({
      agent: z.string(),
      name: z.string(),
      message: z.string().optional(),
      reason: z.string(),
    }),
  ),
});

/** `dead requeue` */
export const requeuedShape = z.strictObject({ agent: z.string(), name: z.string() });

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

/** `gc`; `removed` is absent of a dry run. */
export const gcShape = z.strictObject({
  dry_run: z.boolean(),
  tasks: z.array(z.strictObject({ agent: z.string(), task_id: z.string() })),
  removed: z.strictObject({ tasks: z.number(), messages: z.number(), blobs: z.number() }).optional(),
});

/** `vault`; paths are absolute. */
export const vaultShape = z.strictObject({
  folder: z.string(),
  notes: z.number(),
  /** Of these, those whose text changed. */
  written: z.number(),
  /** Notes of tasks that are gone. */
  removed: z.number(),
  /** Files of somebody else where notes would stand. */
  left_alone: z.array(z.string()),
});

const doctorFinding = z.strictObject({
  kind: z.enum(KINDS),
  /** Absent of a host's folder. */
  agent: z.string().optional(),
  path: z.string(),
  text: z.string(),
  /** What `--fix` does. */
  fix: z.string().optional(),
  /** What a person has to do. */
  todo: z.string().optional(),
});

/** `doctor`; `findings`: what is left; `fixed`: what `--fix` has mended. */
export const doctorShape = z.strictObject({
  root: z.string(),
  hosts: z.array(
    z.strictObject({
      pid: z.number(),
      state: z.enum(["alive", "unknown"]),
      stopped: z.literal(true).optional(),
      agents: z.array(z.string()),
    }),
  ),
  findings: z.array(doctorFinding),
  fixed: z.array(doctorFinding),
});

/** `doctor --moved`, `doctor --copied`; without an agent there may be several. */
export const adoptedShape = z.strictObject({
  agent: z.string(),
  workspace: z.string(),
  as: z.enum(["moved", "copied"]),
  others: z.array(z.strictObject({ agent: z.string(), workspace: z.string() })).optional(),
});

/** `message` */
export const templateShape = z.strictObject({ text: z.string() });

/** `init`: the files that were written. */
export const initShape = z.strictObject({ files: z.array(z.string()) });

/** `dashboard`: where it is opened, once. */
export const dashboardShape = z.strictObject({ url: z.string() });
