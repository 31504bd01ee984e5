import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { runScript, temporaryFolder, writeFiles } from "./run-script.ts";

const HOME = ["", "root", "notes.txt"].join("/");

function check(text: string): { status: number | null; output: string } {
  const folder = temporaryFolder();
  writeFiles(folder, { "docs/page.md": text, "left.md": `is not committed: ${HOME}` });
  const git = (...given: string[]) => spawnSync("git", given, { cwd: folder });
  git("init");
  git("add", "docs");
  return runScript("check-text.mjs", folder);
}

it.each([
  ["a registry", ["https://registry", "example.org/zod"].join(".")],
  ["a fetched package", `"resolved": "${"https"}://example.org/zod.tgz"`],
  ["a home", HOME],
  ["a foreign paper", ["see kernel", "md"].join(".")],
])("refuses %s", (_what, text) => {
  const { status, output } = check(`first line\n${text}\n`);
  expect(output).toContain("docs/page.md:2: ");
  expect(output).toContain("1 files, 1 problem");
  expect(status).toBe(1);
});

it("takes plain text, and files that are not committed", () => {
  const { status, output } = check(
    "src/root/a.ts, the registry of tasks, ./work/x, https://example.org/work/list\n",
  );
  expect(output).toBe("1 files, 0 problems\n");
  expect(status).toBe(0);
});
