import { expect, test } from "vitest";
import { readStats } from "../../src/view/stats/stats.ts";
import { covered } from "../../src/view/times/agent-waits.ts";
import { personWaits } from "../../src/view/times/person-waits.ts";
import { at, scriptedJob, scriptedRoot } from "./job-on-disk.ts";
import { disk } from "./team.ts";

const now = Date.parse("2026-01-12T00:00:00.000Z");

test("endings, durations, waiting, calls and cost, as counted by hand", () => {
  const { agents } = scriptedJob();
  const stats = readStats(disk, agents, { since: "", now });
  // 20 s for the answer and 5 s for the approval; for the worker from 40 s to 80 s.
  const lead = {
    done: 1,
    failed: 0,
    cancelled: 0,
    duration: { median: 100_000, p90: 100_000, longest: 100_000 },
    waiting: { agents: 40_000, people: 25_000 },
    calls: 3,
    thinking: 35_000,
    // 50 tokens beyond its calls: by a tool.
    used: { tokens: 150, usd: 0.5 },
  };
  const worker = {
    done: 2,
    failed: 0,
    cancelled: 0,
    duration: { median: 24_000, p90: 29_000, longest: 29_000 },
    waiting: { agents: 0, people: 0 },
    calls: 2,
    thinking: 8_000,
    used: { tokens: 10 },
  };
  const all = {
    done: 3,
    failed: 0,
    cancelled: 0,
    duration: { median: 29_000, p90: 100_000, longest: 100_000 },
    waiting: { agents: 40_000, people: 25_000 },
    calls: 5,
    thinking: 43_000,
    used: { tokens: 160, usd: 0.5 },
  };
  expect(stats).toEqual({
    until: "2026-01-12T00:00:00.000Z",
    jobs: { open: 0, done: 1, failed: 0, cancelled: 0, duration: lead.duration },
    tasks: { open: 0, ...all },
    agents: [
      { agent: "lead", open: 0, ...lead },
      { agent: "worker", open: 0, ...worker },
    ],
    days: [{ day: "2026-01-10", ...all }],
  });
});

test("by day, since a time, and what is open", () => {
  const files = scriptedRoot(["lead"]);
  const ended = (task_id: string, status: "done" | "failed" | "cancelled", seconds: string, day: string) =>
    files.task("lead", { task_id, status, created_at: at("00:00", day), finished_at: at(seconds, day) });
  for (let n = 1; n <= 10; n++) ended(`a${n}`, "done", `00:${String(n).padStart(2, "0")}`, "2026-01-10");
  ended("b", "failed", "00:20", "2026-01-11");
  ended("c", "cancelled", "00:40", "2026-01-11");
  files.task("lead", { task_id: "open", status: "pending" });
  const { jobs, tasks, days } = readStats(disk, files.agents, { since: "", now });
  expect(tasks).toMatchObject({ done: 10, failed: 1, cancelled: 1, open: 1 });
  expect(jobs).toMatchObject({ done: 10, failed: 1, cancelled: 1, open: 1 });
  expect(days).toMatchObject([
    {
      day: "2026-01-11",
      done: 0,
      failed: 1,
      cancelled: 1,
      duration: { median: 30_000, p90: 40_000, longest: 40_000 },
    },
    { day: "2026-01-10", done: 10, duration: { median: 5_500, p90: 9_000, longest: 10_000 } },
  ]);
  const later = readStats(disk, files.agents, { since: "2026-01-11T00:00:00.000Z", now });
  expect(later.tasks).toMatchObject({ done: 0, failed: 1, cancelled: 1, open: 1 });
  expect(later.days).toHaveLength(1);
});

test("a script waits for its approval from its beginning; a person who is the brain from their turn on", () => {
  const files = scriptedRoot(["lead"]);
  files.task("lead", { task_id: "script", status: "done", finished_at: at("01:00") });
  const control = { task_id: "script", from: "human", to: "lead", type: "control", control: "approve" };
  files.letter("lead", "archive/2026/01/10", {
    ...control,
    id: "h-1",
    sent_at: at("00:12"),
    body: { text: "" },
  });
  files.task("lead", { task_id: "by-hand", status: "done", finished_at: at("00:30") });
  const outcome = { task_id: "by-hand", from: "human", to: "lead", type: "outcome", outcome: "results" };
  files.letter("lead", "archive/2026/01/10", {
    ...outcome,
    id: "h-2",
    sent_at: at("00:30"),
    body: { text: "x" },
  });
  const { tasks } = readStats(disk, files.agents, { since: "", now });
  expect(tasks.waiting).toEqual({ agents: 0, people: 42_000 });
});

test("times that overlap count once", () => {
  expect(covered([])).toBe(0);
  const all = [
    { from: 5, to: 8 },
    { from: 0, to: 3 },
    { from: 2, to: 4 },
    { from: 6, to: 7 },
  ];
  expect(covered(all)).toBe(7);
});

test("what waits now has no end", () => {
  const waiting = { for: "answer" as const, text: "?", since: at("00:10"), question: "q-1" };
  const task = { waiting, subtasks: new Map(), created_at: at("00:00"), calls: 1 };
  expect(personWaits(task as never, [], [])).toEqual([
    { for: "answer", question: "q-1", since: at("00:10") },
  ]);
});
