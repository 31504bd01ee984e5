import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printCompletions } from "../../src/cli/completion/complete.ts";
import { COMPLETION_SCRIPTS } from "../../src/cli/completion/scripts.ts";
import { takesValue, valueKind, wordOf } from "../../src/cli/completion/value-kinds.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { ensureBuilt, json, MAIN, run, TEAM, writeFiles } from "./cli.ts";
import { fakeIo } from "./fake-io.ts";

const { program } = makeProgram(fakeIo());
const commands = program.commands.filter((command) => command.name() !== "help");
let cwd: string;
let job: string;

beforeAll(async () => {
  await ensureBuilt();
  cwd = mkdtempSync(join(tmpdir(), "clawflow-complete-"));
  writeFiles(cwd, { ...TEAM, "notes.txt": "" });
  mkdirSync(join(cwd, "nested"));
  await run(["run", "say one\nsay two", "--title", "First job"], { cwd });
  job = (await json(["tree"], { cwd })).task_id;
  writeFileSync(join(cwd, ".clawflow/agents/worker/mailbox/dead/odd.md"), "x");
}, 120_000);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** What is offered for the last word, without the notes. */
async function offered(...words: string[]): Promise<string[]> {
  const io = fakeIo({ cwd });
  await printCompletions(io, makeProgram(io).program, words);
  return io
    .outText()
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t", 1)[0] ?? "");
}

test("every command is offered, and every option of each that does not stand there already", async () => {
  expect(await offered("")).toEqual(
    program.commands.map((command) => command.name()).filter((name) => name !== "help"),
  );
  for (const command of commands) {
    const options = command.options.map(({ long }) => long ?? "");
    expect(await offered(command.name(), "--")).toEqual(options);
    expect(await offered(command.name(), "--json", "--j")).toEqual(
      options.filter((long) => long.startsWith("--j") && long !== "--json"),
    );
  }
});

test("it is known what stands for every argument and every value of an option", () => {
  for (const command of commands) {
    for (const value of [...command.registeredArguments, ...command.options.filter(takesValue)])
      expect(valueKind(command, value), `${command.name()} <${wordOf(value)}>`).toBeDefined();
  }
});

test("agents, tasks, subtasks, dead letters, words and files are offered where they belong", async () => {
  expect(await offered("send", "")).toEqual(["lead", "worker"]);
  expect(await offered("send", "w")).toEqual(["worker"]);
  expect(await offered("send", "worker", "")).toEqual([":file"]);
  expect(await offered("status", "fir")).toEqual([job]);
  expect((await offered("status", `${job}.`)).sort()).toEqual([`${job}.part-1`, `${job}.part-2`]);
  expect(await offered("retry", `${job}/`)).toEqual([`${job}/part-1`, `${job}/part-2`]);
  expect(await offered("retry", "nothing/")).toEqual([]);
  expect(await offered("dead", "requeue", "")).toEqual(["odd.md"]);
  expect(await offered("graph", job, "--format", "d")).toEqual(["dot"]);
  expect(await offered("up", "--only", "lead,")).toEqual(["lead,worker"]);
  expect(await offered("init", "")).toEqual([":folder"]);
  expect(await offered("help", "statu")).toEqual(["status"]);
  expect(await offered("fail", job, "--error", "")).toEqual([]);
  expect(await offered("nonsense", "")).toEqual([]);
});

test("an option and its value in one word, in two, and in the three that bash makes of it", async () => {
  expect(await offered("run", "--agent=w")).toEqual(["--agent=worker"]);
  expect(await offered("run", "--agent", "w")).toEqual(["worker"]);
  expect(await offered("run", "--agent", "=", "w")).toEqual(["worker"]);
  expect(await offered("run", "--agent", "=")).toEqual(["lead", "worker"]);
  expect((await offered("status", "--agent", "worker", job)).sort()).toEqual([
    `${job}.part-1`,
    `${job}.part-2`,
  ]);
  expect(await offered("status", "--agent", "lead", "fir")).toEqual([job]);
});

test("a broken team file, no team and a strange task.md are no errors", async () => {
  const broken = fakeIo({ cwd: tmpdir() });
  await printCompletions(broken, makeProgram(broken).program, ["send", "--team", join(cwd, "lead.mjs"), ""]);
  expect(broken.errText() + broken.outText()).toBe("");
  writeFiles(cwd, { ".clawflow/agents/worker/tasks/zz/task.md": "no task\u0000" });
  expect(await offered("status", "z")).toEqual([]);
});

