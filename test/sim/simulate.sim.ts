import { expect, test } from "vitest";
import { seeds } from "../suite-size.ts";
import { makeScenario } from "./scenario.ts";
import { simulate } from "./simulation.ts";

test.each(seeds(200, 10_000))("seed %i", async (seed) => {
  const { faults } = await simulate(makeScenario(seed));
  expect(faults).toEqual([]);
});
