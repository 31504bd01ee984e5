import { beforeAll, expect, test } from "vitest";
import { casesAt, type Result, titleOf } from "./cases.ts";
import { runLibrary } from "./library-place.ts";
import { recordPlace } from "./record.ts";

const CASES = casesAt("library");
let results: Result[];
beforeAll(async () => {
  results = await runLibrary(CASES);
  recordPlace("the library", results);
}, 120_000);

test.each(CASES.map((one, n) => [titleOf(one), n] as const))("%s", (_, n) => {
  expect(results[n]?.wrong).toEqual([]);
});
