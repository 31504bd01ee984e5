import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Host } from "../../src/host/host.ts";
import { submitTask } from "../../src/host/submit.ts";
import type { Amounts } from "../../src/protocol/amounts.ts";
import type { TaskEdit } from "../../src/protocol/edit.ts";
import { formatEdit } from "../../src/protocol/edit-body.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { verifyRoot } from "../../src/view/verify/verify-root.ts";
import { control } from "../loop/letters.ts";
import { startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

/** lead → middle → worker, one subtask each, and `first` before it at the lead; the worker waits until it is let go. */
async function threeLevels(
  budget: Amounts,
): Promise<{ root: string; host: Host; id: string; letGo(): void }> {
  const root = tempRoot();
  let letGo = () => {};
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const split =
    (subtasks: Record<string, { agent: string; depends_on: string[] }>): BrainFunction =>
    ({ kind, results }) =>
      kind === "synthesise"
        ? Object.values(results ?? {})
            .map((result) => result.results)
            .join(" ")
        : {
            subtasks: Object.fromEntries(
              Object.entries(subtasks).map(([id, s]) => [id, { description: id, ...s }]),
            ),
          };
  const worker: BrainFunction = async ({ task }, { signal }) => {
    if (task.instructions === "deep")
      await Promise.race([free, new Promise((done) => signal.addEventListener("abort", done))]);
    return `did ${task.instructions}`;
  };
  const host = await startHost({
    root,
    agents: {
      lead: {
        brain: split({
          first: { agent: "worker", depends_on: [] },
          second: { agent: "middle", depends_on: ["first"] },
        }),
        peers: ["middle", "worker"],
      },
      middle: { brain: split({ deep: { agent: "worker", depends_on: [] } }), peers: ["worker"] },
      worker: { brain: worker, concurrency: 4 },
    },
  });
  const { task_id: id } = await submitTask(host, "lead", {
    instructions: "go",
    deadline_in: 600_000,
    budget,
  });
  await until(() => host.task("worker", `${id}.second.deep`), "the deepest");
  return { root, host, id, letGo };
}

async function say(root: string, id: string, edit: TaskEdit): Promise<void> {
  const message = control("edit", { task_id: id, to: "lead", text: formatEdit(edit) });
  const bytes = Buffer.from(formatMessage(message));
  await deliverInto(
    nodeDisk(),
    join(root, "lead"),
    { name: messageFileName(message), bytes },
    { sync: false },
  );
}

const findings = (root: string) => verifyRoot(nodeDisk(), agentsOfRoot(nodeDisk(), root));

test("wider limits go down the tree as far as they bind", async () => {
  const { root, host, id, letGo } = await threeLevels({ tasks: 50, tokens: 9_000 });
  const deep = () => host.task("worker", `${id}.second.deep`);
  const before = deep()?.deadline ?? 0;
  await say(root, id, { deadline: "20m" });
  await until(() => (deep()?.deadline ?? 0) - before > 9 * 60_000, "the deadline below");
  await say(root, id, { subtasks: { second: { timeout: "1h", budget: { tokens: 4_000, tasks: 20 } } } });
  await until(() => host.task("middle", `${id}.second`)?.budget?.tokens === 4_000, "the budget below");
  expect(host.task("middle", `${id}.second`)).toMatchObject({
    limited: expect.any(Number),
    budget: { tasks: 20 },
  });
  letGo();
  expect((await host.finished("lead", id)).text.output).toBe("did first did deep");
  await host.stop();
  expect(findings(root)).toEqual([]);
});

test("verify knows what a person rewrote: results, the plan, a smaller budget", async () => {
  const { root, host, id, letGo } = await threeLevels({ tasks: 50 });
  await say(root, id, {
    budget: { tasks: 3 },
    subtasks: {
      first: { results: "Written anew" },
      third: { agent: "worker", status: "done", results: "By hand" },
      fourth: { agent: "worker", depends_on: ["second"], description: "last" },
    },
  });
  const copy = join(root, "lead", ".clawflow", "base", `${id}.md`);
  await until(() => readFileSync(copy, "utf8").includes("fourth"), "the edit in the files");
  expect(findings(root)).toEqual([]);
  letGo();
  await host.finished("lead", id);
  await say(root, id, { budget: { tasks: 90 }, subtasks: { first: { status: "pending" } } });
  await until(() => host.task("lead", id)?.subtasks.get("first")?.attempt === 2, "the second attempt");
  const { text } = await until(() => {
    const task = host.task("lead", id);
    return task?.status === "done" ? task : undefined;
  }, "the end");
  expect(text.output).toBe("did first did deep By hand did last");
  await host.stop();
  expect(findings(root)).toEqual([]);
});
