import { fc } from "@fast-check/vitest";
import type { Facts, TreeNode } from "../../src/terminal/facts.ts";
import type { Key, KeyName } from "../../src/terminal/keys.ts";
import type { Size } from "../../src/terminal/state.ts";
import { PROBLEMS } from "../../src/view/status-types.ts";
import { record } from "../protocol/arbitraries.ts";

/** What agents may write: words, escapes, wide and combining characters, lines, nothing. */
export const said = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.lorem({ maxCount: 30 }),
  fc.constantFrom(
    "",
    "\u001b[2J\u001b[31mred\u001b]0;title\u0007",
    "日本語のタイトルがとても長い場合の表示",
    "👩‍👩‍👧‍👦👍🏽 é̂̃ family",
    "a\nb\r\n\tc",
    "\u202egnirts\u2066 \u009b31m \u0000",
    "x".repeat(400),
  ),
);
const id = fc.stringMatching(/^[a-z][a-z0-9.-]{0,24}$/);
const agent = fc.constantFrom("lead", "worker", "a-rather-long-name-of-an-agent");
const time = fc.constantFrom("2026-11-20T10:00:00.000Z", "2026-11-18T10:00:00.000Z", "yesterday");
const status = fc.constantFrom("pending", "planning", "executing", "done", "failed", "cancelled");

const standing = fc.oneof(
  record({ state: fc.constant("working") }, { since: time }),
  record({ state: fc.constant("finished"), status }, {}),
  record(
    { state: fc.constant("waiting"), for: said, what: said },
    { since: time, person: fc.constant(true) },
  ),
  record({ state: fc.constant("undelivered"), to: agent }, {}),
);
const listed = record(
  {
    agent,
    task_id: id,
    title: said,
    from: agent,
    status,
    standing,
    depth: fc.nat(2),
    subtasks: fc.constant({}),
    created_at: time,
  },
  { finished_at: time, error: said },
);
const problem = record(
  { kind: fc.constantFrom(...PROBLEMS), agent, text: said },
  { task_id: id, subtask: id, file: fc.constant("mailbox/dead/task-a-1.md"), since: time, command: said },
);
const statusOfRoot = record(
  {
    root: fc.constantFrom("/srv/team/.clawflow/agents", "/日本/agents"),
    hosts: fc.constantFrom([], [{ pid: 7, state: "alive", agents: ["lead"] }]),
    problems: fc.array(problem, { maxLength: 6 }),
    waiting: fc.array(fc.record({ agent, messages: fc.nat(9) }), { maxLength: 2 }),
    running: fc.array(listed, { maxLength: 12 }),
    finished: fc.array(listed, { maxLength: 12 }),
  },
  {},
);
const treeOf = fc.memo((levels): fc.Arbitrary<TreeNode> => {
  const children = levels <= 1 ? fc.constant([]) : fc.array(treeOf(levels - 1), { maxLength: 3 });
  return record(
    {
      agent,
      title: said,
      status: fc.constantFrom("pending", "done", "failed", "skipped"),
      standing,
      attempt: fc.nat(3),
      depends_on: fc.array(id, { maxLength: 2 }),
      children,
    },
    { task_id: id, subtask: id, started_at: time, finished_at: time, summary: said, error: said },
  ) as unknown as fc.Arbitrary<TreeNode>;
});
const tree = treeOf(4);
const about = { v: fc.constant(1), time, agent, file: said, message: id, from: agent, to: agent, task: id };
const event = fc.oneof(
  record({ event: fc.constant("task:received"), ...about, title: said, state: fc.constant("waiting") }, {}),
  record({ event: fc.constant("reply:sent"), ...about, status, state: fc.constant("pending") }, {}),
  record(
    { event: fc.constant("message:dead"), v: fc.constant(1), time, agent, file: said, reason: said },
    {},
  ),
);
const text = record(
  {
    instructions: said,
    context: said,
    expected_output: said,
    notes: said,
    output: said,
    partial: said,
  },
  {},
);
const shown = record(
  { task_id: id, agent, title: said, text, subtasks: fc.constant([]) },
  { error: said, waiting: fc.record({ for: fc.constant("answer"), text: said }) },
);
const hold = record({ cause: fc.constant("question"), agent, task_id: id, what: said }, { command: said });
const reason = record(
  {
    agent,
    task_id: id,
    title: said,
    status,
    hold,
    chain: fc.constant([]),
    also: fc.constant([]),
  },
  {},
);
const letter = record(
  { file: said },
  { type: said, message: id, from: agent, task_id: id, about: said, error: said },
);

const hit = record(
  {
    kind: fc.constantFrom("task", "message"),
    agent,
    time,
    file: said,
    field: fc.constant("results"),
    excerpt: said,
  },
  { task_id: id, subtask: id, message: id, type: fc.constant("reply"), title: said },
);

/** Everything that any view may show. Their shapes are held by the commands' own tests. */
export const facts = record(
  { status: statusOfRoot },
  {
    tree,
    shown,
    events: fc.array(event, { maxLength: 8 }),
    why: fc.record({ reasons: fc.array(reason, { maxLength: 2 }) }),
    message: record(
      {
        message: id,
        places: fc.array(fc.record({ agent, place: fc.constant("inbox"), path: said })),
        text: said,
      },
      {},
    ),
    inbox: record({ agent, waiting: fc.array(letter), handled: fc.array(letter), dead: fc.nat(2) }, {}),
    found: record({ words: fc.constant([]), found: fc.array(hit, { maxLength: 4 }), more: fc.boolean() }, {}),
    fault: said,
  },
) as unknown as fc.Arbitrary<Facts>;

export const size: fc.Arbitrary<Size> = fc.record({
  columns: fc.oneof(fc.integer({ min: 20, max: 200 }), fc.constantFrom(20, 40, 80)),
  rows: fc.oneof(fc.integer({ min: 5, max: 60 }), fc.constantFrom(5, 10, 24)),
});

const NAMES: readonly KeyName[] = [
  ..."up down left right page-up page-down home end enter enter enter escape backspace delete tab back-tab".split(
    " ",
  ),
  ..."ctrl-a ctrl-b ctrl-d ctrl-e ctrl-f ctrl-k ctrl-l ctrl-u ctrl-w ctrl-z".split(" "),
] as KeyName[];
export const key: fc.Arbitrary<Key> = fc.oneof(
  fc.constantFrom(...NAMES).map((name): Key => ({ key: name as Exclude<KeyName, "text"> })),
  fc.constantFrom(..."axwdpurcb1234/s?gGjkyn é日👍🏽").map((one): Key => ({ key: "text", text: one })),
  said.map((pasted): Key => ({ key: "paste", text: pasted })),
);
