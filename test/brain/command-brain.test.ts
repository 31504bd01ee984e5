import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { commandBrain } from "../../src/brain/command-brain.ts";
import { processStart } from "../../src/brain/process-table.ts";
import {
  aContext,
  aQuestion,
  commandLine,
  isAlive,
  pidIn,
  standIn,
  temporaryFolder,
  until,
} from "./helpers.ts";

test("the question goes in as JSON, the outcome comes out as JSON", async () => {
  const context = aContext();
  const { outcome, call } = await standIn(["answer"]).ask(aQuestion(), context);
  expect(outcome).toEqual({ results: "did Audit", used: { tokens: 7 } });
  expect(call).toMatchObject({ exit: 0, duration: expect.any(Number) });
  expect(call.command).toContain("brain.mjs answer");
  expect(call.stderr).toBeUndefined();
  expect(context.processes).toEqual([{ pid: expect.any(Number), started: expect.stringMatching(/^\d+$/) }]);
});

test("text that is no JSON object is results as it stands", async () => {
  const { outcome } = await standIn(["text"]).ask(aQuestion(), aContext());
  expect(outcome).toEqual({ results: "plain text\n" });
});

test("the environment names agent, task, question and workspace; the folder is the one given", async () => {
  const cwd = realpathSync(temporaryFolder());
  const question = aQuestion();
  const brain = standIn(["place"], { cwd, env: { EXTRA: "more" } });
  const { outcome } = await brain.ask(question, aContext());
  const said = ["lead", "audit-k3f9", question.question, "/nowhere/lead", "more", cwd];
  expect(outcome).toEqual({ results: JSON.stringify(said) });
});

test("1 MiB arrives intact, and is not in the argument list", async () => {
  const context = `${"s3cret-".repeat(150_000)}\u{1F600}\u0000\r\n`;
  const question = aQuestion();
  question.task.context = context;
  const controller = new AbortController();
  const file = join(temporaryFolder(), "pid");
  const hanging = standIn(["hang", file]).ask(question, aContext(controller.signal));
  const pid = await until(() => pidIn(file));
  expect(commandLine(pid)).toContain("hang");
  expect(commandLine(pid)).not.toContain("s3cret");
  controller.abort(new Error("enough"));
  await expect(hanging).rejects.toThrow("enough");

  const { outcome } = await standIn(["hash"]).ask(question, aContext());
  expect(outcome).toEqual({ results: createHash("sha256").update(JSON.stringify(question)).digest("hex") });
});

test("an exit status other than 0 is an error with the end of standard error, without escapes", async () => {
  const { outcome, call } = await standIn(["crash"]).ask(aQuestion(), aContext());
  expect(outcome).toEqual({ error: expect.stringMatching(/^E_BRAIN: exit 3: [\s\S]*the end of it$/) });
  expect(JSON.stringify(outcome)).not.toContain("\\u001b");
  expect(call.exit).toBe(3);
  expect(call.stderr?.length).toBeGreaterThan(4000);
  expect(call.stderr?.length).toBeLessThanOrEqual(4096);
});

test("death by a signal is an error that names it", async () => {
  const { outcome, call } = await standIn(["signal"]).ask(aQuestion(), aContext());
  expect(outcome).toEqual({ error: "E_BRAIN: ended by SIGSEGV" });
  expect(call.exit).toBe("SIGSEGV");
});

test.for([
  { name: "status 75", behaviour: ["crash", "75"] },
  { name: "a text that says rate limit", behaviour: ["rate-limit"] },
  { name: "an answer that says overloaded", behaviour: ["json", '{"error": "the model is overloaded"}'] },
])("passing: $name", async ({ behaviour }) => {
  const { outcome } = await standIn(behaviour).ask(aQuestion(), aContext());
  expect(outcome).toMatchObject({ passing: true });
});

test("a brain's own word on passing holds", async () => {
  const answer = '{"error": "rate limit of my own", "passing": false}';
  const { outcome } = await standIn(["json", answer]).ask(aQuestion(), aContext());
  expect(outcome).toEqual({ error: "rate limit of my own", passing: false });
});

test("garbage bytes are refused, not mended", async () => {
  const { outcome } = await standIn(["garbage"]).ask(aQuestion(), aContext());
  expect(outcome).toEqual({ error: expect.stringMatching(/^E_BRAIN_OUTPUT: .*not UTF-8/) });
});

