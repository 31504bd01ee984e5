import { beforeAll, expect, test } from "vitest";
import { casesAt, type Result, titleOf } from "./cases.ts";
import { runEdits } from "./edit-place.ts";
import { recordPlace } from "./record.ts";

const CASES = casesAt("edit");
let results: Result[];
beforeAll(async () => {
  results = await runEdits(CASES);
  recordPlace("task.md of a running job", results.slice(0, CASES.length));
}, 240_000);

test.each(CASES.map((one, n) => [titleOf(one), n] as const))("%s", (_, n) => {
  expect(results[n]?.wrong).toEqual([]);
});

test("the host goes on, and leaves clean files", () => {
  expect(results.slice(CASES.length).flatMap(({ wrong }) => wrong)).toEqual([]);
});
