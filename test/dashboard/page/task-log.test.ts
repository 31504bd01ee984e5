import { expect, test } from "vitest";
import type { Log } from "../../../src/dashboard/api-types.ts";
import {
  keyOfWork,
  nearnessOf,
  threadsOf,
  worksOf,
} from "../../../src/dashboard/page/task/messages/threads.ts";
import { ticksOf, timelineOf, totalOf } from "../../../src/dashboard/page/task/timeline/timeline-bars.ts";
import { treeOf } from "./tree.ts";

const at = (second: number) => `2026-11-21T12:00:${String(second).padStart(2, "0")}.000Z`;
const ms = (second: number) => Date.parse(at(second));
const envelope = (agent: string, message: string, second: number, subtask?: string) => ({
  v: 1 as const,
  agent,
  file: `mailbox/${agent}/${message}.md`,
  time: at(second),
  message,
  from: "lead",
  to: "worker",
  task: "job",
  attempt: 1,
  ...(subtask === undefined ? {} : { subtask }),
});

const log: Log = [
  {
    ...envelope("lead", "h-1", 0),
    event: "task:received",
    title: "The job",
    state: "handled",
    from: "human",
  },
  {
    v: 1,
    agent: "lead",
    task: "job",
    file: "t",
    time: at(1),
    event: "task:created",
    title: "The job",
    from: "human",
  },
  { ...envelope("lead", "m-plan", 5), event: "outcome:recorded", outcome: "plan" },
  { ...envelope("lead", "m-1", 6, "read"), event: "task:sent", title: "Read it", state: "accepted" },
  { ...envelope("worker", "m-1", 6, "read"), event: "task:received", title: "Read it", state: "handled" },
  {
    v: 1,
    agent: "worker",
    task: "job.read",
    file: "t",
    time: at(9),
    event: "task:created",
    title: "Read it",
    from: "lead",
  },
  {
    v: 1,
    agent: "worker",
    task: "job.read",
    file: "calls/1.json",
    time: at(14),
    event: "brain:called",
    call: 1,
    question: "q",
    kind: "consider",
    asked: 1,
    duration: 4000,
    outcome: "results",
  },
  { ...envelope("worker", "h-2", 10, "read"), event: "control:received", control: "pause", state: "handled" },
  { ...envelope("lead", "m-2", 15, "read"), event: "reply:received", status: "done", state: "dead" },
  {
    v: 1,
    agent: "lead",
    file: "mailbox/lead/m-2.md",
    time: at(15),
    event: "message:dead",
    code: "E_FIELD",
    reason: "torn",
    message: "m-2",
    task: "job",
  },
  {
    v: 1,
    agent: "lead",
    file: "mailbox/dead/torn.md",
    time: at(16),
    event: "message:dead",
    code: "E_FIELD",
    reason: "no envelope",
  },
];

test("a message is told once, with every place where a copy lies, in the thread of its work", () => {
  const threads = threadsOf(log);
  expect(threads.map(({ key, title }) => [key, title])).toEqual([
    ["job/", "The job"],
    ["job/read", "Read it"],
    ["/", "Not readable"],
  ]);
  expect(threads[1]?.letters.map(({ id, kind, says }) => `${id} ${kind} ${says}`)).toEqual([
    "m-1 task Read it",
    "h-2 control pause",
    "m-2 reply done: torn",
  ]);
  expect(threads[1]?.letters[0]?.places.map(({ agent, place }) => `${agent} ${place}`)).toEqual([
    "lead outbox",
    "worker archive",
  ]);
  expect(threads[1]?.letters[2]?.places).toMatchObject([{ place: "dead letters", isDead: true }]);
  expect(threads[2]?.letters).toMatchObject([
    { id: "torn.md", kind: "unreadable", says: "E_FIELD: no envelope" },
  ]);
});

