import { AGENT_ADDRESS, SUBTASK_ID, TASK_ID } from "./ids.ts";
import { parseSimpleYaml } from "./parse-simple-yaml.ts";
import {
  either,
  type Fields,
  fields,
  fieldsOf,
  like,
  listOf,
  mapOf,
  number,
  oneOf,
  optional,
  text,
  whole,
  yes,
} from "./quick-shape.ts";
import { call, script } from "./script-head.ts";
import type { Subtask, TaskFields } from "./task.ts";

/** What the frontmatter of task.md says of a subtask, but for keys of a person's own. */
export type SubtaskHead = Omit<Subtask, "results" | "extra">;

/** What the frontmatter of task.md says, but for keys of a person's own. */
export interface TaskHead extends TaskFields {
  subtasks: Map<string, SubtaskHead>;
}

/**
 * The quick way to the frontmatter of a task.md, for lists of many tasks. `undefined`: it is not in the plain form in which the runtime writes
 * it, or something is wrong with it; `parseTask` then reads or refuses it. What is given is what `parseTask` gives: a property test holds
 * the two together.
 */
export function readTaskHead(markdown: string): TaskHead | undefined {
  const head = plainHead(markdown);
  if (head === undefined) return undefined;
  const task: Record<string, unknown> = {};
  const others: string[] = [];
  for (let at = 0; at < head.length; ) {
    const end = entryEnd(head, at);
    const entry = readEntry(head.slice(at, end));
    if (entry === undefined) return undefined;
    const { name, value } = entry;
    if (Object.hasOwn(task, name) || others.includes(name)) return undefined;
    if (value === OTHER) others.push(name);
    else task[name] = value;
    at = end;
  }
  // A title that is missing is taken from the body.
  if (!TASK.complete(task) || task.title === "") return undefined;
  const subtasks = Object.entries((task.subtasks ?? {}) as Record<string, SubtaskHead>);
  for (const [id, { results_file }] of subtasks)
    if (results_file !== undefined && results_file !== `results/${id}.md`) return undefined;
  task.subtasks = new Map(subtasks);
  return task as unknown as TaskHead;
}

const FENCE = "---\n";
/** Blanks in a row, of which the codec refuses more. */
const MANY_BLANKS = /\s{150}/;

function plainHead(markdown: string): string | undefined {
  if (!markdown.startsWith(FENCE)) return undefined;
  const end = markdown.indexOf(`\n---`, FENCE.length - 1);
  const isWhole = end !== -1 && (end + 4 === markdown.length || markdown.charAt(end + 4) === "\n");
  if (!isWhole) return undefined;
  const head = markdown.slice(FENCE.length, end + 1);
  return MANY_BLANKS.test(head) ? undefined : head;
}

/** Where the next line begins that is no part of this entry: not indented, not blank, no comment, no item of a list. */
function entryEnd(head: string, from: number): number {
  let at = from;
  do at = head.indexOf("\n", at) + 1;
  while (at < head.length && " #-\n".includes(head.charAt(at)));
  return at;
}

/** A key that is not known here. */
const OTHER = Symbol("other");

interface Entry {
  name: string;
  value: unknown;
}

/** Entries that are alike in most tasks, by their text. Their values are shared: nobody changes a head. */
const common = new Map<string, Entry>();
const MOST_COMMON = 1_000;
const ALIKE = new Set(["clawflow", "mode", "status", "from", "rev", "number", "policy", "used", "calls"]);

/** One key of a task.md with its value; each stands for itself, so that each can be read by itself. */
function readEntry(text: string): Entry | undefined {
  const known = common.get(text);
  if (known !== undefined) return known;
  const data = parseSimpleYaml(text);
  const name = data === undefined ? undefined : Object.keys(data)[0];
  if (data === undefined || name === undefined) return undefined;
  const read = name === "subtasks" ? SUBTASKS : TASK.readers.get(name);
  const value = read === undefined ? OTHER : read(data[name]);
  if (value === undefined) return undefined;
  const entry = { name, value };
  if (ALIKE.has(name) && common.size < MOST_COMMON) common.set(text, entry);
  return entry;
}

