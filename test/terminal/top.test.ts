import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { lineProblem, targetFor, type Work, wordsFor } from "../../src/terminal/acts.ts";
import { draw } from "../../src/terminal/draw.ts";
import { escapeText, type Shown } from "../../src/terminal/escape-text.ts";
import type { Facts } from "../../src/terminal/facts.ts";
import type { Key } from "../../src/terminal/keys.ts";
import { parseKeys } from "../../src/terminal/keys.ts";
import { firstState, openPlace, type Size, type State } from "../../src/terminal/state.ts";
import { fitLine, line, textOf, widthOf, wrapText } from "../../src/terminal/styled.ts";
import { type Event, update } from "../../src/terminal/update.ts";
import { quickOrFull } from "../suite-size.ts";
import { facts, key, said, size } from "./any-facts.ts";
import { FakeScreen } from "./fake-screen.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const numRuns = quickOrFull(60, 5000);

/** What a life of the view is made of: keys, sizes, what was read meanwhile. */
const life = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: key.map((one): Event => ({ event: "key", key: one })) },
    size.map((one): Event => ({ event: "resized", size: one })),
    facts.map((one) => one),
    said.map((text): Event => ({ event: "acted", text, isWrong: text.length % 2 === 0 })),
  ),
  { maxLength: 25 },
);

function eventOf(state: State, one: Event | Facts): Event {
  return "event" in one ? one : { event: "looked", view: openPlace(state).view, facts: one };
}

