import { expect, test } from "vitest";
import type { JobLetter } from "../../src/view/report/job-letters.ts";
import type { JobTask } from "../../src/view/report/job-tasks.ts";
import { longestSteps } from "../../src/view/report/longest-steps.ts";
import { timeSteps } from "../../src/view/report/time-steps.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const at = (second: number) => new Date(START + second * 1000).toISOString();

interface Spec {
  agent?: string;
  from?: string;
  reply_to?: { task_id: string; subtask_id?: string; attempt: number };
  span: [number, number?];
  /** Of its brain: when each began and ended. */
  calls?: [number, number][];
  subtasks?: Record<string, { agent: string; attempt: number; span: [number, number?] }>;
}

function job(task_id: string, spec: Spec): JobTask {
  const { agent = "lead", from = "human", span, calls = [], subtasks = {} } = spec;
  const parts = Object.entries(subtasks).map(
    ([
      id,
      {
        agent: to,
        attempt,
        span: [begun, end],
      },
    ]) => [
      id,
      {
        agent: to,
        attempt,
        description: `do ${id}`,
        dispatched_at: at(begun),
        ...(end === undefined ? {} : { finished_at: at(end) }),
      },
    ],
  );
  return {
    agent,
    task: {
      task_id,
      title: task_id,
      from,
      reply_to: spec.reply_to ?? { task_id, attempt: 1 },
      status: span[1] === undefined ? "executing" : "done",
      created_at: at(span[0]),
      ...(span[1] === undefined ? {} : { finished_at: at(span[1]) }),
      subtasks: new Map(parts as never),
      calls: calls.length,
    } as never,
    calls: calls.map(([begun, end], n) => ({
      call: n + 1,
      question: "q",
      taken: true,
      ended_at: at(end),
      duration: (end - begun) * 1000,
      outcome: "results" as const,
    })),
  };
}

/** `lead 0-2 brain 2`, in seconds. */
function said(tasks: JobTask[], letters: JobLetter[] = [], now = START + 100_000): string[] {
  const seconds = (iso: string) => (Date.parse(iso) - START) / 1000;
  return timeSteps(tasks, letters, now).map(({ task_id, agent, from, to, thinking, person }) => {
    const what = [
      thinking > 0 ? `brain ${thinking / 1000}` : "",
      person > 0 ? `person ${person / 1000}` : "",
    ];
    return [task_id ?? `of ${agent}`, `${seconds(from)}-${seconds(to)}`, ...what].filter(Boolean).join(" ");
  });
}

const LEAD = job("job", {
  span: [0, 20],
  calls: [
    [0, 2],
    [18, 19],
  ],
  subtasks: {
    quick: { agent: "worker", attempt: 1, span: [2, 5] },
    slow: { agent: "worker", attempt: 1, span: [2, 12] },
    last: { agent: "far@elsewhere", attempt: 1, span: [12, 18] },
  },
});
const SLOW = job("job.slow", {
  agent: "worker",
  from: "lead",
  reply_to: { task_id: "job", subtask_id: "slow", attempt: 1 },
  span: [3, 12],
  calls: [[8, 12]],
});
const QUICK = job("job.quick", {
  agent: "worker",
  from: "lead",
  reply_to: { task_id: "job", subtask_id: "quick", attempt: 1 },
  span: [2, 5],
  calls: [[2, 5]],
});

test("back from the end: what ended last, and what ran beside it not at all", () => {
  expect(said([LEAD, QUICK, SLOW])).toEqual([
    "job 0-2 brain 2",
    "job.slow 2-12 brain 4",
    "of far@elsewhere 12-18",
    "job 18-20 brain 1",
  ]);
});

test("what is under way lasts until now, and all steps are the whole time", () => {
  const lead = job("job", {
    span: [0],
    calls: [[0, 1]],
    subtasks: { slow: { agent: "worker", attempt: 1, span: [2] } },
  });
  const slow = job("job.slow", { ...specOf(SLOW), span: [3], calls: [] });
  expect(said([lead, slow], [], START + 9000)).toEqual(["job 0-2 brain 1", "job.slow 2-9"]);
});

test("an attempt that failed took its time too", () => {
  const lead = job("job", {
    span: [0, 10],
    subtasks: { part: { agent: "worker", attempt: 2, span: [6, 10] } },
  });
  const of = (attempt: number, id: string, span: [number, number]) =>
    job(id, {
      agent: "worker",
      from: "lead",
      reply_to: { task_id: "job", subtask_id: "part", attempt },
      span,
    });
  expect(said([lead, of(1, "job.part", [1, 5]), of(2, "job.part_2", [6, 10])])).toEqual([
    "job 0-1",
    "job.part 1-5",
    "job 5-6",
    "job.part_2 6-10",
  ]);
});

test("a person's turn is theirs", () => {
  const lead = job("job", { span: [0, 10], calls: [[0, 2]] });
  const plan = { type: "outcome", outcome: "plan", from: "lead", task_id: "job", sent_at: at(2) };
  const yes = { type: "control", control: "approve", from: "human", task_id: "job", sent_at: at(9) };
  const letters = [plan, yes].map((message) => ({ agent: "lead", message, path: "" })) as never;
  expect(said([lead], letters)).toEqual(["job 0-10 brain 2 person 7"]);
});

test("of many steps the longest, in their order", () => {
  const all = [5, 0.01, ...Array.from({ length: 20 }, (_, n) => 10 + n)].map((duration) => ({ duration }));
  const { steps, others } = longestSteps(all);
  expect(steps.map(({ duration }) => duration)).toEqual(Array.from({ length: 12 }, (_, n) => 18 + n));
  expect(others.count).toBe(10);
  expect(others.duration).toBeCloseTo(5.01 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17);
});

function specOf({ agent, task }: JobTask) {
  return { agent, from: task.from, reply_to: task.reply_to as never };
}
