import { expect, test } from "vitest";
import { chatWords } from "../../src/openclaw/chat-words.ts";

test.each([
  ["", ["status"]],
  ["why compare-1 --json", ["why", "compare-1", "--json"]],
  ["set t-1 title=\"a b\" 'x y'", ["set", "t-1", 'title="a', 'b"', "x y"]],
  ['answer t-1/first "the blue one"', ["answer", "t-1/first", "the blue one"]],
  ["answer t-1 yes", ["answer", "t-1", "yes"]],
  ["approve t-1", ["approve", "t-1"]],
])("%s", (line, words) => {
  expect(chatWords(line)).toEqual(words);
});

test("a text is the rest of the line as it stands", () => {
  expect(chatWords('send lead Compare  "a" and b:\n- first\n- --second')).toEqual([
    "send",
    "--",
    "lead",
    'Compare  "a" and b:\n- first\n- --second',
  ]);
  expect(chatWords("reject t-1 too dear, take less")).toEqual(["reject", "--", "t-1", "too dear, take less"]);
});

test("options before a text stay options, and those in it are text", () => {
  expect(chatWords("send --tokens 500 lead --title=x Do --json now")).toEqual([
    "send",
    "--tokens",
    "500",
    "--title=x",
    "--",
    "lead",
    "Do --json now",
  ]);
});
