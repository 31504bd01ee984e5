import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { wantsColour } from "../../src/cli/io.ts";
import { tempRoot } from "../host/team.ts";
import { ensureBuilt, MAIN, run, TEAM, writeFiles } from "./cli.ts";

beforeAll(ensureBuilt, 120_000);

const ESC = "\u001b";
/** What no text of an agent may bring onto a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;

test("titles, results and errors of agents cannot command the terminal", async () => {
  const cwd = tempRoot();
  const nasty = `${ESC}]0;owned${"\u0007"}${ESC}[2J\u009b31m\u202eevil\r`;
  writeFiles(cwd, {
    ...TEAM,
    "lead.mjs": `import { readFileSync } from "node:fs";
const { kind } = JSON.parse(readFileSync(0, "utf8"));
const nasty = ${JSON.stringify(nasty)};
console.log(JSON.stringify(kind === "consider"
  ? { subtasks: { a: { agent: "worker", description: "say " + nasty }, b: { agent: "worker", description: "fail " + nasty } }, policy: { on_failure: "continue" } }
  : { results: "over" }));
`,
  });
  const ran = await run(["run", "-"], { cwd, input: `Do ${nasty} it` });
  expect(ran.err).not.toMatch(UNSAFE);
  for (const args of [["tree"], ["status"], ["log"], ["inbox", "worker"]]) {
    const { out, code } = await run(args, { cwd });
    expect({ args, code, unsafe: UNSAFE.exec(out) }).toEqual({ args, code: 0, unsafe: null });
    const json = await run([...args, "--json"], { cwd });
    expect({ args, unsafe: UNSAFE.exec(json.out) }).toEqual({ args, unsafe: null });
  }
  const id = JSON.parse((await run(["tree", "--json"], { cwd })).out).task_id;
  for (const args of [
    ["status", id],
    ["show", id],
    ["calls", `${id}.b`],
    ["graph", id],
    ["graph", id, "--format", "dot"],
  ]) {
    const { out } = await run(args, { cwd });
    expect({ args, unsafe: UNSAFE.exec(out) }).toEqual({ args, unsafe: null });
  }
});

test("no colour in a pipe, with NO_COLOR, or on a dumb terminal; FORCE_COLOR wants it", () => {
  expect(wantsColour({}, false)).toBe(false);
  expect(wantsColour({}, true)).toBe(true);
  expect(wantsColour({ NO_COLOR: "1" }, true)).toBe(false);
  expect(wantsColour({ NO_COLOR: "1", FORCE_COLOR: "1" }, true)).toBe(false);
  expect(wantsColour({ NO_COLOR: "" }, true)).toBe(true);
  expect(wantsColour({ TERM: "dumb" }, true)).toBe(false);
  expect(wantsColour({ FORCE_COLOR: "1" }, false)).toBe(true);
  expect(wantsColour({ FORCE_COLOR: "0" }, true)).toBe(false);
});

test("colours are written where they are wanted and nowhere else", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  const plain = await run(["run", "say one"], { cwd });
  expect(plain.err + plain.out).not.toContain(ESC);
  expect((await run(["tree"], { cwd, env: { FORCE_COLOR: "1" } })).out).toContain(`${ESC}[32m`);
  expect((await run(["tree"], { cwd, env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).out).not.toContain(ESC);
});

test("a reader that goes away is no error", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  await run(["run", Array.from({ length: 30 }, (_, i) => `say ${i}`).join("\n")], { cwd });
  for (const command of ["log", "tree", "--help"]) {
    const { code, err } = await shell(firstLineOf(command), cwd);
    expect({ command, code, err }).toEqual({ command, code: 0, err: "0\n" });
  }
});

test("one who follows the log and goes away ends it with the next event", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  await run(["run", "say one"], { cwd });
  let isOver = false;
  const over = shell(firstLineOf("log --follow"), cwd).finally(() => {
    isOver = true;
  });
  // A pipe tells that nobody reads it only to those who write.
  while (!isOver) await run(["send", "lead", "--title", "more"], { cwd, input: "say two" });
  expect(await over).toEqual({ code: 0, err: "0\n" });
});

/** A line for the shell: the first line of what a command prints, then the command's own status on standard error. */
function firstLineOf(command: string): string {
  return `"${process.execPath}" "${MAIN}" ${command} | head -1; echo "\${PIPESTATUS[0]}" >&2`;
}

function shell(line: string, cwd: string): Promise<{ code: number | null; err: string }> {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", line], { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let err = "";
    child.stderr.on("data", (data) => {
      err += data;
    });
    child.on("close", (code) => resolve({ code, err }));
  });
}

test("the root and the team file are found from a folder below", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, { ...TEAM, "deep/er/x": "" });
  await run(["run", "say one"], { cwd: join(cwd, "deep/er") });
  expect((await run(["tree"], { cwd })).out).toContain("say-one");
  expect((await run(["tree"], { cwd: join(cwd, "deep") })).out).toContain("say-one");
});
