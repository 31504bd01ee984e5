import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { formatOver } from "../../src/protocol/format-over.ts";
import { parseYaml } from "../../src/protocol/parse-yaml.ts";
import type { Task } from "../../src/protocol/task.ts";
import { formatTask, parseTask } from "../../src/protocol/task-document.ts";
import { quickOrFull } from "../suite-size.ts";
import { task as anyTask } from "./any-task.ts";
import { chooser, commentsOf } from "./person-layout.ts";
import { changed, laidOut } from "./runtime-change.ts";

const NONE: ReadonlySet<string> = new Set();
const numbers = fc.array(fc.nat(), { minLength: 20, maxLength: 200 });

function without({ layout: _, ...task }: Task): Task {
  return task;
}

/** What differs between two texts, without what they have in common at their start and end. */
function middles(a: string, b: string): [string, string] {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

describe("over the layout of a person", () => {
  property.prop([anyTask, numbers], { numRuns: quickOrFull(30, 300) })(
    "what says the same is the same text",
    (task, choices) => {
      const laid = laidOut(task, chooser(choices));
      fc.pre(!laid.layout.includes("# Task: Another"));
      expect(formatTask(laid).text).toBe(laid.layout);
    },
  );

  property.prop([anyTask, anyTask, numbers], { numRuns: quickOrFull(30, 300) })(
    "what changed is said, no comment is lost, and once more is no change",
    (task, other, choices) => {
      const choose = chooser(choices);
      const next = changed(laidOut(task, choose), other, choose);
      const text = formatOver(next, NONE);
      expect(text).toBeDefined();
      if (text === undefined) return;
      expect(parseTask(text)).toEqual(without(next));
      const kept = commentsOf(text);
      expect(kept).toEqual(commentsOf(next.layout));
      expect(formatOver({ ...next, layout: text }, NONE)).toBe(text);
    },
  );

  property.prop([anyTask, numbers], { numRuns: quickOrFull(30, 300) })(
    "one value that changed is all that changes",
    (task, choices) => {
      const laid = laidOut(task, chooser(choices));
      fc.pre(!laid.layout.includes("# Task: Another"));
      const text = formatTask({ ...laid, rev: laid.rev + 1 }).text;
      expect([...text].length).toBeLessThanOrEqual([...laid.layout].length + 1);
      const [old, is] = middles(laid.layout, text);
      expect(`${old} ${is}`).toMatch(/^\d+ \d+$/);
    },
  );
});

test("a field named as what every object has is written into a head in flow form", () => {
  const [first] = fc.sample(anyTask, { numRuns: 1, seed: 7 }) as [Task];
  const { extra: _, ...bare } = first;
  const { text } = formatTask(bare);
  const end = text.indexOf("\n---\n", 4);
  const layout = `---\n${JSON.stringify(parseYaml(text.slice(4, end + 1), "E_FIELD"))}${text.slice(end)}`;
  const next = { ...parseTask(layout), layout, extra: { toString: "mine" } };
  expect(parseTask(formatOver(next, NONE) ?? "").extra).toStrictEqual({ toString: "mine" });
});