/** No more lines than rows, none wider than the screen, nothing that a terminal obeys, the cursor on it. */
function check(state: State): void {
  const { lines, cursor } = draw(state);
  expect(lines.length).toBe(state.size.rows);
  for (const one of lines) {
    expect(widthOf(textOf(one))).toBeLessThanOrEqual(state.size.columns);
    expect(textOf(one)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  }
  if (cursor === undefined) return;
  expect(cursor.row).toBeLessThan(state.size.rows);
  expect(cursor.column).toBeLessThan(state.size.columns);
}

describe("any state at any size", () => {
  property.prop([size, facts, life], { numRuns })(
    "is drawn within the screen; no key throws",
    (first, known, all) => {
      let state = firstState(first, NOW);
      for (const one of [known, ...all]) {
        state = update(state, eventOf(state, one)).state;
        check(state);
      }
    },
  );

  property.prop([size, facts, life], { numRuns: quickOrFull(25, 2000), interruptAfterTimeLimit: 20_000 })(
    "stands on the terminal although only what changed was written",
    (first, known, all) => {
      let state = firstState(first, NOW);
      let shown: Shown | undefined;
      const terminal = new FakeScreen(first);
      for (const one of [known, ...all]) {
        const next = update(state, eventOf(state, one));
        if (next.effects.some((effect) => effect.do === "redraw")) shown = undefined;
        state = next.state;
        terminal.resize(state.size);
        const screen = draw(state);
        const made = escapeText(screen, shown, { columns: state.size.columns, colour: true });
        shown = made.shown;
        terminal.write(made.text);
        expect(terminal.lines()).toEqual(screen.lines.map((line) => textOf(line).trimEnd()));
      }
    },
  );

  test("whatever a line is made of, it is text", () => {
    expect(textOf(fitLine(line("\u001b[2Ja\nb", "\u202e日本"), 22))).toBe("\\u{1b}[2Ja b\\u{202e}…");
  });

  test("is not written again where nothing changed", () => {
    const look = { columns: 80, colour: false };
    const { shown } = escapeText(draw(firstState({ columns: 80, rows: 24 }, NOW)), undefined, look);
    expect(escapeText(draw(firstState({ columns: 80, rows: 24 }, NOW)), shown, look).text).toBe("");
  });

  property.prop([said, fc.integer({ min: 1, max: 40 })], { numRuns })(
    "text is broken, not lost",
    (text, width) => {
      const lines = wrapText(text, width);
      for (const one of lines) expect(widthOf(one)).toBeLessThanOrEqual(Math.max(2, width));
      const letters = (from: string) => from.replace(/\s/g, "");
      expect(letters(lines.join(""))).toBe(letters(wrapText(text, 100_000).join("")));
    },
  );
});

describe("keys", () => {
  const WHOLE: [string, Key[]][] = [
    ["j", [{ key: "text", text: "j" }]],
    ["\u001b[A\u001bOB", [{ key: "up" }, { key: "down" }]],
    ["\u001b[5~\u001b[1;5C", [{ key: "page-up" }, { key: "right" }]],
    ["é日👍", [..."é日👍"].map((text): Key => ({ key: "text", text }))],
    ["\r\u007f\u0003", [{ key: "enter" }, { key: "backspace" }, { key: "ctrl-c" }]],
    [
      "\u001b[200~yes\ny\u001b[201~q",
      [
        { key: "paste", text: "yes\ny" },
        { key: "text", text: "q" },
      ],
    ],
    ["\u001b[<0;1;1M\u001bx", []],
  ];
  test.each(WHOLE)("%j", (text, keys) => {
    expect(parseKeys(text, false)).toEqual({ keys, rest: "" });
    // Over a slow line they come in pieces.
    for (let at = 1; at < text.length; at++) {
      if (/[\ud800-\udbff]/.test(text[at - 1] ?? "")) continue;
      const first = parseKeys(text.slice(0, at), false);
      const second = parseKeys(first.rest + text.slice(at), true);
      expect([...first.keys, ...second.keys]).toEqual(keys);
    }
  });

  test("an escape by itself is a key when nothing follows", () => {
    expect(parseKeys("\u001b", false)).toEqual({ keys: [], rest: "\u001b" });
    expect(parseKeys("\u001b", true)).toEqual({ keys: [{ key: "escape" }], rest: "" });
  });

  property.prop([fc.string({ unit: "binary" })])("no bytes are too odd", (text) => {
    expect(parseKeys(text, true).rest).toBe("");
  });
});

describe("acting", () => {
  const SIZE: Size = { columns: 80, rows: 24 };
  const problem = (kind: string, more: object = {}) => ({
    kind,
    agent: "lead",
    task_id: "job",
    text: "?",
    ...more,
  });
  const asked = (...problems: object[]): Facts =>
    ({
      status: { root: "/r", hosts: [], problems, waiting: [], running: [], finished: [] },
    }) as unknown as Facts;
  const press = (state: State, keys: string) => {
    const effects = [];
    for (const one of keys) {
      const pressed: Key = one === "\n" ? { key: "enter" } : { key: "text", text: one };
      const next = update(state, { event: "key", key: pressed });
      state = next.state;
      effects.push(...next.effects.filter((effect) => effect.do === "act"));
    }
    return { state, effects };
  };
  const known = (given: Facts) =>
    update(firstState(SIZE, NOW), { event: "looked", view: { view: "home" }, facts: given }).state;
  const target = { agent: "lead", task: "job" };

  test("an approval is one key", () => {
    const { effects } = press(known(asked(problem("approval"))), "a");
    expect(effects).toEqual([{ do: "act", act: "approve", target, text: "" }]);
  });

  test("a rejection asks for the reason, and is none without", () => {
    const state = known(asked(problem("approval", { subtask: "draft" })));
    expect(press(state, "xtoo dear\n").effects).toEqual([
      { do: "act", act: "reject", target: { ...target, subtask: "draft" }, text: "too dear" },
    ]);
    expect(press(state, "x \n").effects).toEqual([]);
  });

  test("to cancel wants a yes", () => {
    const state = known(asked(problem("paused")));
    expect(press(state, "cn").effects).toEqual([]);
    expect(press(state, "cy").effects).toEqual([{ do: "act", act: "cancel", target, text: "" }]);
  });

  test("where nothing waits for it, that is said", () => {
    const { effects, state } = press(known(asked(problem("answer"))), "a");
    expect(effects).toEqual([]);
    expect(state.notice).toEqual({ text: "Nothing here waits for an approval.", tone: "wrong" });
  });

  test("a dead letter is put back by the key that does things again, and nothing else can be done to it", () => {
    const dead = { kind: "dead" as const, task_id: undefined, file: "mailbox/dead/task-a-1.md" };
    const state = known(asked({ ...problem("answer"), ...dead } as never));
    const { effects } = press(state, "r");
    const letter = { agent: "lead", task: "", letter: "task-a-1.md" };
    expect(effects).toEqual([{ do: "act", act: "retry", target: letter, text: "" }]);
    const words = ["dead", "--agent", "lead", "--", "requeue", "task-a-1.md"];
    expect(wordsFor("retry", letter, "").words).toEqual(words);
    for (const key of "apucbmn") expect(press(state, key).effects).toEqual([]);
    expect(press(state, "p").state.notice?.text).toContain("only be put back: r");
    expect(draw(state).lines.map(textOf).join("\n")).toContain("r retry");
  });

  test("what is pasted presses no key, and is one line of a text", () => {
    const state = known(asked(problem("answer")));
    const paste = (to: State, text: string) => update(to, { event: "key", key: { key: "paste", text } });
    expect(paste(state, "cy").state.prompt).toBeUndefined();
    const typed = paste(press(state, "w").state, "one\n  two\u0007").state;
    expect(press(typed, "\n").effects).toMatchObject([{ act: "answer", text: "one two" }]);
  });

  test("the chosen row stays chosen when others come before it", () => {
    const state = known(asked(problem("answer", { task_id: "b" })));
    const later = update(state, {
      event: "looked",
      view: { view: "home" },
      facts: asked(problem("approval", { task_id: "a" }), problem("answer", { task_id: "b" })),
    }).state;
    expect(press(later, "wx\n").effects).toMatchObject([{ act: "answer", target: { task: "b" } }]);
  });
});

describe("what is to be done by whom", () => {
  const work: Work = {
    target: { agent: "lead", task: "job", subtask: "draft" },
    own: { agent: "writer", task: "job.draft" },
    stands: "open",
  };

  test("a subtask goes to another agent where it was given, and a new one into the plan of who works on it", () => {
    const [moved, added] = [targetFor("reassign", work, {}), targetFor("add", work, {})];
    expect(wordsFor("reassign", moved ?? work.target, " coder ").words).toEqual([
      "set",
      "--agent",
      "lead",
      "--",
      "job/draft",
      "agent=coder",
    ]);
    expect(wordsFor("add", added ?? work.target, "links coder Check  all links").words).toEqual([
      "set",
      "--agent",
      "writer",
      "--",
      "job.draft/links",
      "agent=coder",
      "description=Check all links",
    ]);
  });

  test("not a whole job, nor what is done or over", () => {
    expect(
      targetFor("reassign", { target: { agent: "lead", task: "job" }, stands: "open" }, {}),
    ).toBeUndefined();
    expect(targetFor("reassign", { ...work, stands: "done" }, {})).toBeUndefined();
    expect(targetFor("add", { ...work, stands: "ended" }, {})).toBeUndefined();
  });

  test("a line that lacks something is no command", () => {
    expect(lineProblem("add", "links coder", [])).toContain("what is to be done");
    expect(lineProblem("add", "links coder Check them", ["links"])).toContain("links already");
    expect(lineProblem("add", "links coder Check them", ["draft"])).toBeUndefined();
    expect(lineProblem("reassign", "two words", [])).toContain("one name");
  });
});
