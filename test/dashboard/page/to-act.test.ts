import { expect, test } from "vitest";
import { parseEditWords } from "../../../src/cli/parse-edit-words.ts";
import { giveWork } from "../../../src/dashboard/page/actions/give-work.ts";
import type { ActionKind } from "../../../src/dashboard/page/actions/offered.ts";
import type { Subject } from "../../../src/dashboard/page/actions/subject.ts";
import { toAct, type Values } from "../../../src/dashboard/page/actions/to-act.ts";
import { commandText } from "../../../src/dashboard/page/actions/words.ts";
import { TASK as JOB, SUBTASK as PART } from "./subjects.ts";

const MORE = { siblings: ["facts"], budget: { tokens: 1000, usd: 2 } };
const TASK: Subject = { ...JOB, ...MORE };
const SUBTASK: Subject = { ...PART, ...MORE };
const CHILD: Subject = {
  ...TASK,
  agent: "writer",
  task_id: "launch-k3.draft",
  from: "lead",
  given: { task_id: "launch-k3", subtask: "draft" },
};

test.each<[string, ActionKind, Subject, Values, string]>([
  ["pause", "pause", TASK, {}, "clawflow pause launch-k3"],
  ["a subtask", "resume", SUBTASK, {}, "clawflow resume launch-k3/draft"],
  [
    "an approval is of what was shown",
    "approve",
    { ...TASK, waiting: { for: "approval", text: "", since: "", question: "q", plan: "0a1b" } },
    {},
    "clawflow approve launch-k3 --plan 0a1b",
  ],
  ["a reason", "reject", TASK, { text: "too dear" }, "clawflow reject launch-k3 'too dear'"],
  ["no reason", "reject", TASK, { text: " " }, "clawflow reject launch-k3"],
  ["an answer", "answer", SUBTASK, { text: "it's blue" }, "clawflow answer launch-k3/draft 'it'\\''s blue'"],
  [
    "an answer that looks like an option",
    "answer",
    TASK,
    { text: "--no" },
    "echo --no | clawflow answer launch-k3 -",
  ],
  ["an answer of lines", "answer", TASK, { text: "a\nb" }, "clawflow answer launch-k3 - < text.md"],
  ["a result", "result", TASK, { text: "all fine" }, "echo 'all fine' | clawflow done launch-k3 -"],
  [
    "a subtask's",
    "result",
    SUBTASK,
    { text: "fine" },
    "clawflow set launch-k3/draft status=done results=fine",
  ],
  ["a failure", "fail", TASK, { text: "no such file" }, "clawflow fail launch-k3 --error 'no such file'"],
  ["retry", "retry", TASK, {}, "clawflow retry launch-k3"],
  ["of a task that an agent gave: there", "retry", CHILD, {}, "clawflow retry launch-k3/draft"],
  ["reassign", "reassign", SUBTASK, { agent: "poet" }, "clawflow set launch-k3/draft agent=poet"],
  [
    "one that had ended is done again",
    "reassign",
    { ...SUBTASK, status: "failed" },
    { agent: "poet" },
    "clawflow set launch-k3/draft agent=poet status=pending",
  ],
  [
    "of a task that an agent gave",
    "reassign",
    CHILD,
    { agent: "poet" },
    "clawflow set launch-k3/draft agent=poet",
  ],
  [
    "another subtask",
    "add",
    TASK,
    { id: "check", agent: "critic", description: "Check it", instructions: "", after: "facts, draft" },
    "clawflow set launch-k3/check agent=critic 'description=Check it' 'depends_on=[facts, draft]'",
  ],
  [
    "limits: what was not changed is not set",
    "limits",
    TASK,
    { tokens: "1000", usd: "3.5", tasks: "", time: "2h" },
    "clawflow set launch-k3 budget.usd=3.5 deadline=2h",
  ],
  [
    "of a subtask",
    "limits",
    SUBTASK,
    { tokens: "2,000", time: "30m" },
    "clawflow set launch-k3/draft budget.tokens=2000 timeout=30m",
  ],
  ["cancel", "cancel", TASK, {}, "clawflow cancel launch-k3"],
  [
    "with a reason that looks like an option",
    "cancel",
    TASK,
    { text: "-x" },
    "clawflow cancel launch-k3 ' -x'",
  ],
])("%s", (_, kind, subject, values, expected) => {
  const { command, body } = toAct(kind, subject, values);
  expect(commandText(command, body)).toBe(expected);
});

test("whose it is is said, so that two tasks of a name are not mistaken", () => {
  expect(toAct("pause", TASK).body.options).toEqual({ agent: "lead" });
  expect(toAct("retry", CHILD).body.options).toEqual({ agent: "lead" });
  expect(toAct("cancel", CHILD).body.options).toEqual({ agent: "writer" });
});

test.each<[ActionKind, Subject, Values, string]>([
  ["answer", TASK, { text: "  " }, "Write an answer."],
  ["result", SUBTASK, {}, "Write the result."],
  ["add", TASK, { id: "Not This", agent: "critic" }, "A name is of a-z"],
  ["add", TASK, { id: "facts", agent: "critic" }, "There is a subtask facts already."],
  ["limits", TASK, { tokens: "many" }, "tokens is a number."],
  ["limits", TASK, { time: "2 hours" }, "A time is like"],
  ["limits", TASK, { tokens: "1000" }, "Change one of them."],
  ["reassign", SUBTASK, {}, "Say which agent"],
])("%s without what it needs", (kind, subject, values, expected) => {
  expect(() => toAct(kind, subject, values)).toThrow(expected);
});

test("what is set is what the command line takes, whatever a text holds", () => {
  const text = "a=b: [c]\n\"d\" 'e' #f";
  const added = toAct("add", TASK, {
    id: "x",
    agent: "critic",
    description: text,
    instructions: text,
    after: "facts",
  });
  expect(parseEditWords(added.body.words.slice(1), "subtask")).toEqual({
    agent: "critic",
    description: text,
    instructions: text,
    depends_on: ["facts"],
  });
  const written = toAct("result", SUBTASK, { text });
  expect(parseEditWords(written.body.words.slice(1), "subtask")).toEqual({ status: "done", results: text });
  const limited = toAct("limits", TASK, { usd: "0.5", time: "90m" });
  expect(parseEditWords(limited.body.words.slice(1), "task")).toEqual({
    budget: { usd: 0.5 },
    deadline: "90m",
  });
});

test("a command is shown with long texts cut, and always as one that a shell takes whole", () => {
  const { command, body } = toAct("result", SUBTASK, { text: `it's ${"x".repeat(500)}` });
  const shown = commandText(command, body);
  expect(shown.length).toBeLessThan(260);
  expect(shown).toMatch(/…'$/);
});

test("work is given with the limits that were written", () => {
  const given = giveWork({ agent: "lead", text: " Compare ", title: "", tokens: "500", approval: "always" });
  expect(given).toEqual({
    command: "send",
    body: { words: ["lead", "-"], options: { tokens: "500", approval: "always" }, input: "Compare" },
  });
  expect(() => giveWork({ agent: "lead", text: "" })).toThrow("Write what is to be done.");
});
