import type { Command } from "commander";
import { expect, test } from "vitest";
import type { z } from "zod";
import * as shapes from "../../src/cli/json-shapes.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { logEventSchema } from "../../src/protocol/log-event.ts";
import { fakeIo } from "../cli/fake-io.ts";
import { codeWords, fences, readDoc, sectionOf } from "./docs.ts";

const page = readDoc("docs/command-line.md");

const commands = makeProgram(fakeIo()).program.commands.filter((command) => command.name() !== "help");
const common = ["--root <folder>", "--team <file>", "--agent <id>", "--json"];

/** As help shows it: `run [instructions]`. */
function usageOf(command: Command): string {
  return `${command.name()} ${command.usage().replace(/^\[options\] ?/, "")}`.trim();
}

test("every command has a heading with its arguments, and there is no other", () => {
  const headings = [...page.matchAll(/^### `clawflow (.*)`$/gm)].map(([, usage]) => usage);
  expect(headings.sort()).toEqual(commands.map(usageOf).sort());
});

test.each(commands.map((command) => [command.name(), command] as const))(
  "every option of %s stands under its heading, and no other",
  (_, command) => {
    const section = sectionOf(page, `### \`clawflow ${usageOf(command)}\``);
    const table = section.split("\n").filter((line) => line.startsWith("| `--"));
    const documented = table.flatMap((line) => codeWords(line.split("|")[1] ?? ""));
    const actual = command.options.map(({ flags }) => flags).filter((flags) => !common.includes(flags));
    expect(documented.sort()).toEqual(actual.sort());
  },
);

test("options of every command stand in the first table", () => {
  const documented = codeWords(
    sectionOf(page, "## Where a command works")
      .split("\n")
      .filter((line) => line.startsWith("| `--"))
      .map((line) => line.split("|")[1])
      .join(),
  );
  expect(documented.sort()).toEqual([...common].sort());
});

const SHAPES: Record<string, z.ZodType> = {
  error: shapes.errorShape,
  init: shapes.initShape,
  run: shapes.answerShape,
  workflow: shapes.workflowShape,
  validated: shapes.validatedShape,
  runs: shapes.runsShape,
  runStatus: shapes.runStatusShape,
  script: shapes.scriptShape,
  saved: shapes.savedShape,
  send: shapes.sentShape,
  status: shapes.statusShape,
  "status-task": shapes.taskStatusShape,
  why: shapes.whyShape,
  tree: shapes.treeShape,
  "show-task": shapes.shownTaskShape,
  "show-message": shapes.shownMessageShape,
  inbox: shapes.inboxShape,
  log: logEventSchema,
  search: shapes.searchShape,
  stats: shapes.statsShape,
  calls: shapes.callsShape,
  report: shapes.reportShape,
  graph: shapes.graphShape,
  dashboard: shapes.dashboardShape,
  acted: shapes.actedShape,
  message: shapes.templateShape,
  verify: shapes.verifyShape,
  dead: shapes.deadShape,
  requeued: shapes.requeuedShape,
  notify: shapes.notifyShape,
  "notify-dead": shapes.notifyDeadShape,
  "notify-retried": shapes.notifyRetriedShape,
  "notify-test": shapes.notifyTestShape,
  doctor: shapes.doctorShape,
  adopted: shapes.adoptedShape,
  export: shapes.exportShape,
  gc: shapes.gcShape,
  vault: shapes.vaultShape,
};
const examples = fences(page).filter(({ info }) => info.startsWith("json "));

test("there is an example of every JSON shape", () => {
  expect(examples.map(({ info }) => info.slice("json ".length)).sort()).toEqual(Object.keys(SHAPES).sort());
  const exported = Object.keys(shapes).filter((name) => name.endsWith("Shape") && name !== "standingShape");
  expect(Object.keys(SHAPES).length).toBe(exported.length + 1);
});

test.each(examples)("the example of $info has the shape that the program prints", ({ info, text }) => {
  const shape = SHAPES[info.slice("json ".length)];
  const value: unknown = JSON.parse(text);
  expect(shape?.parse(value)).toEqual(value);
});

test("the exit codes are those of the program", async () => {
  const { EXIT } = await import("../../src/cli/exit-code.ts");
  const section = sectionOf(page, "## Where a command works");
  const codes = [...section.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(EXIT));
});
