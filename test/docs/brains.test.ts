import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { commandBrain } from "../../src/brain/command-brain.ts";
import { moduleBrain } from "../../src/brain/module-brain.ts";
import { parseOutcome } from "../../src/protocol/parse-outcome.ts";
import { parseTeam } from "../../src/protocol/parse-team.ts";
import { type BrainQuestion, questionSchema } from "../../src/protocol/question.ts";
import { fences, readDoc, sectionOf, tableRows } from "./docs.ts";

const page = readDoc("docs/teams-and-brains.md");
const json = fences(page)
  .filter(({ info }) => info === "json")
  .map(({ text }): Record<string, unknown> => JSON.parse(text));
const questions = json.filter((value) => "kind" in value) as unknown as BrainQuestion[];
const question = questions[0] as BrainQuestion;

const folder = await mkdtemp(join(tmpdir(), "clawflow-docs-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

function saved(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

test("the team file of docs/teams-and-brains.md is one", () => {
  const [team] = fences(page).filter(({ info }) => info === "yaml");
  expect(Object.keys(parseTeam(team?.text ?? "").agents)).toEqual(["lead", "reader", "writer", "boss"]);
});

test("its questions hold what a brain is asked, and nothing that it is not", () => {
  expect(questions.map(({ kind }) => kind)).toEqual(["consider", "synthesise"]);
  for (const asked of questions) expect(strict(questionSchema).safeParse(asked).error).toBeUndefined();
});

test("its answers are the four forms", () => {
  const answers = json.filter((value) => !("kind" in value));
  const forms = answers.map((value) => Object.keys(parseOutcome(value))[0]);
  expect(forms).toEqual(["results", "subtasks", "ask", "error"]);
});

test("its command brain and its module brain answer", async () => {
  const [command, module] = fences(page).filter(({ info }) => info === "js");
  const context = { signal: new AbortController().signal, onProcess: () => {} };
  const program = commandBrain({
    command: [process.execPath, saved("command.mjs", command?.text ?? "")],
    cwd: folder,
    agent: "lead",
  });
  expect((await program.ask(question, context)).outcome).toEqual({ results: "8 words" });
  const brain = moduleBrain(saved("module.mjs", module?.text ?? ""));
  expect((await brain.ask(question, context)).outcome).toEqual({
    results: question.task.instructions.toUpperCase(),
  });
});

test("the environment of a command brain is what the page says; the last two are the command line's", async () => {
  const names = tableRows(sectionOf(page, "### command")).map(([name = ""]) => name.replaceAll("`", ""));
  const print = `console.log(JSON.stringify(Object.keys(process.env).filter((name) => name.startsWith("CLAWFLOW_"))))`;
  const path = saved("environment.mjs", print);
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith("CLAWFLOW_")) delete process.env[name];
  try {
    const brain = commandBrain({ command: [process.execPath, path], cwd: folder, agent: "lead" });
    const { outcome } = await brain.ask(question, {
      signal: new AbortController().signal,
      onProcess: () => {},
    });
    const given = "results" in outcome ? (JSON.parse(outcome.results) as string[]) : [];
    expect([...given.sort(), "CLAWFLOW_ROOT", "CLAWFLOW_TEAM"].sort()).toEqual([...names].sort());
  } finally {
    Object.assign(process.env, before);
  }
});

/** The schema passes over what is new; a page must not show what is not there. */
function strict(schema: typeof questionSchema): z.ZodType {
  return z.strictObject({ ...schema.shape, task: z.strictObject(schema.shape.task.shape) });
}
