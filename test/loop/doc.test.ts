import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nothing, TABLE } from "../../src/loop/table.ts";
import { SUBTASK_TRANSITIONS, TASK_TRANSITIONS } from "./transitions.ts";

const TEXT = readFileSync(new URL("../../docs/loop.md", import.meta.url), "utf8");

/** The cells of the first table under a heading, the line of dashes left out. */
function tableUnder(heading: string): string[][] {
  const section = TEXT.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines
    .map((line) => line.slice(1, -1).split("|"))
    .map((cells) => cells.map((cell) => cell.trim()))
    .filter(([first]) => !/^-+$/.test(first ?? ""));
}

describe("docs/loop.md", () => {
  const [head = [], ...rows] = tableUnder("What happens at an event");
  const phases = Object.keys(TABLE) as (keyof typeof TABLE)[];

  it("has the columns and rows of the table in the code", () => {
    expect(head.slice(1)).toEqual(phases);
    for (const phase of phases) expect(rows.map(([event]) => event)).toEqual(Object.keys(TABLE[phase]));
  });

  it("says nothing where nothing happens, and only there", () => {
    for (const [event, ...cells] of rows) {
      const silent = phases.map((phase) => TABLE[phase][event as keyof (typeof TABLE)["final"]] === nothing);
      expect(
        cells.map((cell) => cell === "nothing"),
        event,
      ).toEqual(silent);
      expect(
        cells.every((cell) => cell !== ""),
        event,
      ).toBe(true);
    }
  });

  it("tells the states", () => {
    const [, ...states] = tableUnder("Where a task stands");
    expect(states.map(([state]) => state)).toEqual(phases);
  });

  it.each([
    ["Statuses of a task", TASK_TRANSITIONS],
    ["Statuses of a subtask", SUBTASK_TRANSITIONS],
  ])("%s: lists the transitions that are tested", (heading, transitions) => {
    const [, ...listed] = tableUnder(heading);
    expect(listed.map(([from, to]) => `${from} → ${to}`)).toEqual(Object.keys(transitions));
  });
});
