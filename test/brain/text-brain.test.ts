import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PRESETS } from "../../src/brain/presets.ts";
import { textBrain } from "../../src/brain/text-brain.ts";
import { aContext, aQuestion, standIns, temporaryFolder } from "./helpers.ts";

/** A folder that holds the stand-in under the program's name, as it would be found on PATH. */
function folderWith(program: string): string {
  const folder = temporaryFolder();
  const file = join(folder, program);
  const script = `exec "${process.execPath}" "${join(standIns, "agent.mjs")}" ${program} "$@"`;
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return folder;
}

async function ask(preset: string, says: string, fault = "", command?: string[]) {
  const folder = folderWith(preset);
  const env = { PATH: `${folder}:${process.env.PATH}`, AGENT_SAYS: says, AGENT_FAULT: fault };
  const how = command === undefined ? { preset } : { command };
  const brain = textBrain({ ...how, cwd: folder, agent: "lead", env });
  return (await brain.ask(aQuestion(), aContext())).outcome;
}

const presets = [
  { preset: "claude", used: { tokens: 3250, usd: 0.0123 } },
  { preset: "codex", used: { tokens: 1023 } },
  { preset: "gemini", used: { tokens: 200 } },
  { preset: "opencode", used: { tokens: 232, usd: 0.003 } },
  { preset: "openclaw", used: { tokens: 941, usd: 0.004 } },
  { preset: "llm", used: undefined },
];
const withForm = presets.filter(({ preset }) => PRESETS[preset]?.parse !== undefined);

test("every preset is tested here", () => {
  expect(presets.map(({ preset }) => preset)).toEqual(Object.keys(PRESETS));
});

test.for(presets)("$preset: its answer is the results, with what it used", async ({ preset, used }) => {
  const outcome = await ask(preset, "The answer.\n\nWith “letters”.");
  expect(outcome).toEqual({ results: "The answer.\n\nWith “letters”.", ...(used && { used }) });
});

const plan = `I split it:

\`\`\`clawflow-plan
{"subtasks": {"a": {"agent": "reader", "description": "Read"}}}
\`\`\``;

test.for(presets)("$preset: a fenced block in its answer is a plan", async ({ preset, used }) => {
  const outcome = await ask(preset, plan);
  const subtasks = { a: { agent: "reader", description: "Read", depends_on: [] } };
  expect(outcome).toEqual({ subtasks, ...(used && { used }) });
});

test.for(presets)("$preset: a rate limit passes", async ({ preset }) => {
  const outcome = await ask(preset, "", "limit");
  expect(outcome).toMatchObject({ error: expect.stringMatching(/^E_BRAIN: /), passing: true });
});

test.for(presets)("$preset: a crash is an error with the end of standard error", async ({ preset }) => {
  expect(await ask(preset, "", "crash")).toEqual({ error: "E_BRAIN: exit 1: not logged in" });
});

test.for(withForm)("$preset: output that is not of its form is no result", async ({ preset }) => {
  const outcome = await ask(preset, "", "not-json");
  expect(outcome).toEqual({ error: expect.stringMatching(/^E_BRAIN_OUTPUT: .*Please log in first/) });
});

test.for(presets)("$preset: a program that is not there is missing", async ({ preset }) => {
  const folder = temporaryFolder();
  const brain = textBrain({ preset, cwd: folder, agent: "lead", env: { PATH: folder } });
  const { outcome } = await brain.ask(aQuestion(), aContext());
  expect(outcome).toEqual({ error: `E_BRAIN_MISSING: no program named "${preset}" on PATH` });
});

test("claude: an error without a text is named by its kind, and what it cost counts", async () => {
  expect(await ask("claude", "", "turns")).toEqual({
    error: "E_BRAIN: error_max_turns",
    used: { tokens: 3250, usd: 0.0123 },
  });
});

test("claude: verbose output reads too; figures of a form that is not known are left out", async () => {
  expect(await ask("claude", "Yes", "verbose")).toMatchObject({ results: "Yes", used: { tokens: 3250 } });
  expect(await ask("claude", "Yes", "bare")).toEqual({ results: "Yes" });
});

test("a command line written out is read as text, or in a preset's form where it asks for that form", async () => {
  const written = ["claude", "-p", "--output-format", "json"];
  expect(await ask("claude", "Yes", "", written)).toMatchObject({ results: "Yes", used: { usd: 0.0123 } });
  expect(await ask("llm", '{"type": "result", "result": "x"}', "", ["llm"])).toEqual({
    results: '{"type": "result", "result": "x"}',
  });
});

test("the prompt goes by standard input, each with a fence of its own", async () => {
  const first = (await ask("llm", "", "echo", ["llm"])) as { results: string };
  const second = (await ask("llm", "", "echo", ["llm"])) as { results: string };
  const tagOf = (prompt: string) => /\[begin ([0-9a-f]{24}) task\]/.exec(prompt)?.[1];
  expect(tagOf(first.results)).toBeDefined();
  expect(tagOf(first.results)).not.toBe(tagOf(second.results));
});

test("openclaw: a turn that ends without a text is an error, and what it cost counts", async () => {
  expect(await ask("openclaw", "", "silent")).toEqual({
    error: "E_BRAIN: the turn ended with ok and no text",
    used: { tokens: 941, usd: 0.004 },
  });
});

test("openclaw: a gateway that is not there passes", async () => {
  const error = expect.stringContaining("not reachable");
  expect(await ask("openclaw", "", "away")).toEqual({ error, passing: true });
});

test("openclaw: the prompt goes by a file that is gone afterwards", async () => {
  const { results } = (await ask("openclaw", "", "path")) as { results: string };
  expect(results).toMatch(/clawflow-prompt-/);
  expect(existsSync(results)).toBe(false);
});
