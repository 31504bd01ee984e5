import { beforeAll, expect, test } from "vitest";
import { casesAt, type Result, titleOf } from "./cases.ts";
import { recordPlace } from "./record.ts";
import { runStarts } from "./start-place.ts";

const CASES = casesAt("start");
let results: Result[];
beforeAll(async () => {
  results = await runStarts(CASES);
  recordPlace("a workspace over which a host starts", results);
}, 120_000);

test.each(CASES.map((one, n) => [titleOf(one), n] as const))("%s", (_, n) => {
  expect(results[n]?.wrong).toEqual([]);
});
