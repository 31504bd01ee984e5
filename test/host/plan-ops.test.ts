import { expect, test } from "vitest";
import { planOps } from "../../src/host/plan-ops.ts";
import { emptyPlan } from "../../src/loop/empty-plan.ts";
import { aMessage, fileOf } from "../store/helpers.ts";

test("H24 a TASK that one step sends and takes back is withdrawn once it is pending", () => {
  const message = aMessage("t");
  const { name } = fileOf(message);
  const plan = { ...emptyPlan(), send: [message], withdraw: [name, "another.md"] };
  const route = () => "remote" as const;
  const { ops } = planOps(plan, new Map(), {
    day: "2026/11/20",
    task: "t",
    route,
    isPending: () => false,
  });
  expect(ops).toMatchObject([
    { op: "send", name, place: "pending" },
    { op: "withdraw", name, path: `mailbox/archive/2026/11/20/${name}` },
  ]);
});
