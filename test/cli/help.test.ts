import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "../../src/cli/exit-code.ts";
import { MANUAL } from "../../src/cli/manual/manual.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { PROJECT } from "../docs/docs.ts";
import { tempRoot } from "../host/team.ts";
import { ensureBuilt, run } from "./cli.ts";
import { fakeIo } from "./fake-io.ts";

beforeAll(ensureBuilt, 120_000);

const { program, pages } = makeProgram(fakeIo());
const commands = program.commands.filter((command) => command.name() !== "help");
const names = commands.map((command) => command.name());
const ESC = "\u001b";

function pageOf(name: string | undefined, io = fakeIo()): string {
  const again = makeProgram(io).program;
  const command = name === undefined ? again : again.commands.find((one) => one.name() === name);
  return command?.helpInformation() ?? "";
}

function headingsOf(page: string): string[] {
  return page.split("\n").filter((line) => /^[A-Z]/.test(line));
}

test("every command has a page of the manual, and no page is of a command that is not there", () => {
  expect(Object.keys(MANUAL).sort()).toEqual([...names].sort());
});

describe.each(names)("the page of %s", (name) => {
  const page = pageOf(name);

  test("has all its parts", () => {
    const all = [
      "NAME",
      "SYNOPSIS",
      "DESCRIPTION",
      "OPTIONS",
      "OPTIONS OF EVERY COMMAND",
      "EXAMPLES",
      "EXIT STATUS",
    ];
    const own = commands
      .find((one) => one.name() === name)
      ?.options.some(({ long }) => !pages.common.has(long ?? ""));
    expect(headingsOf(page)).toEqual(
      [...all, "ENVIRONMENT", "FILES", "SEE ALSO"].filter((heading) => heading !== "OPTIONS" || own === true),
    );
    const text = MANUAL[name]?.description.join(" ") ?? "";
    expect(text.length, "a description says what it does and when one uses it").toBeGreaterThan(80);
    expect(text).toMatch(/\.$/);
  });

  test("fits 80 columns, and has no colour in a pipe", () => {
    for (const line of page.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(page).not.toContain(ESC);
  });

  test("refers to commands and documents that are there", () => {
    const see = MANUAL[name]?.see ?? [];
    expect(see.length).toBeGreaterThan(0);
    for (const one of see) {
      if (one.includes("/")) expect(existsSync(join(PROJECT, one)), one).toBe(true);
      else expect(names).toContain(one);
    }
  });

  test("has examples of itself, with options that it has", () => {
    const [, examples = []] = [...pages.examples].find(([command]) => command.name() === name) ?? [];
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.some((example) => example.includes(`clawflow ${name}`))).toBe(true);
    for (const example of examples) {
      const own = new RegExp(`clawflow ${name}\\b([^|;]*)`).exec(example)?.[1] ?? "";
      for (const [option] of own.matchAll(/--[a-z-]+/g))
        expect(page, example).toMatch(new RegExp(`^ +${option}\\b`, "m"));
    }
  });

  test("names every exit status", () => {
    const section = page.slice(page.indexOf("EXIT STATUS"), page.indexOf("ENVIRONMENT"));
    const codes = [...section.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(EXIT));
  });
});

test("the page of the program lists every command with its summary, in groups", () => {
  const page = pageOf(undefined);
  for (const command of commands) {
    const usage = [
      command.name(),
      ...command.registeredArguments
        .map((a) => `${a.name()}${a.variadic ? "..." : ""}`)
        .map((name, at) => (command.registeredArguments[at]?.required ? `<${name}>` : `[${name}]`)),
    ];
    expect(page).toContain(`\n  ${usage.join(" ")}  `);
    expect(page.replace(/\s+/g, " ")).toContain(command.description());
  }
  for (const line of page.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(headingsOf(page)).toEqual(
    expect.arrayContaining(["GIVE WORK", "LOOK", "ACT", "KEEP", "EXIT STATUS"]),
  );
});

test("headings are bold on a terminal that has colours; a narrow one gets narrow lines", () => {
  const io = fakeIo({
    terminal: { out: true, err: true },
    colour: { out: true, err: true },
    size: () => ({ columns: 50, rows: 24 }),
  });
  const page = pageOf("cancel", io);
  expect(page).toContain(`${ESC}[1mNAME${ESC}[22m`);
  const text = page.slice(page.indexOf("DESCRIPTION"), page.indexOf("OPTIONS"));
  for (const line of text.split("\n"))
    expect(line.length).toBeLessThanOrEqual(50 + "\u001b[1m\u001b[22m".length);
});

test("help and --help print the same, with exit status 0, and need no team", async () => {
  const cwd = tempRoot();
  const [asked, option, whole, bare] = await Promise.all([
    run(["help", "gc"], { cwd }),
    run(["gc", "--help"], { cwd }),
    run(["help"], { cwd }),
    run(["--help"], { cwd }),
  ]);
  expect(asked).toEqual({ code: 0, out: pageOf("gc"), err: "" });
  expect(option).toEqual(asked);
  expect(whole).toEqual({ code: 0, out: pageOf(undefined), err: "" });
  expect(bare).toEqual(whole);
  const { version } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  expect((await run(["--version"], { cwd })).out).toBe(`${version}\n`);
});
