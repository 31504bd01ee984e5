import type { SchemaName } from "../../../src/protocol/schemas.ts";

type Sample = Record<string, unknown> | unknown[] | string | null;

const envelope = {
  clawflow: 2,
  id: "m-0123456789abcdef01234567",
  task_id: "audit-k3f9",
  from: "lead",
  to: "reader",
  sent_at: "2026-11-20T10:00:00.000Z",
};
const taskFields = {
  clawflow: 2,
  task_id: "audit-k3f9",
  from: "human",
  reply_to: { task_id: "audit-k3f9", message: "m-1" },
  body_hash: "ab",
  trace: { root: "audit-k3f9", depth: 0, path: ["human"] },
  created_at: "2026-11-20T10:00:00.000Z",
};
const question = {
  kind: "consider",
  question: "q-1",
  asked: 1,
  task: {
    task_id: "t",
    title: "",
    instructions: "",
    context: "",
    expected_output: "",
    depth: 0,
    attempt: 1,
  },
  peers: [],
  workspace: "/w",
};
const event = {
  v: 1,
  time: "2026-11-20T10:00:00.000Z",
  agent: "lead",
  file: "mailbox/outbox/a.md",
};
const sent = { ...event, message: "m-1", from: "lead", to: "reader", task: "t1", attempt: 1 };
const notification = {
  v: 1,
  id: "n-1",
  sent_at: "2026-11-20T10:00:00.000Z",
  try: 1,
  root: "/w",
  headline: "h",
};
const notice = { id: "e-1", kind: "failed", agent: "lead", task: "t1", text: "E_BRAIN: x" };

