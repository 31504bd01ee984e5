import { expect, test } from "vitest";
import { taskStatus } from "../../src/view/task-status.ts";
import { until } from "../host/until.ts";
import { Stuck } from "./stuck.ts";

test("what was granted, is used and is left of a budget and of the time, of the task and of its subtasks", async () => {
  const stuck = await (await new Stuck().start()).give(
    {
      split: {
        a: { agent: "worker", do: { say: "x" }, budget: { tokens: 100 } },
        b: { agent: "worker", do: { hang: true }, budget: { tokens: 300 }, timeout: "10m" },
      },
    },
    { budget: { tokens: 1000, tasks: 5 }, deadline_in: 60 * 60_000 },
  );
  const status = await until(() => {
    const view = stuck.view();
    const task = view.task("lead", stuck.task_id);
    const found = task === undefined ? undefined : taskStatus(view, "lead", task, Date.now());
    const isThere = found?.subtasks[0]?.status === "done" && found.subtasks[1]?.left !== undefined;
    return isThere ? found : undefined;
  });
  expect(status).toMatchObject({ budget: { tokens: 1000, tasks: 5 }, left: { tokens: 700 } });
  expect(status.spent.tokens).toBe(300);
  expect(status.time_left).toBeGreaterThan(58 * 60_000);
  expect(status.time_left).toBeLessThanOrEqual(60 * 60_000);
  const [, b] = status.subtasks;
  expect(b).toMatchObject({ granted: { tokens: 300 }, left: { tokens: 300 } });
  expect(b?.time_left).toBeGreaterThan(8 * 60_000);
  expect(b?.time_left).toBeLessThanOrEqual(10 * 60_000);
});
