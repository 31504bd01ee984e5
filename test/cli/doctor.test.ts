import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { tempRoot } from "../host/team.ts";
import { ensureBuilt, expectVerified, json, run, TEAM, writeFiles } from "./cli.ts";

beforeAll(ensureBuilt, 120_000);

test("H37: a copied workspace is refused until a person says that it is one", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  expect((await run(["run", "say one"], { cwd })).code).toBe(0);
  const worker = join(cwd, ".clawflow", "agents", "worker");
  // The original goes last: else a file system may give its mailbox's number to that of the copy.
  renameSync(worker, `${worker}-original`);
  cpSync(`${worker}-original`, worker, { recursive: true });
  rmSync(`${worker}-original`, { recursive: true });

  const refused = await run(["run", "say two"], { cwd });
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain("E_MOVED");
  expect(refused.err).toContain("clawflow doctor");

  const told = await run(["doctor"], { cwd });
  expect({ code: told.code, out: told.out }).toEqual({
    code: 1,
    out: expect.stringMatching(/^moved {2}worker .*\n.*\n {2}You: clawflow doctor worker --moved/),
  });
  expect(await json(["doctor", "--moved"], { cwd })).toEqual({
    agent: "worker",
    workspace: worker,
    as: "moved",
  });
  expect((await run(["run", "say two"], { cwd })).out).toContain("two");
  await expectVerified(cwd);
});
