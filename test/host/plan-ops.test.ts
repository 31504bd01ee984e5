import { expect, test } from "vitest";
import { planOps } from "../../src/host/plan-ops.ts";
import { emptyPlan } from "../../src/loop/empty-plan.ts";
import { aMessage, fileOf } from "../store/helpers.ts";

test("H24 a TASK that one step sends and takes back is withdrawn once it is pending", () => {
  const message = aMessage("t");
  const { name } = fileOf(message);
  const plan = { ...emptyPlan(), send: [message], withdraw: [name, "another.md"] };
  const route = () => "remote" as const;
  const { ops } = planOps(plan, [], {
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

test("a message that lies in the inbox under two names is taken under both", () => {
  const message = aMessage("t");
  const letters = ["copy.md", "task-t-1-000000000000.md"].map((name) => ({ name, message, sha256: "00" }));
  const { id } = message;
  const disposals = [
    { message: id, to: "archive" as const },
    { message: id, to: "again" as const },
  ];
  const { ops } = planOps({ ...emptyPlan(), disposals }, letters, {
    day: "2026/11/20",
    task: "t",
    route: () => "local" as const,
    isPending: () => false,
  });
  expect(ops).toMatchObject([
    { op: "take", name: "copy.md" },
    { op: "again", name: "task-t-1-000000000000.md" },
  ]);
});
