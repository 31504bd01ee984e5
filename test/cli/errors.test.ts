import { beforeAll, describe, expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-code.ts";
import { errorShape } from "../../src/cli/json-shapes.ts";
import { reportError } from "../../src/cli/report-error.ts";
import { ClawflowError, ERROR_CODES, internal } from "../../src/protocol/errors.ts";
import { tempRoot } from "../host/team.ts";
import { ensureBuilt, run, TEAM, writeFiles } from "./cli.ts";
import { fakeIo } from "./fake-io.ts";

beforeAll(ensureBuilt, 120_000);

test("every error code has one of the documented exit codes", () => {
  const codes = ERROR_CODES.map((code) => exitCodeOf(new ClawflowError(code, "x")));
  expect(exitCodeOf(new ClawflowError("E_INTERNAL", "x"))).toBe(70);
  expect(exitCodeOf(new ClawflowError("E_LOCKED", "x"))).toBe(3);
  expect(exitCodeOf(new ClawflowError("E_NOT_YOURS", "x"))).toBe(3);
  expect(exitCodeOf(new ClawflowError("E_TIMEOUT", "x"))).toBe(3);
  expect(exitCodeOf(new ClawflowError("E_USAGE", "x"))).toBe(2);
  expect(exitCodeOf(new TypeError("x"))).toBe(70);
  expect([...new Set(codes)].sort()).toEqual([1, 2, 3, 70]);
});

test("an error of the user shows no stack; one of ours does", () => {
  const io = fakeIo();
  expect(reportError(io, new ClawflowError("E_USAGE", "no", { hint: "Try yes" }), false)).toBe(2);
  expect(io.errText()).toBe("E_USAGE: no. Try yes\n");
  const bug = fakeIo();
  expect(reportError(bug, internal("this cannot be"), false)).toBe(70);
  expect(bug.errText()).toMatch(/E_INTERNAL: this cannot be\n.*\n\s+at /);
  expect(bug.errText()).toContain("bug of Clawflow");
  const surprise = fakeIo();
  expect(reportError(surprise, new RangeError("out of it"), false)).toBe(70);
  expect(surprise.errText()).toMatch(/E_INTERNAL: out of it\n[\s\S]*at /);
});

test("a fault of the disk is neither the user's nor ours", () => {
  const io = fakeIo();
  const fault = Object.assign(new Error("EACCES: permission denied, open 'x'"), {
    code: "EACCES",
    syscall: "open",
  });
  expect(reportError(io, fault, false)).toBe(1);
  expect(io.errText()).toMatch(/^E_DISK: /);
  expect(io.errText()).not.toContain(" at ");
});

test("an error hides nothing that a terminal would obey", () => {
  const io = fakeIo();
  reportError(io, new ClawflowError("E_USAGE", "bad \u001b]0;title\u0007 \u009b31m"), false);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(io.errText()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test("with --json an error is one value on standard output as well", () => {
  const io = fakeIo();
  reportError(io, new ClawflowError("E_USAGE", "no", { hint: "Try yes" }), true);
  expect(errorShape.parse(JSON.parse(io.outText())).error).toEqual({
    code: "E_USAGE",
    message: "no. Try yes",
    hint: "Try yes",
  });
});

describe("what people get wrong", () => {
  const cases: [string, string[], number, RegExp][] = [
    ["an unknown command", ["stauts"], 2, /unknown command 'stauts'[\s\S]*Did you mean .*\bstatus\?/],
    ["an unknown option", ["status", "--jsno"], 2, /unknown option '--jsno'/],
    ["no instructions", ["run"], 2, /E_USAGE: nothing to do is given.*clawflow run/],
    ["empty instructions", ["run", " "], 2, /E_USAGE:/],
    ["a duration without a unit", ["run", "x", "--timeout", "30"], 2, /--timeout: not a duration.*30s/],
    ["an amount that is none", ["run", "x", "--usd", "much"], 2, /--usd: not an amount/],
    [
      "a policy that is none",
      ["run", "x", "--on-failure", "panic"],
      2,
      /--on-failure.*fail-fast or continue/,
    ],
    ["an agent that is not there", ["send", "leda", "-"], 2, /E_UNKNOWN_AGENT.*Did you mean lead\?/],
    ["a task that is not there", ["show", "nothing"], 2, /E_NOT_FOUND.*clawflow status/],
    ["a task id that can be none", ["tree", "../x"], 2, /E_ID: not a task id/],
    ["a file that is not there", ["plan", "x", "nowhere.json"], 2, /E_NOT_FOUND/],
    [
      "a team file that is not there",
      ["run", "x", "--team", "nowhere.yaml"],
      2,
      /E_NOT_FOUND.*nowhere\.yaml.*clawflow init/,
    ],
    ["no error with fail", ["fail", "x"], 2, /--error/],
  ];
  test.each(cases)("%s", async (_, args, code, says) => {
    const cwd = tempRoot();
    writeFiles(cwd, TEAM);
    const ran = await run(args, { cwd });
    expect(ran.err).toMatch(says);
    expect(ran.code).toBe(code);
    expect(ran.err).not.toMatch(/\n\s+at /);
    expect(ran.out).toBe("");
  });

  test("a team file that is wrong names the key", async () => {
    const cwd = tempRoot();
    writeFiles(cwd, { "team.yaml": "agents: {lead: {brain: {comand: [x]}}}\n" });
    const { code, err } = await run(["run", "x"], { cwd });
    expect(err).toMatch(/E_CONFIG: agents\.lead\.brain\.comand.*Did you mean command\?/);
    expect(code).toBe(2);
  });

  test("no team at all", async () => {
    const { code, err } = await run(["status"], { cwd: tempRoot() });
    expect(err).toMatch(/E_NOT_FOUND.*clawflow init/);
    expect(code).toBe(2);
  });
});
