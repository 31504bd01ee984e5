import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { readEdit } from "../../src/protocol/read-edit.ts";

interface State {
  rev: number;
  status: string;
  scan: string;
  attempt: number;
  results?: string;
  waiting?: string;
  more?: boolean;
}

/** Three texts of one task: the person had the middle one before them, and it is not kept any more. */
function textOf({ rev, status, scan, attempt, results = "", waiting = "", more = false }: State): string {
  return `---
clawflow: 2
task_id: audit
title: Audit
status: ${status}
rev: ${rev}
used: {seconds: ${rev}}
${waiting}subtasks:
  scan:
    agent: reader
    description: Scan
    status: ${scan}
    attempt: ${attempt}
${more ? "  more: {agent: writer, description: More, status: dispatched, attempt: 1}\n" : ""}---
# Task: Audit

## Instructions

Do it.

## Working Notes

## Subtask Results

${results}
## Synthesised Output

`;
}

const EARLIER = textOf({ rev: 1, status: "planning", scan: "pending", attempt: 0 });
const HAD = textOf({ rev: 2, status: "executing", scan: "dispatched", attempt: 1 });
const LATER = textOf({ rev: 5, status: "done", scan: "done", attempt: 1, results: "### scan\n\nFour.\n\n" });
const WAITING = "waiting:\n  for: question\n  text: Which?\n  question: q\n";

const read = (edited: string, earlier = EARLIER, later = LATER) => readEdit(earlier, edited, { later });

describe("a text between two that are kept", () => {
  test("says nothing that the runtime passed through meanwhile", () => {
    expect(read(HAD)).toMatchObject({ edit: {}, putBack: [], empty: true });
  });

  test("says what the person wrote, however the task had gone on", () => {
    const edited = HAD.replace("rev: 2", "# mine\nrev: 2\nowner: Ann")
      .replace("Do it.", "Do it well.")
      .replace("description: Scan", "description: Scan all");
    expect(read(edited).edit).toEqual({
      comments: ["# mine"],
      own: { owner: "Ann" },
      instructions: "Do it well.",
      subtasks: { scan: { description: "Scan all" } },
    });
  });

  test("ends a task and a subtask by hand", () => {
    const edited = HAD.replace("status: executing", "status: cancelled").replace("dispatched", "cancelled");
    expect(read(edited).edit).toEqual({ status: "cancelled", subtasks: { scan: { status: "cancelled" } } });
  });

  test("does not do again what was only waiting then", () => {
    const had = textOf({ rev: 2, status: "executing", scan: "pending", attempt: 0 });
    expect(read(had).edit).toEqual({});
  });

  test("a subtask that came meanwhile is no new one, and one that was taken out is cancelled", () => {
    const more = textOf({ rev: 5, status: "executing", scan: "done", attempt: 1, more: true });
    const had = textOf({ rev: 2, status: "executing", scan: "dispatched", attempt: 1, more: true });
    expect(read(had, EARLIER, more).edit).toEqual({});
    expect(read(had, more, LATER).edit).toEqual({});
    const without = textOf({ rev: 2, status: "executing", scan: "dispatched", attempt: 1 });
    expect(read(without, more, more).edit).toEqual({ subtasks: { more: null } });
    expect(read(without, EARLIER, more).edit).toEqual({});
  });

  test("a question that came and went is no edit; its answer is", () => {
    const had = textOf({ rev: 2, status: "executing", scan: "dispatched", attempt: 1, waiting: WAITING });
    expect(read(had)).toMatchObject({ edit: {}, putBack: [] });
    const answered = had.replace("question: q\n", "question: q\n  answer: both\n");
    expect(read(answered).edit).toEqual({ answer: "both" });
  });

  test("results that came or are a person's", () => {
    const had = HAD.replace("## Synth", "### scan\n\nFour.\n\n## Synth");
    expect(read(had).edit).toEqual({});
    expect(read(had.replace("Four.", "Five.")).edit).toEqual({ subtasks: { scan: { results: "Five." } } });
  });
});

const ORDER = ["pending", "dispatched", "done"];
property.prop([
  fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)).map((all) => all.sort()),
  fc.constantFrom("planning", "executing", "aggregating"),
  fc.boolean(),
])(
  "whatever the three states of a task that goes on: what is not the person's is no edit",
  (steps, status, isEdited) => {
    const [earlier, had, later] = steps.map((step, at) =>
      textOf({
        rev: at + 1,
        status: at === 0 ? "planning" : at === 1 ? status : "aggregating",
        scan: ORDER[step] ?? "",
        attempt: Math.min(step, 1),
      }),
    ) as [string, string, string];
    const edited = isEdited ? had.replace("Do it.", "Do it well.") : had;
    expect(read(edited, earlier, later)).toMatchObject({
      edit: isEdited ? { instructions: "Do it well." } : {},
      putBack: [],
    });
  },
);
