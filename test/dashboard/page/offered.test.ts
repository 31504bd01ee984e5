import { expect, test } from "vitest";
import { offeredActions } from "../../../src/dashboard/page/actions/offered.ts";
import type { Subject } from "../../../src/dashboard/page/actions/subject.ts";
import { SUBTASK, TASK } from "./subjects.ts";

const waiting = (what: "approval" | "answer" | "person") => ({
  for: what,
  text: "?",
  since: "",
  question: "q",
});
const ended = (status: string, more: Partial<Subject> = {}): Subject => ({
  ...TASK,
  status,
  taskStatus: status,
  ...more,
});

test.each<[string, Subject, string[]]>([
  ["a running task", TASK, ["result", "pause", "add", "limits", "cancel"]],
  ["a paused one", { ...TASK, paused: true }, ["result", "resume", "add", "limits", "cancel"]],
  [
    "one whose plan waits",
    { ...TASK, status: "planning", waiting: waiting("approval") },
    ["approve", "reject", "result", "pause", "add", "limits", "cancel"],
  ],
  [
    "one that asked",
    { ...TASK, status: "in-progress", waiting: waiting("answer") },
    ["answer", "result", "pause", "add", "limits", "cancel"],
  ],
  [
    "a person's own work",
    { ...TASK, status: "in-progress", waiting: waiting("person") },
    ["result", "fail", "pause", "add", "limits", "cancel"],
  ],
  [
    "one that an agent gave",
    { ...TASK, from: "boss", given: { task_id: "job", subtask: "launch" } },
    ["result", "pause", "reassign", "add", "limits", "cancel"],
  ],
  [
    "a script's run, whose program says what is done",
    { ...TASK, isScript: true },
    ["result", "pause", "limits", "cancel"],
  ],
  ["a done task", ended("done"), []],
  ["a failed one", ended("failed", { error: "E_SUBTASK: draft failed" }), ["retry"]],
  [
    "one that failed for want of budget",
    ended("failed", { error: "E_BUDGET: no tokens left for the synthesis" }),
    ["retry", "limits"],
  ],
  ["a cancelled one", ended("cancelled"), ["retry"]],
  ["a failed one of another root", ended("failed", { from: "boss@other" }), []],
  ["a subtask under way", SUBTASK, ["result", "pause", "retry", "reassign", "limits", "cancel"]],
  ["a pending one", { ...SUBTASK, status: "pending" }, ["result", "pause", "reassign", "limits", "cancel"]],
  [
    "one that asked",
    { ...SUBTASK, assigned: "self", waiting: waiting("answer") },
    ["answer", "result", "pause", "retry", "reassign", "limits", "cancel"],
  ],
  ["a failed subtask of a running task", { ...SUBTASK, status: "failed" }, ["result", "retry", "reassign"]],
  ["a done one", { ...SUBTASK, status: "done" }, ["retry"]],
  ["a done one of a finished job", { ...SUBTASK, status: "done", taskStatus: "done" }, ["retry"]],
  [
    "one of a finished task whose giver has the reply",
    { ...SUBTASK, status: "failed", taskStatus: "failed", from: "boss" },
    [],
  ],
  ["a script's call", { ...SUBTASK, isScript: true }, ["result", "pause", "retry", "limits", "cancel"]],
])("%s", (_, subject, actions) => {
  expect(offeredActions(subject)).toEqual(actions);
});
