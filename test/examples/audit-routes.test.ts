import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureBuilt } from "../cli/cli.ts";
import { COMMAND } from "../host/host-process.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/audit-routes/", import.meta.url));

beforeAll(ensureBuilt, 120_000);

test("audit-routes: all four open routes are found, what only looks so is not, and a second run asks nobody", () => {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-routes-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(EXAMPLE, folder, { recursive: true, filter: (path) => !path.includes(".clawflow") });
  const clawflow = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...words, "--json"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  const first = clawflow("workflow", "run", "audit-routes.js", "--yes");
  expect(first.result).toMatchObject({ files: 12, suspects: 6 });
  expect(first.result.open.map(({ route }: { route: string }) => route)).toEqual([
    "DELETE /accounts/:id",
    "GET /exports/users",
    "GET /invoices",
    "POST /uploads",
  ]);
  expect(first.errors).toEqual([]);
  expect(clawflow("workflow", "list").runs).toMatchObject([
    { name: "audit-routes", calls: { all: 31, done: 31 } },
  ]);
  const again = clawflow("workflow", "run", "audit-routes.js", "--yes");
  expect({ ...again, duration: 0 }).toEqual({ ...first, duration: 0 });
  expect(clawflow("verify").findings).toEqual([]);
});

test("its script is under 40 lines", () => {
  const lines = readFileSync(join(EXAMPLE, "audit-routes.js"), "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThan(40);
});
