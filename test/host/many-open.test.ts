import { expect, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { readTask, replyToHuman } from "./files.ts";
import { tempRoot } from "./team.ts";
import { until } from "./until.ts";

const MANY = 40;
const ids = Array.from({ length: MANY }, (_, n) => `t${n}`);

// With each start a killed host left a text more of every open task: after some dozen the start took longer than it lived.
test("a start notes what has its turn as asked again, and writes no other task", async () => {
  const root = tempRoot();
  const workspace = `${root}/echo`;
  const asked = new Map<string, number[]>();
  let answers = false;
  const brain = async ({ task, asked: times }: { task: { task_id: string }; asked: number }) => {
    asked.set(task.task_id, [...(asked.get(task.task_id) ?? []), times]);
    await until(() => answers, "leave to answer");
    return "said";
  };
  const host = () => createHost({ root, agents: { echo: { brain, concurrency: 2 } }, durability: "os" });
  const begun = () => [...asked.values()].flat().length;

  const first = await host();
  await first.start();
  for (const task_id of ids) await submitTask(first, "echo", { id: task_id, instructions: task_id });
  await until(() => begun() === 2, "the first two to be asked");
  await first.stop();
  const revs = () => ids.map((id) => readTask(workspace, id)?.rev);
  const before = revs();

  for (const lives of [2, 3]) {
    const next = await host();
    await next.start();
    await until(() => begun() === 2 * lives, `two to be asked in life ${lives}`);
    await next.stop();
    const changed = revs().filter((rev, n) => rev !== before[n]);
    expect(changed.length).toBeLessThanOrEqual(2 * (lives - 1));
  }

  answers = true;
  const last = await host();
  await last.start();
  for (const id of ids) expect((await replyToHuman(workspace, id)).body.results).toBe("said");
  await last.stop();
  // Who was begun before is told so, however often that was.
  for (const times of asked.values())
    for (const [n, count] of times.entries())
      expect(count).toBeGreaterThan(n === 0 ? 0 : (times[n - 1] ?? 0));
});
