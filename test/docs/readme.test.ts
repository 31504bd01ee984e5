import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../cli/cli.ts";
import { allDocs, fences, PROJECT, readDoc } from "./docs.ts";

const readme = readDoc("README.md");
let folder: string;

beforeAll(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), "clawflow-readme-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(PROJECT, join(folder, "node_modules", "clawflow"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the README has fewer than 200 lines", () => {
  expect(readme.split("\n").length).toBeLessThan(200);
});

test("no line of the documents is longer than an editor's window, but for tables and data", () => {
  for (const path of allDocs()) {
    let fenced = false;
    for (const line of readDoc(path).split("\n")) {
      if (line.startsWith("```")) fenced = !fenced;
      else if (!fenced && !line.startsWith("|"))
        expect(line.length, `${path}: ${line}`).toBeLessThanOrEqual(200);
    }
  }
});

test("the library example of the README prints what it says", async () => {
  const example = fences(readme).find(({ text }) => text.includes('from "clawflow"'))?.text ?? "";
  const said = /console\.log\(.*\/\/ (.*)$/m.exec(example)?.[1];
  writeFileSync(join(folder, "example.mjs"), example);
  const { stdout } = await execa(process.execPath, ["example.mjs"], { cwd: folder, timeout: 50_000 });
  expect(stdout).toBe(said);
});

test("the team and the planner in the README are those of examples/hello", () => {
  const texts = fences(readme).map(({ text }) => text);
  for (const name of ["team.yaml", "planner.mjs"]) {
    expect(texts).toContain(readFileSync(join(PROJECT, "examples", "hello", name), "utf8"));
  }
});

test("the tutorial's first run answers as the README says", async () => {
  const [instructions] = /(?<=clawflow run ").*(?=")/.exec(readme) ?? [];
  const blocks = fences(readme);
  const answer = blocks[blocks.findIndex(({ text }) => text.includes('clawflow run "')) + 1]?.text;
  const args = ["run", instructions ?? "", "--team", join(PROJECT, "examples", "hello", "team.yaml")];
  const { stdout } = await execa(
    process.execPath,
    [join(PROJECT, "dist", "cli", "main.js"), ...args, "--root", join(folder, "hello")],
    { cwd: folder, timeout: 50_000, stripFinalNewline: false },
  );
  expect(stdout).toBe(answer);
});
