import { beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../cli/cli.ts";
import { casesAt, type Result, titleOf } from "./cases.ts";
import { runInbox } from "./inbox-place.ts";
import { recordPlace } from "./record.ts";

const CASES = casesAt("inbox");
let results: Result[];
beforeAll(async () => {
  await ensureBuilt();
  results = await runInbox(CASES);
  recordPlace("the inbox of a running host", results.slice(0, CASES.length));
}, 240_000);

test.each(CASES.map((one, n) => [titleOf(one), n] as const))("%s", (_, n) => {
  expect(results[n]?.wrong).toEqual([]);
});

test("the host goes on, and leaves clean files", () => {
  expect(results.slice(CASES.length).flatMap(({ wrong }) => wrong)).toEqual([]);
});
