import { fc, test as prop } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { keepDraft, readDraft } from "../../../src/dashboard/page/task/file/draft.ts";
import {
  type EditorEvent,
  type EditorState,
  isBehind,
  isUnsaved,
  nextState,
  openEditor,
} from "../../../src/dashboard/page/task/file/editor-state.ts";
import { diffLines, linesOf } from "../../../src/dashboard/page/task/file/line-diff.ts";
import { conflictsOf, mergedText, mergeLines } from "../../../src/dashboard/page/task/file/merge-lines.ts";
import { sideBySide } from "../../../src/dashboard/page/task/file/side-by-side.ts";

const text = fc
  .array(fc.constantFrom("a\n", "b\n", "c\n", "d\r\n", "\n", "end"), { maxLength: 14 })
  .map((lines) => lines.map((line, at) => (line === "end" && at < lines.length - 1 ? "e\n" : line)).join(""));

describe("lines that differ", () => {
  prop.prop([text, text])("make the one text the other", (old, now) => {
    const [from, to] = [linesOf(old), linesOf(now)];
    const made: string[] = [];
    let at = 0;
    for (const { oldStart, oldEnd, newStart, newEnd } of diffLines(from, to)) {
      made.push(...from.slice(at, oldStart), ...to.slice(newStart, newEnd));
      at = oldEnd;
    }
    expect([...made, ...from.slice(at)].join("")).toBe(now);
  });

  test("are as few as can be", () => {
    const hunks = diffLines(linesOf("a\nb\nc\nd\n"), linesOf("a\nc\nx\nd\n"));
    expect(hunks).toEqual([
      { oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 1 },
      { oldStart: 3, oldEnd: 3, newStart: 2, newEnd: 3 },
    ]);
  });

  test("of two texts that have nothing in common are all of them, and soon", () => {
    const of = (sign: string) => Array.from({ length: 20_000 }, (_, at) => `${sign}${at}\n`);
    expect(diffLines(of("a"), of("b"))).toHaveLength(1);
  });

  test("stand beside each other, with their numbers, and equal ones far from them are left out", () => {
    const lines = Array.from({ length: 20 }, (_, at) => `line ${at}\n`);
    const other = lines.with(10, "other\n").toSpliced(15, 1);
    const rows = sideBySide(lines.join(""), other.join(""));
    expect(rows.map(({ kind }) => kind).join(" ")).toBe(
      "gap same same same changed same same same same left same same same same",
    );
    expect(rows.find(({ kind }) => kind === "changed")).toEqual({
      kind: "changed",
      left: { number: 11, text: "line 10" },
      right: { number: 11, text: "other" },
    });
    expect(rows.find(({ kind }) => kind === "left")).toEqual({
      kind: "left",
      left: { number: 16, text: "line 15" },
    });
    expect(sideBySide("a\n", "a\n").map(({ kind }) => kind)).toEqual(["same"]);
  });
});

describe("two edits of one text", () => {
  prop.prop([text, text])("of which one changed nothing are the other", (base, one) => {
    expect(mergedText(mergeLines(base, one, base))).toBe(one);
    expect(mergedText(mergeLines(base, base, one))).toBe(one);
    expect(mergedText(mergeLines(base, one, one))).toBe(one);
  });

  prop.prop([text, text, text])(
    "are one of them, wherever both changed, as it is decided",
    (base, mine, theirs) => {
      const parts = mergeLines(base, mine, theirs);
      const all = (side: "mine" | "theirs") => Array.from({ length: conflictsOf(parts) }, () => side);
      expect(mergedText(parts, all("mine"))).toBeDefined();
      expect(mergedText(parts, []) === undefined).toBe(conflictsOf(parts) > 0);
      for (const part of parts) if (part.kind === "both") expect(part.mine).not.toEqual(part.theirs);
    },
  );

  test("in different places are both kept", () => {
    const parts = mergeLines("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nE\nF\n");
    expect(mergedText(parts)).toBe("A\nb\nc\nE\nF\n");
  });

  test("in the same place are a person's to decide, also where one adds at an edge of the other", () => {
    const parts = mergeLines("a\nb\nc\n", "a\nmine\nc\n", "a\ntheirs\nc\n");
    expect(parts).toEqual([
      { kind: "settled", lines: ["a\n"] },
      { kind: "both", mine: ["mine\n"], theirs: ["theirs\n"] },
      { kind: "settled", lines: ["c\n"] },
    ]);
    expect(mergedText(parts)).toBeUndefined();
    expect(mergedText(parts, ["theirs"])).toBe("a\ntheirs\nc\n");
    expect(conflictsOf(mergeLines("a\n", "a\nmine\n", "a\ntheirs\n"))).toBe(1);
  });

  test("in lines beside each other are both kept: a task.md is a line for each field", () => {
    expect(mergedText(mergeLines("a\nb\n", "A\nb\n", "a\nB\n"))).toBe("A\nB\n");
    expect(mergedText(mergeLines("a\nb\nc\n", "a\nb\nC\n", "A1\nA2\nb2\nc\n"))).toBe("A1\nA2\nb2\nC\n");
    expect(conflictsOf(mergeLines("a\nb\n", "A\nb\n", "a\nmore\nb\n"))).toBe(1);
  });

  test("no two lines run together at an end of the file without a line end", () => {
    expect(mergedText(mergeLines("a\nb\nc", "a\nb\nc", "a\nb\nC"))).toBe("a\nb\nC");
    const parts = mergeLines("a\nb", "a\nmine", "a\ntheirs\nmore\n");
    expect(mergedText(parts, ["mine"])).toBe("a\nmine");
  });
});

