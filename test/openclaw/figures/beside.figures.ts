import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../../cli/cli.ts";
import { quickOrFull } from "../../suite-size.ts";
import { Gateway } from "../rig/gateway.ts";
import { ScriptedModel } from "../rig/scripted-model.ts";
import { hosted } from "../rig/team-files.ts";
import { type Cost, LEAVES, survey, THINKS, WAYS, type Way } from "./survey.ts";
import { medianOf, tellFigures } from "./tell-figures.ts";

const ROUNDS = quickOrFull(1, 7);
/** At once, in each way: what OpenClaw allows a gateway by default. */
const AT_ONCE = 8;

let model: ScriptedModel;
let gateway: Gateway;

beforeAll(async () => {
  await ensureBuilt();
  model = await ScriptedModel.start();
  gateway = await Gateway.create({
    model,
    agents: {
      lead: { allowAgents: ["worker"] },
      scripter: { allowAgents: ["worker"], entry: { tools: { codeMode: { enabled: true } } } },
      worker: { description: "Looks at rooms" },
    },
    clawflow: { turns: AT_ONCE, turns_per_agent: AT_ONCE },
    more: {
      tools: { swarm: { enabled: true, maxConcurrent: AT_ONCE } },
      agents: { defaults: { subagents: { maxChildrenPerAgent: LEAVES, maxConcurrent: AT_ONCE } } },
    },
  });
  await gateway.start();
  await hosted(gateway, "lead", "worker");
});

afterAll(async () => {
  await gateway?.remove();
  await model?.close();
});

test("one who splits and ten who do a piece, in each way", async () => {
  const costs = new Map<Way, Cost[]>(WAYS.map((way) => [way, []]));
  // The first of each is not counted: what is loaded once is loaded by it.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, way] of WAYS.entries()) {
      const cost = await survey(gateway, model, way, `r${round}w${index}`);
      if (round > 0) costs.get(way)?.push(cost);
    }
  }
  const rows = [...costs].map(([way, all]) => {
    const calls = medianOf(all.map((cost) => cost.calls));
    const characters = medianOf(all.map((cost) => cost.characters));
    const took = all.map((cost) => cost.took);
    const spread = `${Math.round(Math.min(...took))}–${Math.round(Math.max(...took))}`;
    return [way, calls, Math.round(characters / 1000), Math.round(medianOf(took)), spread];
  });
  await tellFigures({
    title: "In OpenClaw: one who splits and ten who do a piece",
    head: ["way", "calls of the model", "characters to the model, thousands", "ms, median", "from–to"],
    rows,
    notes: `A person asks in a chat and the answer comes into that chat; ${AT_ONCE} agents at once, each answer of the model takes ${THINKS} ms; rounds on one gateway: ${ROUNDS}.`,
  });
  const calls = rows.map(([, count]) => Number(count));
  // The chat begins it, says so, and gives the answer; who splits and puts together; who do a piece.
  expect(calls.slice(0, 2)).toEqual([3 + 2 + LEAVES, 3 + 1 + LEAVES]);
});
