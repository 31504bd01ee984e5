import { fc, test as property } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { taskEditSchema } from "../../src/protocol/edit.ts";
import { ClawflowError } from "../../src/protocol/errors.ts";
import { formatTask } from "../../src/protocol/format-task.ts";
import { readEdit, revOf } from "../../src/protocol/read-edit.ts";
import { quickOrFull } from "../suite-size.ts";
import { task as anyTask } from "./any-task.ts";
import { asPerson, chooser, restyled } from "./person-layout.ts";
import { wish, writeEdit } from "./written-edit.ts";

const numRuns = quickOrFull(40, 1000);
const numbers = fc.array(fc.nat(), { minLength: 60, maxLength: 60 });

describe("an edit", () => {
  property.prop([anyTask, wish], { numRuns })("is what the person wrote", (task, wanted) => {
    const before = formatTask(task).text;
    const { text, edit } = writeEdit(task, wanted);
    const read = readEdit(before, text);
    expect(read.edit, text).toEqual(edit);
    expect(read.putBack, text).toEqual([]);
    const known = Object.keys(edit.subtasks ?? {}).flatMap((id) => {
      const { status, attempt } = task.subtasks.get(id) ?? {};
      return status === undefined ? [] : [[id, { status, attempt }]];
    });
    expect(read.seen).toEqual(Object.fromEntries(known));
    expect(revOf(text)).toBe(task.rev);
  });

  property.prop([anyTask, numbers], { numRuns })(
    "of comments, order, styles and line ends is none",
    (task, chosen) => {
      const choose = chooser(chosen);
      const before = formatTask(task).text;
      const restyle = restyled(before, choose);
      const body = restyle.indexOf("\n---") + 4;
      const edited =
        choose(2) === 0 ? restyle : restyle.slice(0, body) + trimmedLines(restyle.slice(body), choose);
      const { edit, putBack, empty } = readEdit(before, edited);
      delete edit.comments;
      expect({ edit, putBack, empty }, edited).toEqual({ edit: {}, putBack: [], empty: true });
      expect(readEdit(edited, before).edit, edited).toEqual({});
    },
  );

  property.prop([anyTask, numbers], { numRuns })(
    "of nothing is none, in the layout of a person as well",
    (task, chosen) => {
      const text = asPerson(formatTask(task).text, chooser(chosen));
      expect(readEdit(text, text)).toEqual({ edit: {}, seen: {}, putBack: [], empty: true });
    },
  );

  property.prop([anyTask, numbers, fc.boolean()], { numRuns })(
    "of a text in pieces is an edit or an error of ours",
    (task, chosen, isByHand) => {
      const choose = chooser(chosen);
      const canonical = formatTask(task).text;
      const before = isByHand ? asPerson(canonical, choose) : canonical;
      let edited = before;
      for (let n = 1 + choose(3); n > 0; n--)
        edited = choose(3) === 0 ? brokenBytes(edited, choose) : brokenLines(edited, choose);
      try {
        const { edit } = readEdit(before, edited);
        expect(taskEditSchema.parse(edit)).toEqual(edit);
      } catch (error) {
        expect(error, edited).toBeInstanceOf(ClawflowError);
        expect((error as ClawflowError).code).not.toBe("E_INTERNAL");
      }
    },
  );
});

function trimmedLines(body: string, choose: (count: number) => number): string {
  const lines = body.split("\n").map((line) => line.replace(/[ \t]+(\r?)$/, "$1"));
  const text = lines.join("\n");
  return choose(2) === 0 ? text.trimEnd() : `${text}\n`;
}

function brokenLines(text: string, choose: (count: number) => number): string {
  const lines = text.split("\n");
  const from = choose(lines.length);
  const count = 1 + choose(Math.min(12, lines.length - from));
  const part = lines.slice(from, from + count);
  switch (choose(4)) {
    case 0:
      return lines.slice(0, from).join("\n");
    case 1:
      return lines.toSpliced(from, count).join("\n");
    case 2:
      return lines.toSpliced(choose(lines.length), 0, ...part).join("\n");
    default:
      return lines
        .toSpliced(from, count)
        .toSpliced(choose(lines.length), 0, ...part)
        .join("\n");
  }
}

function brokenBytes(text: string, choose: (count: number) => number): string {
  const bytes = [...Buffer.from(text)];
  const from = choose(bytes.length);
  const put = Array.from({ length: choose(4) }, () => choose(256));
  return Buffer.from(bytes.toSpliced(from, choose(40), ...put)).toString();
}
