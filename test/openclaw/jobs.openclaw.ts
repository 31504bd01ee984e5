import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ensureBuilt } from "../cli/cli.ts";
import { JobsRig } from "./jobs/jobs-rig.ts";
import { models } from "./jobs/models.ts";
import { refusals } from "./jobs/refusals.ts";
import { shapes } from "./jobs/shapes.ts";

/**
 * Jobs side by side on one gateway. Each counts the calls of the model that were made for it: one for who does a task, two for who splits
 * it, none for a message.
 */
const rig = new JobsRig();

// All begin at once, so the last has waited for all others.
vi.setConfig({ testTimeout: 600_000 });

beforeAll(async () => {
  await ensureBuilt();
  await rig.start();
});

afterAll(async () => await rig.stop());

shapes(rig);
refusals(rig);
models(rig);

// After all of them.
test("nothing is wrong in the files of all these jobs, and no call of the model was made but for them", async () => {
  const { findings, checked } = await rig.clawflow("verify");
  expect(findings).toEqual([]);
  expect(checked.delivered).toBeGreaterThan(0);
  expect(rig.strayCalls()).toEqual([]);
});
