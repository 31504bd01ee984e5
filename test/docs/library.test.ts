import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as library from "../../src/index.ts";
import { ensureBuilt } from "../cli/cli.ts";
import { codeWords, fences, PROJECT, readDoc, sectionOf, tableRows } from "./docs.ts";

const page = readDoc("docs/library.md");
let folder: string;

beforeAll(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), "clawflow-library-"));
  cpSync(join(PROJECT, "examples", "hello"), folder, {
    recursive: true,
    filter: (path) => !path.includes(".clawflow"),
  });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(PROJECT, join(folder, "node_modules", "clawflow"));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("everything that the library exports is in docs/library.md, and nothing else is said to be", () => {
  const named = tableRows(page).flatMap(([cell = ""]) => codeWords(cell));
  for (const name of Object.keys(library)) expect(named).toContain(name);
  const imported = fences(page).flatMap(({ text }) => [
    ...text.matchAll(/import \{ (.*) \} from "clawflow"/g),
  ]);
  for (const [, names = ""] of imported)
    for (const name of names.split(", ")) expect(Object.keys(library)).toContain(name);
});

test("every event of a host is in the table of events", () => {
  const source = readFileSync(join(PROJECT, "src", "host", "events.ts"), "utf8");
  const events = [...source.matchAll(/type: "([a-z]+:[a-z]+)"/g)].map(([, name]) => name);
  const documented = tableRows(sectionOf(page, "## Events")).flatMap(([cell = ""]) => codeWords(cell));
  expect(documented.sort()).toEqual([...new Set(events)].sort());
});

test("the examples of docs/library.md run", async () => {
  const [host, outside] = fences(page).map(({ text }) => text);
  const run = async (name: string, code = "") => {
    writeFileSync(join(folder, name), code);
    return (await execa(process.execPath, [name], { cwd: folder, timeout: 50_000 })).stdout;
  };
  expect(await run("host.mjs", host)).toBe("greeter done\nplanner done\nFrench: Bonjour !");
  const lines = (await run("outside.mjs", outside)).split("\n");
  expect(lines.sort()).toEqual(["0", "greeter reply planner", "planner reply human", "planner task greeter"]);
});
