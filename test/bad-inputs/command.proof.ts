import { beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../cli/cli.ts";
import { casesAt, type Result, titleOf } from "./cases.ts";
import { runCommands } from "./command-place.ts";
import { recordPlace } from "./record.ts";

const CASES = casesAt("command");
let results: Result[];
beforeAll(async () => {
  await ensureBuilt();
  results = await runCommands(CASES);
  recordPlace("the command line", results);
}, 240_000);

test.each(CASES.map((one, n) => [titleOf(one), n] as const))("%s", (_, n) => {
  expect(results[n]?.wrong).toEqual([]);
});