describe("the editor of task.md", () => {
  const first = { text: "one\n", hash: "1" };
  const second = { text: "two\n", hash: "2" };
  const stateAfter = (state: EditorState, ...events: EditorEvent[]) => events.reduce(nextState, state);

  test("follows the file while the person has written nothing", () => {
    const state = stateAfter(openEditor(first, undefined), { event: "read", file: second });
    expect(state).toMatchObject({ base: second, text: "two\n" });
    expect(isUnsaved(state)).toBe(false);
  });

  test("leaves what a person wrote alone when the file becomes another", () => {
    const state = stateAfter(openEditor(first, undefined), typed("mine\n"), { event: "read", file: second });
    expect(state).toMatchObject({ base: first, text: "mine\n", current: second });
    expect(isUnsaved(state) && isBehind(state)).toBe(true);
  });

  test("what was typed while it was saved is unsaved", () => {
    const state = stateAfter(openEditor(first, undefined), typed("mine, longer\n"), {
      event: "saved",
      text: "mine\n",
      hash: "3",
    });
    expect(isUnsaved(state)).toBe(true);
    expect(state.base).toEqual({ text: "mine\n", hash: "3" });
  });

  test("of a conflict one takes theirs and can have one's own back, or goes on from theirs", () => {
    const conflict = stateAfter(openEditor(first, undefined), typed("mine\n"), {
      event: "conflict",
      theirs: second,
    });
    const taken = stateAfter(conflict, { event: "took-theirs" });
    expect(taken).toMatchObject({ base: second, text: "two\n", dropped: "mine\n" });
    expect(taken.theirs).toBeUndefined();
    expect(stateAfter(taken, { event: "took-back" })).toMatchObject({ base: second, text: "mine\n" });
    const merged = stateAfter(conflict, { event: "merged", text: "both\n" });
    expect(merged).toMatchObject({ base: second, text: "both\n", dropped: "mine\n" });
    expect(merged.theirs).toBeUndefined();
  });

  test("what one decides about moves on with the file, and is settled when it is the same", () => {
    const third = { text: "three\n", hash: "3" };
    const conflict = stateAfter(openEditor(first, undefined), typed("mine\n"), {
      event: "conflict",
      theirs: second,
    });
    expect(stateAfter(conflict, { event: "read", file: third }).theirs).toEqual(third);
    const same = stateAfter(conflict, { event: "read", file: { text: "mine\n", hash: "4" } });
    expect(same.theirs).toBeUndefined();
    expect(isUnsaved(same)).toBe(false);
  });

  test("takes up after a reload what was not saved, with what it was made from", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    expect(keepDraft(storage, "lead", "job", { base: first, text: "mine\n" })).toBe(true);
    const state = openEditor(second, readDraft(storage, "lead", "job"));
    expect(state).toMatchObject({ base: first, text: "mine\n", current: second });
    expect(readDraft(storage, "lead", "other")).toBeUndefined();
    keepDraft(storage, "lead", "job", { base: first, text: first.text });
    expect(kept.size).toBe(0);
    kept.set("clawflow:draft:lead/job", "{");
    expect(readDraft(storage, "lead", "job")).toBeUndefined();
    const full = {
      ...storage,
      setItem: () => {
        throw new Error("full");
      },
    };
    expect(keepDraft(full, "lead", "job", { base: first, text: "mine\n" })).toBe(false);
  });

  function typed(text: string): EditorEvent {
    return { event: "typed", text };
  }
});
