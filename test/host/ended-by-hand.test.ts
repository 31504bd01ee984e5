import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { createHost } from "../../src/host/create-host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { startHost, tempRoot } from "./team.ts";

const lead: BrainFunction = ({ kind, results }) =>
  kind === "synthesise"
    ? (results?.part?.results ?? "")
    : { subtasks: { part: { agent: "worker", description: "do it", depends_on: [] } } };

test("H23: a child task that a person ended in its file while no host ran still answers its parent", async () => {
  const root = tempRoot();
  const agents = (worker: BrainFunction) => ({
    lead: { brain: lead, peers: ["worker"] },
    worker: { brain: worker },
  });
  let asked = () => {};
  const underWay = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const hanging: BrainFunction = (_question, { signal }) => {
    asked();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const first = await createHost({ root, agents: agents(hanging), durability: "os" });
  await first.start();
  const { task_id } = await submitTask(first, "lead", { instructions: "go" });
  await underWay;
  await first.stop();

  const folder = join(root, "worker", "tasks", `${task_id}.part`);
  const text = readFileSync(join(folder, "task.md"), "utf8");
  const edited = `${text.replace(/^status: .*$/m, "status: done")}## Results\n\nBy my own hand.\n`;
  expect(edited).not.toBe(text);
  writeFileSync(join(folder, "task.md"), edited);
  // Some time ago: a text that is just being written is left alone.
  utimesSync(join(folder, "task.md"), new Date(), new Date(Date.now() - 5_000));

  const second = await startHost({ root, agents: agents(() => "the work") });
  const task = await second.finished("lead", task_id);
  expect(task).toMatchObject({ status: "done", text: { output: "By my own hand." } });
  await second.stop();
  expect(readdirSync(folder).filter((name) => name.startsWith("task.rejected-"))).toEqual([]);
});
