import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureBuilt } from "../cli/cli.ts";
import { fences, readDoc, sectionOf } from "./docs.ts";

beforeAll(ensureBuilt, 120_000);

test("the first script of docs/workflow-scripts.md runs in the folder that init writes, and says what the page says", () => {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-docs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [program, commands, output] = fences(
    sectionOf(readDoc("docs/workflow-scripts.md"), "## Your first workflow"),
  );
  writeFileSync(join(folder, "count.js"), program?.text ?? "");
  const clawflow = `set -e; clawflow() { "${process.execPath}" "${join(process.cwd(), "dist/cli/main.js")}" "$@"; }`;
  const shell = `${clawflow}\nclawflow init >&2\n${commands?.text}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", shell], { cwd: folder, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(stdout).toContain(output?.text);
  expect(stdout).toMatch(/├─ left-[0-9a-f]{8} +counter/);

  expect(stdout).toMatch(/^ {4}done {8}right-[0-9a-f]{8} {2}counter {2}parallel#0\[1\]\/agent#0$/m);
  expect(stdout).toContain("const counts = await parallel([");

  const saved = `${clawflow}; clawflow workflow save count.js --approve && clawflow workflow run count --args '{"of": 1}' --timeout 30s --json`;
  const second = spawnSync("bash", ["-c", saved], { cwd: folder, encoding: "utf8" });
  expect(second.status, second.stderr).toBe(0);
  expect(JSON.parse(second.stdout.slice(second.stdout.indexOf("{")))).toMatchObject({
    result: { counts: ["3", "2"], of: 1 },
  });
});