const missing = (shell: string) => spawnSync(shell, ["-c", ":"]).error !== undefined;

/** What a shell completes, with `clawflow` as a function of it. */
function inShell(shell: keyof typeof COMPLETION_SCRIPTS, script: string): string[] {
  const node = `'${process.execPath}' '${MAIN}'`;
  const define = shell === "fish" ? `function clawflow; ${node} $argv; end` : `clawflow() { ${node} "$@"; }`;
  const flags = shell === "bash" ? ["--norc"] : shell === "zsh" ? ["-f"] : ["--no-config"];
  const text = `${define}\n${COMPLETION_SCRIPTS[shell]}\n${script}\n`;
  return execFileSync(shell, [...flags, "-c", text], { cwd, encoding: "utf8" })
    .split("\n")
    .filter(Boolean);
}

describe.skipIf(missing("bash"))("bash", () => {
  const complete = (...words: string[]) =>
    inShell(
      "bash",
      `COMP_WORDS=(clawflow ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _clawflow; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );

  test("commands, options, agents, tasks, subtasks and files", () => {
    expect(complete("statu")).toEqual(["status"]);
    expect(complete("gc", "--o")).toEqual(["--older-than"]);
    expect(complete("send", "")).toEqual(["lead", "worker"]);
    expect(complete("run", "--agent", "=", "w")).toEqual(["worker"]);
    expect(complete("status", "fir")).toEqual([job]);
    expect(complete("retry", `${job}/`)).toEqual([`${job}/part-1`, `${job}/part-2`]);
    expect(complete("plan", job, "no")).toEqual(["notes.txt"]);
    expect(complete("init", "ne")).toEqual(["nested"]);
    expect(complete("fail", job, "--error", "")).toEqual([]);
  });

  test("the script is the one that is printed, and bash knows it by the name of the program", async () => {
    expect((await run(["completion", "bash"], { cwd })).out).toBe(COMPLETION_SCRIPTS.bash);
    expect(inShell("bash", "complete -p clawflow")).toEqual(["complete -F _clawflow clawflow"]);
  });
});

describe.skipIf(missing("zsh"))("zsh, where it is installed", () => {
  const stubs = `_describe() { local name=$2; print -rl -- "\${(@P)name}"; }; _files() { print -r -- "files $*"; }; compdef() { :; }`;
  const complete = (...words: string[]) =>
    execFileSync("zsh", ["-f"], {
      cwd,
      input: `clawflow() { '${process.execPath}' '${MAIN}' "$@"; }\n${stubs}\n${COMPLETION_SCRIPTS.zsh}\nwords=(clawflow ${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length + 1}; _clawflow\n`,
      encoding: "utf8",
    })
      .split("\n")
      .filter(Boolean);

  test("commands with their summaries, subtasks, files", () => {
    expect(complete("verif")).toEqual([
      `verify:${commands.find((one) => one.name() === "verify")?.description()}`,
    ]);
    expect(complete("retry", `${job}/part-1`)).toEqual([`${job}/part-1:done (worker)`]);
    expect(complete("graph", job, "--format", "d")).toEqual(["dot"]);
    expect(complete("plan", job, "")).toEqual(["files "]);
    expect(complete("init", "")).toEqual(["files -/"]);
  });
});

describe.skipIf(missing("fish"))("fish, where it is installed", () => {
  const complete = (line: string) => inShell("fish", `complete -C '${line}'`);

  test("commands with their summaries, subtasks, files", () => {
    expect(complete("clawflow verif")).toEqual([
      `verify\t${commands.find((one) => one.name() === "verify")?.description()}`,
    ]);
    expect(complete(`clawflow retry ${job}/part-1`)).toEqual([`${job}/part-1\tdone (worker)`]);
    expect(complete(`clawflow plan ${job} no`)).toEqual(["notes.txt"]);
  });
});

test("a shell that is not known is told which are", async () => {
  const { code, err } = await run(["completion", "tcsh"], { cwd });
  expect(code).toBe(2);
  expect(err).toContain("bash, zsh, fish");
});
