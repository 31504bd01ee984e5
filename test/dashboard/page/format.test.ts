import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import {
  agoText,
  amountRows,
  amountText,
  countText,
  cutText,
  durationText,
  shortText,
} from "../../../src/dashboard/page/parts/format.ts";
import { isPlainEnough } from "../../../src/dashboard/page/parts/is-plain-enough.ts";
import { markedParts } from "../../../src/dashboard/page/parts/marked-parts.ts";
import { progressOf } from "../../../src/dashboard/page/parts/progress-of.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("durations", () => {
  const of = [0, 440, 9_949, 9_951, 59_600, 185_000, 2 * HOUR + 7 * MINUTE, 47 * HOUR, 76 * HOUR, -5];
  expect(of.map(durationText)).toEqual([
    "0.0 s",
    "0.4 s",
    "9.9 s",
    "10 s",
    "1 min 00 s",
    "3 min 05 s",
    "2 h 07 min",
    "47 h 00 min",
    "3 d 4 h",
    "0.0 s",
  ]);
});

test("how long ago", () => {
  const of = [0, 4_999, 5_000, 59_999, MINUTE, 59 * MINUTE, HOUR, 47 * HOUR, 48 * HOUR, -2 * HOUR];
  expect(of.map(agoText)).toEqual([
    "just now",
    "just now",
    "5 s ago",
    "59 s ago",
    "1 min ago",
    "59 min ago",
    "1 h ago",
    "47 h ago",
    "2 days ago",
    "in 2 h",
  ]);
});

test("amounts: what is used of nothing granted is nothing to say", () => {
  expect(amountRows({ used: { tasks: 0, tokens: 1200 }, granted: { usd: 2 }, left: { usd: 1.5 } })).toEqual([
    { kind: "tokens", used: 1200 },
    { kind: "usd", granted: 2, left: 1.5 },
  ]);
  expect(amountRows({})).toEqual([]);
  expect(amountText("tokens", 12_345)).toBe("12,345 tokens");
  expect(amountText("tasks", 1)).toBe("1 task");
  expect(amountText("usd", 0.000021)).toBe("0.000021 usd");
  expect(amountText("seconds", 4.5)).toBe("4.5 s of brains");
  expect(countText(0, "message")).toBe("0 messages");
});

property.prop([fc.string({ unit: "binary", maxLength: 60 }), fc.integer({ min: 1, max: 60 })])(
  "a text is cut at no half of a character",
  (text, most) => {
    fc.pre(text.isWellFormed());
    const cut = cutText(text, most);
    expect(text.startsWith(cut)).toBe(true);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut === text || cut.length <= most).toBe(true);
  },
);

property.prop([fc.string(), fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 })])(
  "what is marked in a text changes nothing of it",
  (text, words) => {
    expect(
      markedParts(text, words)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  },
);

test("a text that is cut says so", () => {
  expect(shortText("x".repeat(200), 100)).toBe(`${"x".repeat(100)}…`);
  expect(shortText("x".repeat(105), 100)).toBe("x".repeat(105));
});

test("words are marked whatever their case, the longer before the shorter", () => {
  const marked = (text: string, words: string[]) =>
    markedParts(text, words).flatMap((part) => (part.isMarked ? [part.text] : []));
  expect(marked("The Lamps and a lamp. (x)", ["lamp", "lamps", "(x)"])).toEqual(["Lamps", "lamp", "(x)"]);
});

test("progress counts what has ended, however, and names what went wrong", () => {
  expect(progressOf({ done: 3, failed: 1, dispatched: 2 })).toEqual({
    all: 6,
    over: 4,
    text: "3 of 6 done, 1 failed",
  });
  expect(progressOf({})).toMatchObject({ all: 0 });
});

test("texts that would take seconds to read as Markdown are shown as they stand", () => {
  const paragraph = `${"Lorem *ipsum* dolor. ".repeat(200)}\n\n`;
  expect(isPlainEnough(paragraph.repeat(10))).toBe(true);
  const tangled = [
    paragraph.repeat(20),
    "_a__b".repeat(3000),
    `ok\n\n${">".repeat(500)} x`,
    `${"> ".repeat(90)}x`,
  ];
  expect(tangled.map(isPlainEnough)).toEqual([false, false, false, false]);
});
