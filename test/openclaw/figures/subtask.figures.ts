import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../../cli/cli.ts";
import { quickOrFull } from "../../suite-size.ts";
import { Gateway } from "../rig/gateway.ts";
import { plans, says } from "../rig/model-answer.ts";
import { ScriptedModel } from "../rig/scripted-model.ts";
import { dropTask, finished, hosted } from "../rig/team-files.ts";
import { medianOf, tellFigures } from "./tell-figures.ts";

const CHAIN = quickOrFull(5, 20);
const ROUNDS = quickOrFull(1, 5);

let model: ScriptedModel;
let gateway: Gateway;

beforeAll(async () => {
  await ensureBuilt();
  model = await ScriptedModel.start();
  gateway = await Gateway.create({
    model,
    agents: { lead: { allowAgents: ["worker"] }, worker: { description: "Does steps" } },
  });
  await gateway.start();
  await hosted(gateway, "lead", "worker");
});

afterAll(async () => {
  await gateway?.remove();
  await model?.close();
});

test("a chain of subtasks beside as many turns, one after the other", async () => {
  const bare: number[] = [];
  const chained: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const turn = await bareTurns();
    const step = await chain(round);
    if (round === 0) continue;
    bare.push(turn);
    chained.push(step);
  }
  const added = medianOf(chained) - medianOf(bare);
  const row = (what: string, all: number[]) => [
    what,
    medianOf(all).toFixed(1),
    `${Math.min(...all).toFixed(1)}–${Math.max(...all).toFixed(1)}`,
  ];
  await tellFigures({
    title: "In OpenClaw: what a subtask takes beside a bare turn",
    head: ["each", "ms, median", "from–to"],
    rows: [row("a bare turn", bare), row("a subtask of a chain", chained)],
    notes: `${CHAIN} after each other, ${ROUNDS} rounds; the model answers at once. A turn is what the method \`agent\` does, in a session of its own, as a subtask has. Added: ${added.toFixed(1)} ms (bound: 20).`,
  });
  expect(added).toBeLessThan(quickOrFull(500, 100));
});

async function bareTurns(): Promise<number> {
  model.reset();
  model.rule({ agent: "worker", answer: says("done") });
  const begun = performance.now();
  for (let index = 0; index < CHAIN; index++) {
    const sessionKey = `agent:worker:bare-${randomUUID()}`;
    await gateway.call(
      "agent",
      { message: "Do this step.", sessionKey, agentId: "worker", idempotencyKey: sessionKey },
      { final: true },
    );
  }
  return (performance.now() - begun) / CHAIN;
}

async function chain(round: number): Promise<number> {
  const job = `chain ${round}`;
  const steps = Array.from({ length: CHAIN }, (_, index) => {
    const depends_on = index === 0 ? [] : [`step-${index - 1}`];
    return [
      `step-${index}`,
      { agent: "worker", description: `step ${index}`, instructions: "Do this step.", depends_on },
    ];
  });
  model.reset();
  model.rule(
    { agent: "worker", answer: says("done") },
    { agent: "lead", prompt: job, answer: plans(Object.fromEntries(steps)) },
    { agent: "lead", prompt: "whose pieces are finished", answer: says("all done") },
  );
  const id = dropTask(gateway, "lead", { title: job, instructions: `Do ${job}.` });
  const task = await finished(gateway, "lead", id);
  const all = [...task.subtasks.values()];
  const time = (text: string | undefined) => Date.parse(text ?? "");
  return (time(all.at(-1)?.finished_at) - time(all[0]?.dispatched_at)) / CHAIN;
}