test("a giver's and a worker's name for the same work are one thread, and a person's turn is told in it", () => {
  const { task_id: _, ...unsent } = treeOf("write");
  const tree = {
    ...treeOf("job", [treeOf("read", [treeOf("deep")]), unsent]),
    agent: "lead",
    task_id: "job",
  };
  const works = worksOf(tree, keyOfWork("job", undefined));
  expect([...works]).toEqual([
    ["job", "job/"],
    ["job.read", "job/read"],
    ["job.deep", "job.read/deep"],
  ]);
  const asked: Log = [
    ...log,
    {
      v: 1,
      agent: "worker",
      task: "job.read",
      file: "t",
      time: at(11),
      event: "task:waiting",
      for: "answer",
      text: "Which?",
    },
    {
      ...envelope("worker", "h-3", 12),
      task: "job.read",
      event: "control:received",
      control: "answer",
      text: "This.",
      state: "handled",
    },
  ];
  const thread = threadsOf(asked, works).find(({ key }) => key === "job/read");
  expect(thread?.letters.map(({ kind, says, text }) => [kind, says, text])).toEqual([
    ["task", "Read it", undefined],
    ["control", "pause", undefined],
    ["asked", "Which?", undefined],
    ["control", "answer", "This."],
    ["reply", "done: torn", undefined],
  ]);
  expect(thread?.letters[2]?.places).toEqual([]);
  const marks = timelineOf(tree, asked, ms(20)).bars[1]?.marks.map(({ text }) => text);
  expect(marks).toEqual(["pause", "a person is asked (answer): Which?", "answer: This."]);
});

test("what is said about a task stands before what is said about its subtasks, and below", () => {
  const [own, read, unreadable] = threadsOf(log);
  if (own === undefined || read === undefined || unreadable === undefined) throw new Error("three threads");
  expect([own, read, unreadable].map((one) => nearnessOf(one, "job", { task_id: "job" }))).toEqual([
    "itself",
    "subtask",
    "itself",
  ]);
  const given = { task_id: "job", subtask_id: "read" };
  expect(nearnessOf(read, "job.read", given)).toBe("itself");
  expect(nearnessOf(own, "job.read", given)).toBe("below");
});

test("a bar says when a task was planned, sent, begun, thought about, and over", () => {
  const read = {
    ...treeOf("read"),
    started_at: at(6),
    finished_at: at(15),
  };
  const write = { ...treeOf("write", [], ["read"]), status: "pending" as const };
  const { task_id: _, ...unsent } = write;
  const tree = { ...treeOf("job", [read, unsent]), agent: "lead", task_id: "job", started_at: at(1) };
  const timeline = timelineOf(tree, log, ms(20));
  expect(timeline).toMatchObject({ from: ms(1), to: ms(20) });
  const [job, first, second] = timeline.bars;
  expect(job).toMatchObject({ open: { from: ms(1), to: ms(20) }, isOver: false, depth: 0 });
  expect(job?.inbox).toBeUndefined();
  expect(job?.marks.map(({ text }) => text)).toEqual(["plan", "torn"]);
  expect(first).toMatchObject({
    key: "read",
    held: { from: ms(5), to: ms(6) },
    inbox: { from: ms(6), to: ms(9) },
    open: { from: ms(6), to: ms(15) },
    isOver: true,
    thinking: [{ from: ms(10), to: ms(14) }],
    marks: [{ kind: "control", text: "pause", message: "h-2" }],
  });
  expect(second).toMatchObject({ held: { from: ms(5), to: ms(20) } });
  expect(second?.open).toBeUndefined();
});

test("after a second plan nobody can say how long a subtask was held back", () => {
  const twice: Log = [
    ...log,
    { ...envelope("lead", "m-plan-2", 8), event: "outcome:recorded", outcome: "plan" },
  ];
  const tree = { ...treeOf("job", [treeOf("read")]), agent: "lead", task_id: "job", started_at: at(1) };
  expect(timelineOf(tree, twice, ms(20)).bars[1]?.held).toBeUndefined();
});

test("thinking of two brains at a time counts once, and marks of time are round", () => {
  const spans = [
    { from: 0, to: 10 },
    { from: 5, to: 12 },
    { from: 20, to: 21 },
  ];
  expect(totalOf(spans)).toBe(13);
  expect(ticksOf(2_400, 6)).toEqual([0, 500, 1000, 1500, 2000]);
  expect(ticksOf(400 * 86_400_000, 5).length).toBeLessThanOrEqual(6);
});
