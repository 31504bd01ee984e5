import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { runTask, startHost, tempRoot } from "./team.ts";

const lead: BrainFunction = ({ kind, results }) => {
  if (kind === "synthesise")
    return Object.values(results ?? {})
      .map((result) => result.results)
      .join(" + ");
  return {
    subtasks: {
      first: { agent: "worker", description: "say one", depends_on: [] },
      second: { agent: "worker", description: "say two", depends_on: ["first"] },
    },
  };
};
const worker: BrainFunction = ({ task }) =>
  `${task.title} (${task.context.includes("say one!") ? "after one" : "alone"})${"!"}`;

test("a team of two does a job", async () => {
  const host = await startHost({
    root: tempRoot(),
    agents: { lead: { brain: lead, peers: ["worker"] }, worker: { brain: worker } },
  });
  const task = await runTask(host, "lead", "do it");
  expect(task.status).toBe("done");
  expect(task.text.output).toBe("say one (alone)! + say two (alone)!");
});
