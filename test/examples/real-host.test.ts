import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadTeam } from "../../src/host/load-team.ts";
import { runTask, startHost, tempRoot } from "../host/team.ts";
import { AUDIT, audit, lib, makeFolder } from "./audit-folder.ts";

const HELLO = fileURLToPath(new URL("../../examples/hello/", import.meta.url));

test("hello runs on a host", async () => {
  const host = await startHost({ ...loadTeam(join(HELLO, "team.yaml")), root: tempRoot(), durability: "os" });
  const greeted = await runTask(host, "planner", "Greek, Klingon and Hindi");
  expect(greeted.status).toBe("done");
  expect(greeted.text.output).toContain("Greek: Γειά σου!");
  expect(greeted.text.output).toMatch(/\(.*I do not speak Klingon.*\)/);
  expect(greeted.subtasks.get("say-klingon")?.status).toBe("failed");
});

test("an audit on a host gives the report that the rules of the protocol alone give", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 150 }, (_, n) => [
      `m${n % 6}/s${n % 3}/f${n}.ts`,
      `export const a = ${n % 20};\n`.repeat(20),
    ]),
  );
  const folder = makeFolder(files);
  const report = join(makeFolder(), "AUDIT.md");
  const { formatRequest } = await lib("request");
  const host = await startHost({ ...loadTeam(join(AUDIT, "team.yaml")), root: tempRoot(), durability: "os" });
  const task = await runTask(host, "lead", formatRequest({ folder, report }));
  expect([task.status, task.error]).toEqual(["done", undefined]);
  expect(task.text.output).toContain("150 files, 3,000 lines of text");
  expect(readFileSync(report, "utf8")).toBe((await audit(folder)).report);
});