test("100 MB of output end the brain and are not kept", async () => {
  const context = aContext();
  const { outcome } = await standIn(["flood"]).ask(aQuestion(), context);
  expect(outcome).toEqual({ error: expect.stringMatching(/^E_BRAIN_OUTPUT: more than 16777216 bytes/) });
  expect(isAlive(context.processes[0]?.pid ?? 0)).toBe(false);
});

test("a brain that does not read its input (EPIPE) has answered all the same", async () => {
  const question = aQuestion();
  question.task.context = "x".repeat(4 * 1024 * 1024);
  const { outcome } = await standIn(["deaf"]).ask(question, aContext());
  expect(outcome).toEqual({ results: "heard nothing" });
});

test("a brain that closes its output early has answered nothing", async () => {
  const { outcome, call } = await standIn(["close-early"]).ask(aQuestion(), aContext());
  expect(outcome).toMatchObject({ results: "" });
  expect(call.exit).toBe(0);
});

test.for([
  {
    name: "a path",
    command: ["./no-such-brain"],
    expected: /^E_BRAIN_MISSING: no program at .*no-such-brain$/,
  },
  {
    name: "a name",
    command: ["no-such-brain"],
    expected: /^E_BRAIN_MISSING: no program named "no-such-brain" on PATH$/,
  },
  { name: "no name", command: [""], expected: /^E_BRAIN/ },
  { name: "a NUL in an argument", command: ["node", "a\0b"], expected: /^E_BRAIN: / },
])("a missing program: $name", async ({ command, expected }) => {
  const brain = commandBrain({ command, cwd: temporaryFolder(), agent: "lead" });
  const { outcome } = await brain.ask(aQuestion(), aContext());
  expect(outcome).toEqual({ error: expect.stringMatching(expected) });
});

test("a missing program: not executable, a missing interpreter, a missing folder", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "plain"), "#!/bin/sh\n");
  writeFileSync(join(cwd, "script"), "#!/no/such/interpreter\n");
  chmodSync(join(cwd, "script"), 0o755);
  mkdirSync(join(cwd, "folder"));
  const ask = async (file: string, where = cwd) => {
    const brain = commandBrain({ command: [file], cwd: where, agent: "lead" });
    return JSON.stringify((await brain.ask(aQuestion(), aContext())).outcome);
  };
  expect(await ask("./plain")).toMatch(/E_BRAIN_MISSING.*chmod/);
  expect(await ask("./folder")).toMatch(/E_BRAIN_MISSING.*may be executed/);
  expect(await ask("./script")).toMatch(/E_BRAIN_MISSING.*interpreter/);
  expect(await ask("node", join(cwd, "gone"))).toMatch(/E_BRAIN_MISSING: the folder .*gone/);
});

test.for(["", undefined])("PATH %j harms nothing", async (path) => {
  vi.stubEnv("PATH", path);
  try {
    const brain = commandBrain({ command: ["no-such-brain"], cwd: temporaryFolder(), agent: "lead" });
    const { outcome } = await brain.ask(aQuestion(), aContext());
    expect(outcome).toEqual({ error: expect.stringMatching(/^E_BRAIN_MISSING: .*PATH, which is empty$/) });
    const answered = await standIn(["text"]).ask(aQuestion(), aContext());
    expect(answered.outcome).toEqual({ results: "plain text\n" });
  } finally {
    vi.unstubAllEnvs();
  }
});

test("a question that was given up before it was asked starts nothing", async () => {
  const context = aContext(AbortSignal.abort(new Error("late")));
  await expect(standIn(["answer"]).ask(aQuestion(), context)).rejects.toThrow("late");
  expect(context.processes).toEqual([]);
});

test("a fault of the listener ends the brain", async () => {
  let pid = 0;
  const context = {
    signal: new AbortController().signal,
    onProcess(running: number) {
      pid = running;
      throw new Error("listener");
    },
  };
  await expect(standIn(["answer"]).ask(aQuestion(), context)).rejects.toThrow("listener");
  expect(isAlive(pid)).toBe(false);
});

test("the start of a process is told, of none is not", () => {
  expect(processStart(process.pid)).toMatch(/^\d+$/);
  expect(processStart(2 ** 30)).toBeUndefined();
});