const without = (value: Record<string, unknown>, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

/** Samples on which the run-time schemas and the JSON Schemas must agree. */
export const samples: Record<SchemaName, { good: Sample[]; bad: Sample[] }> = {
  message: {
    good: [
      { ...envelope, type: "task" },
      { ...envelope, type: "task", subtask_id: "scan", attempt: 3, own_key: [1], budget: { usd: 0.5 } },
      { ...envelope, type: "reply", status: "done", completed_at: "", used: { tokens: 1 } },
      { ...envelope, type: "control", control: "cancel", from: "human" },
      { ...envelope, type: "outcome", outcome: "plan", question: "q-1" },
      { ...envelope, type: "progress", note: "working" },
      { type: "task", task_id: "t1", from: "human" },
      { type: "task", task_id: "t1", subtask_id: "scan--2", from: "lead", to: "reader", anything: {} },
      { type: "reply", task_id: "t1", from: "reader", status: "failed" },
    ],
    bad: [
      {},
      [],
      { ...envelope },
      { ...envelope, type: "note" },
      { ...envelope, type: "task", clawflow: 3 },
      { ...envelope, type: "task", task_id: "../x" },
      { ...envelope, type: "task", task_id: "a..b" },
      { ...envelope, type: "task", subtask_id: "a--2" },
      { ...envelope, type: "task", from: ["a"] },
      { ...envelope, type: "task", attempt: 0 },
      { ...envelope, type: "task", budget: { euros: 1 } },
      { ...envelope, type: "task", deadline_in: -1 },
      without({ ...envelope, type: "task" }, "id"),
      { ...envelope, type: "reply", completed_at: "" },
      { ...envelope, type: "reply", status: "running", completed_at: "" },
      { ...envelope, type: "control", control: "explode" },
      { type: "task", from: "human" },
      { type: "reply", task_id: "t1", from: "reader" },
      { type: "control", task_id: "t1", from: "human", control: "cancel" },
    ],
  },
  task: {
    good: [
      taskFields,
      {
        ...taskFields,
        status: "executing",
        mode: "coordinating",
        policy: { on_failure: "continue" },
        subtasks: { scan: { agent: "reader" }, write: { agent: "self", depends_on: ["scan"], mine: 1 } },
        mine: true,
      },
      { ...taskFields, paused: true, waiting: { for: "answer", text: "?", since: "", question: "q-1" } },
    ],
    bad: [
      {},
      without(taskFields, "task_id"),
      { ...taskFields, clawflow: 1 },
      { ...taskFields, status: "running" },
      { ...taskFields, paused: false },
      { ...taskFields, rev: 1.5 },
      { ...taskFields, policy: { on_fail: "continue" } },
      { ...taskFields, subtasks: { Scan: { agent: "reader" } } },
      { ...taskFields, subtasks: { scan: {} } },
      { ...taskFields, subtasks: { scan: { agent: "reader", status: "running" } } },
      { ...taskFields, subtasks: [{ id: "scan", agent: "reader" }] },
    ],
  },
  outcome: {
    good: [
      { results: "" },
      { results: "x", used: { tokens: 5, usd: 0.1 }, files: ["a.md"] },
      { subtasks: {} },
      { subtasks: { a: { agent: "x", timeout: "30s" } }, policy: { concurrency: 2 } },
      { ask: "Which one?" },
      { error: "no", partial: "half", passing: true },
    ],
    bad: [
      {},
      "text",
      null,
      { results: 1 },
      { results: "x", more: 1 },
      { results: "x", ask: "y" },
      { subtasks: [] },
      { subtasks: { a: {} } },
      { subtasks: { a: { agent: "x", depends: [] } } },
      { ask: "" },
      { error: "x", used: { hours: 1 } },
    ],
  },
  question: {
    good: [
      question,
      { ...question, kind: "synthesise", results: { a: { status: "skipped", results: "", error: "E_X" } } },
    ],
    bad: [
      {},
      { ...question, kind: "think" },
      { ...question, asked: 0 },
      { ...question, peers: [{ id: "a" }] },
      { ...question, task: {} },
      { ...question, results: { a: { status: "pending", results: "" } } },
    ],
  },
  team: {
    good: [
      { agents: { lead: { brain: { command: ["node", "lead.mjs"] } } } },
      {
        agents: {
          lead: { brain: { text: "claude" }, peers: ["*"], description: "d", concurrency: 2 },
          me: { brain: { person: "me@example.org" }, protocol: 1, workspace: "../me" },
          w: { brain: { module: "./w.mjs" } },
        },
        limits: { depth: 2, timeout: "5m" },
        policy: { on_failure: "continue" },
        durability: "os",
      },
      {
        agents: { lead: { brain: { module: "x" } } },
        notify: [
          { on: ["needs-you", "failed"], to: "desktop" },
          {
            on: [{ stuck: "30m" }, { budget: "80%" }],
            tasks: ["launch-*"],
            to: { command: ["./tell.sh", "me"] },
          },
          {
            on: ["finished"],
            agents: ["lead"],
            tasks: "all",
            quiet: "22:00-07:00",
            to: { webhook: "https://h/x" },
          },
          { on: ["stuck"], to: { webhook: "http://127.0.0.1:8080/?a=b", secret: "KEY", timeout: "2s" } },
        ],
      },
    ],
    bad: [
      { agents: { lead: { brain: { module: "x" } } }, notify: [{ on: [], to: "desktop" }] },
      { agents: { lead: { brain: { module: "x" } } }, notify: [{ on: ["everything"], to: "desktop" }] },
      {
        agents: { lead: { brain: { module: "x" } } },
        notify: [{ on: ["failed"], to: { webhook: "ftp://h/x" } }],
      },
      {
        agents: { lead: { brain: { module: "x" } } },
        notify: [{ on: ["failed"], to: { webhook: "https://me:pw@h" } }],
      },
      { agents: { lead: { brain: { module: "x" } } }, notify: [{ on: [{ stuck: "0s" }], to: "desktop" }] },
      { agents: { lead: { brain: { module: "x" } } }, notify: [{ on: [{ budget: "101%" }], to: "desktop" }] },
      { agents: { lead: { brain: { module: "x" } } }, notify: [{ on: ["failed"], to: { command: [] } }] },
      {
        agents: { lead: { brain: { module: "x" } } },
        notify: [{ on: ["failed"], to: "desktop", quiet: "22-7" }],
      },
      {},
      [],
      { agents: { lead: {} } },
      { agents: { Lead: { brain: { module: "x" } } } },
      { agents: { human: { brain: { module: "x" } } } },
      { agents: { lead: { brain: { command: [] } } } },
      { agents: { lead: { brain: { module: "x", command: ["y"] } } } },
      { agents: { lead: { brain: { module: "x" }, concurrency: 0 } } },
      { agents: { lead: { brain: { module: "x" } } }, limits: { timeout: "5 minutes" } },
      { agents: { lead: { brain: { module: "x" } } }, limit: {} },
    ],
  },
  notification: {
    good: [
      { ...notification, events: [] },
      {
        ...notification,
        after_quiet: true,
        more: 3,
        events: [{ ...notice, status: "failed", since: "x", over: true }],
      },
      {
        ...notification,
        test: true,
        events: [{ ...notice, kind: "needs-you", problem: "approval", command: "c" }],
      },
    ],
    bad: [
      notification,
      { ...notification, events: [], try: 0 },
      { ...notification, events: [], v: 2 },
      { ...notification, events: [{ ...notice, kind: "moved" }] },
      { ...notification, events: [{ ...notice, over: false }] },
    ],
  },
  event: {
    good: [
      { ...sent, event: "task:sent", title: "T", state: "pending" },
      { ...sent, event: "reply:received", subtask: "scan", status: "done", state: "repeat" },
      { ...sent, event: "outcome:recorded", outcome: "plan" },
      { ...event, event: "message:dead", code: "E_FIELD", reason: "from: missing" },
      { ...event, event: "task:finished", task: "t1", title: "", status: "failed", error: "E_BRAIN: x" },
      {
        ...event,
        event: "brain:called",
        task: "t1",
        call: 1,
        question: "q-1",
        kind: "consider",
        asked: 1,
        duration: 12.5,
        outcome: "results",
        exit: 0,
      },
    ],
    bad: [
      {},
      { ...sent, event: "task:sent", title: "T" },
      { ...sent, event: "task:lost", title: "T", state: "pending" },
      { ...sent, v: 2, event: "task:sent", title: "T", state: "pending" },
      { ...sent, event: "task:sent", title: "T", state: "waiting" },
      { ...event, event: "message:dead", code: "E_NONE", reason: "" },
      { ...event, event: "task:finished", task: "../t", title: "", status: "failed" },
    ],
  },
};
