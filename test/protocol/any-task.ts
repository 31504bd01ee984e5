import { fc } from "@fast-check/vitest";
import { SUBTASK_STATUSES, type Subtask, TASK_STATUSES, type Task } from "../../src/protocol/task.ts";
import {
  address,
  amounts,
  anyString,
  hostileText,
  messageId,
  plainValue,
  record,
  subtaskId,
  taskId,
  time,
} from "./arbitraries.ts";

export const extra = fc.dictionary(
  fc.stringMatching(/^(x_[a-z]{1,5}|My key|toString|hasOwnProperty)$/),
  plainValue,
  {
    minKeys: 1,
    maxKeys: 2,
    noNullPrototype: true,
  },
);
const asking = record(
  {
    question: messageId,
    kind: fc.constantFrom("consider", "subtask", "synthesise"),
    asked: fc.integer({ min: 1, max: 9 }),
    since: time,
  },
  { pid: fc.nat(), started: anyString, retries: fc.nat(), not_before: fc.nat(), problem: anyString },
);
const approval = fc.constantFrom("never", "always", "first", { above: { subtasks: 3, usd: 1.5 } });
const subtask = record(
  {
    agent: address,
    description: anyString,
    depends_on: fc.array(subtaskId, { maxLength: 3 }),
    status: fc.constantFrom(...SUBTASK_STATUSES),
    attempt: fc.nat(9),
  },
  {
    instructions: anyString,
    context: anyString,
    expected_output: anyString,
    timeout: fc.constant("30m"),
    max_attempts: fc.integer({ min: 1, max: 5 }),
    budget: amounts,
    result_summary: anyString,
    error: anyString,
    message: messageId,
    reply: messageId,
    due: fc.nat(),
    heard: fc.nat(),
    probes: fc.nat(3),
    granted: amounts,
    used: amounts,
    asking,
    version_1: fc.constant(true),
    dispatched_at: time,
    finished_at: time,
    results: hostileText,
    extra,
  },
) as unknown as fc.Arbitrary<Subtask>;

const text = record(
  {
    instructions: hostileText,
    context: hostileText,
    expected_output: hostileText,
    notes: hostileText,
    output: hostileText,
    partial: hostileText,
  },
  {},
);

export const task = record(
  {
    clawflow: fc.constant(2),
    task_id: taskId,
    title: anyString.map((title) => title || "T"),
    mode: fc.constantFrom("undecided", "direct", "coordinating"),
    status: fc.constantFrom(...TASK_STATUSES),
    from: address,
    reply_to: record(
      { task_id: taskId, attempt: fc.integer({ min: 1, max: 9 }), message: messageId },
      { subtask_id: subtaskId, version_1: fc.constant(true) },
    ),
    body_hash: fc.stringMatching(/^[0-9a-f]{64}$/),
    rev: fc.nat(),
    number: fc.nat(),
    policy: record(
      {
        on_failure: fc.constantFrom("fail-fast", "continue"),
        max_attempts: fc.integer({ min: 1, max: 9 }),
        concurrency: fc.integer({ min: 1, max: 9 }),
        approval,
      },
      {},
    ),
    trace: record({ root: taskId, depth: fc.nat(5), path: fc.array(address, { maxLength: 9 }) }, {}),
    used: amounts,
    calls: fc.nat(),
    created_at: time,
    subtasks: fc.array(fc.tuple(subtaskId, subtask), { maxLength: 4 }).map((entries) => new Map(entries)),
    text,
  },
  {
    budget: amounts,
    deadline: fc.nat(),
    paused: fc.constant(true),
    waiting: record(
      {
        for: fc.constantFrom("approval", "answer", "person"),
        text: anyString,
        since: time,
        question: messageId,
      },
      {},
    ),
    asking,
    controls: fc.array(messageId, { maxLength: 9 }),
    reply: messageId,
    finished_at: time,
    error: anyString,
    extra,
  },
) as unknown as fc.Arbitrary<Task>;