const count = whole(0);
const id = like(TASK_ID);
const address = like(AGENT_ADDRESS);
const limit = (least: number, most: number, otherwise: number) => optional(whole(least, most), otherwise);
const amount = optional((value) => (typeof value === "number" && value >= 0 ? number(value) : undefined));
const amounts = fields({ tasks: amount, tokens: amount, usd: amount, seconds: amount });
/** When a person is to approve a plan. */
export const approval = either(
  oneOf(["never", "always", "first"]),
  fields({ above: fields({ subtasks: optional(whole()), usd: optional(number) }) }),
);
const policy = fields({
  on_failure: optional(oneOf(["fail-fast", "continue"]), "fail-fast"),
  max_attempts: limit(1, 100, 1),
  concurrency: limit(1, 1000, 8),
  approval: optional(approval, "never"),
});
const trace = fields(
  { root: id, depth: count, path: listOf(address), traceparent: optional(text) },
  { open: true },
);
const replyTo = fields({
  task_id: id,
  subtask_id: optional(text),
  attempt: optional(whole(1), 1),
  message: text,
  version_1: optional(yes),
});
const attachments = listOf(
  fields({
    name: like(/^[\s\S]{1,255}$/),
    sha256: like(/^[0-9a-f]{64}$/),
    bytes: count,
    media_type: optional(text, "application/octet-stream"),
  }),
);
const asking = fields({
  question: text,
  kind: oneOf(["consider", "subtask", "synthesise", "script"]),
  asked: optional(count, 1),
  since: text,
  pid: optional(whole()),
  started: optional(text),
  retries: optional(whole()),
  not_before: optional(number),
  problem: optional(text),
  refused: optional(yes),
});
const waiting = fields({
  for: oneOf(["approval", "answer", "person"]),
  text,
  since: text,
  question: text,
  plan: optional(text),
  due: optional(number),
  remind: optional(number),
  reminded: optional(count),
});

const SUBTASK_FIELDS: Fields = {
  agent: address,
  description: optional(text, ""),
  instructions: optional(text),
  context: optional(text),
  expected_output: optional(text),
  depends_on: optional(listOf(text), []),
  status: optional(oneOf(["pending", "dispatched", "done", "failed", "cancelled", "skipped"]), "pending"),
  attempt: optional(count, 0),
  timeout: optional(text),
  max_attempts: optional(whole(1)),
  budget: optional(amounts),
  result_summary: optional(text),
  error: optional(text),
  attachments: optional(attachments),
  message: optional(text),
  reply: optional(text),
  due: optional(number),
  heard: optional(number),
  not_before: optional(number),
  probes: optional(whole()),
  granted: optional(amounts),
  used: optional(amounts),
  silent: optional(listOf(whole())),
  asking: optional(asking),
  waiting: optional(waiting),
  unanswered: optional(count),
  paused: optional(yes),
  version_1: optional(yes),
  call: optional(call),
  dispatched_at: optional(text),
  finished_at: optional(text),
  results_file: optional(text),
};
const SUBTASKS = mapOf(fields(SUBTASK_FIELDS, { open: true }), SUBTASK_ID);

const TASK_FIELDS: Fields = {
  clawflow: oneOf([2]),
  task_id: id,
  title: optional(text, ""),
  mode: optional(oneOf(["undecided", "direct", "coordinating"]), "undecided"),
  status: optional(
    oneOf(["pending", "in-progress", "planning", "executing", "aggregating", "done", "failed", "cancelled"]),
    "pending",
  ),
  from: address,
  reply_to: replyTo,
  body_hash: text,
  rev: optional(count, 0),
  number: optional(count, 0),
  policy: optional(policy, { on_failure: "fail-fast", max_attempts: 1, concurrency: 8, approval: "never" }),
  script: optional(script),
  trace,
  budget: optional(amounts),
  used: optional(amounts, {}),
  deadline: optional(number),
  attachments: optional(attachments),
  paused: optional(yes),
  waiting: optional(waiting),
  asking: optional(asking),
  unanswered: optional(count),
  removed: optional(mapOf(count)),
  calls: optional(count, 0),
  controls: optional(listOf(text)),
  steered: optional(count),
  limited: optional(count),
  reply: optional(text),
  created_at: text,
  finished_at: optional(text),
  error: optional(text),
};
const TASK = fieldsOf(TASK_FIELDS);

/** The fields that are known here: all that the schemas know. */
export const HEAD_FIELDS = { task: Object.keys(TASK_FIELDS), subtask: Object.keys(SUBTASK_FIELDS) };
