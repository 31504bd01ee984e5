import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { EditBench } from "../host/edit-bench.ts";
import { until } from "../host/until.ts";
import { isInstalled, PROGRAMS, type Step } from "./programs.ts";

/*
 * Each row of the table of what a person may edit, with the real editors, in a terminal. It counts from the end of the editor until the
 * edit has its effect.
 */

type Row = [
  what: string,
  steps: (text: string) => Step[],
  effect: (bench: EditBench) => boolean,
  approval?: "always",
];

const status = (b: EditBench, id: string) => b.task.subtasks.get(id)?.status;

/** Of an entry: how many lines it has. */
function linesOf(text: string, id: string): number {
  return (new RegExp(`^  ${id}:\\n(?:    .*\\n)+`, "m").exec(text)?.[0] ?? "").split("\n").length - 1;
}

const ROWS: Row[] = [
  ["the title", () => [{ replace: "title: Go", by: "title: Fly" }], (b) => b.task.title === "Fly"],
  [
    "the instructions",
    () => [{ below: "## Instructions", insert: "With care." }],
    (b) => b.task.text.instructions.startsWith("With care."),
  ],
  [
    "a comment and an own key",
    () => [{ below: "clawflow: 2", insert: "mood: good # mine" }],
    (b) => b.task.extra?.mood === "good",
  ],
  [
    "a new subtask",
    () => [{ below: "subtasks:", insert: "  extra: {agent: poet, description: A line}" }],
    (b) => b.task.subtasks.get("extra")?.results === "poet: A line",
  ],
  [
    "the agent of a dispatched one",
    () => [{ replace: "agent: writer", by: "agent: poet" }],
    (b) => b.task.subtasks.get("second")?.attempt === 2,
  ],
  [
    "the description of a pending one",
    () => [{ replace: "description: check", by: "description: sing" }],
    (b) => b.task.subtasks.get("third")?.description === "sing",
  ],
  [
    "status: pending",
    () => [{ replace: "status: done", by: "status: pending" }],
    (b) => b.task.subtasks.get("first")?.attempt === 2,
  ],
  [
    "status: done, the result by hand",
    () => [
      { replace: "status: dispatched", by: "status: done" },
      { below: "## Subtask Results", insert: "By hand." },
      { below: "## Subtask Results", insert: "### second" },
    ],
    (b) => b.task.subtasks.get("second")?.results === "By hand.",
  ],
  [
    "status: cancelled",
    () => [{ replace: "status: dispatched", by: "status: cancelled" }],
    (b) => status(b, "second") === "cancelled",
  ],
  [
    "the entry removed",
    (text) => [{ delete: "  second:", lines: linesOf(text, "second") }],
    (b) => !b.task.subtasks.has("second"),
  ],
  ["paused: true", () => [{ below: "clawflow: 2", insert: "paused: true" }], (b) => b.task.paused === true],
  [
    "the task ended by hand",
    () => [{ replace: "status: executing", by: "status: cancelled" }],
    (b) => b.task.status === "cancelled",
  ],
  [
    "what is the runtime's, put back",
    () => [{ replace: "from: human", by: "from: poet" }],
    (b) => existsSync(b.path.replace("task.md", "task.problem.md")),
  ],
  [
    "an approval",
    () => [{ below: "  for: approval", insert: "  approved: yes" }],
    (b) => b.task.status === "executing",
    "always",
  ],
];

let sessions = 0;
const times: { editor: string; row: string; ms: number }[] = [];

describe.each(PROGRAMS)("$name", ({ name, binary, edit }) => {
  test.skipIf(!isInstalled(binary) || !isInstalled("tmux")).each(ROWS)(
    "%s",
    async (row, steps, effect, approval) => {
      const bench = await new EditBench().start(500);
      onTestFinished(() => bench.host.stop());
      await bench.give(approval === undefined ? {} : { approval });
      if (approval !== undefined)
        await until(
          () => /^ {2}for: approval$/m.test(bench.text) || undefined,
          "the block of what is waited for",
        );
      const wanted = steps(readFileSync(bench.path, "utf8"));
      await edit(`e${++sessions}`, bench.path, wanted);
      const saved = performance.now();
      await until(() => effect(bench) || undefined, "the effect");
      times.push({ editor: name, row, ms: Math.round(performance.now() - saved) });
      await bench.end();
    },
  );
});

test("no editor is missing", () => {
  // Where one is, its rows are passed over: say so aloud.
  expect(PROGRAMS.filter(({ binary }) => !isInstalled(binary)).map(({ name }) => name)).toEqual([]);
  expect(isInstalled("tmux")).toBe(true);
});

afterAll(() => {
  for (const { name } of PROGRAMS) {
    const own = times
      .filter(({ editor }) => editor === name)
      .map(({ ms }) => ms)
      .sort((a, b) => a - b);
    if (own.length > 0)
      console.log(
        `${name}: ${own.length} rows, effect after ${own[Math.floor(own.length / 2)]} ms (median), ${own.at(-1)} ms (longest)`,
      );
  }
});
