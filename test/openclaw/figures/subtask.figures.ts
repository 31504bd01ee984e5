import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../../cli/cli.ts";
import { quickOrFull } from "../../suite-size.ts";
import type { Gateway } from "../rig/gateway.ts";
import { plans, says } from "../rig/model-answer.ts";
import { ScriptedModel } from "../rig/scripted-model.ts";
import { dropTask, finished, hosted } from "../rig/team-files.ts";
import { probedGateway } from "./probed-gateway.ts";
import { medianOf, tellFigures } from "./tell-figures.ts";

const CHAIN = quickOrFull(5, 20);
const ROUNDS = quickOrFull(2, 6);
/** Not counted: the first turns of a gateway take longest. */
const WARM_UP = 2;

/** Milliseconds since 1970. */
interface BareTurn {
  asked: number;
  accepted: number;
  ended: number;
}
/** One of a chain, in milliseconds: until the model is asked, and from then until the next one begins. */
interface Step {
  before: number;
  after: number;
}

let model: ScriptedModel;
let gateway: Gateway;

beforeAll(async () => {
  await ensureBuilt();
  model = await ScriptedModel.start();
  gateway = await probedGateway({
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
  const short: Step[] = [];
  const alike: Step[] = [];
  const chained: Step[] = [];
  const accepted: number[] = [];
  // What a subtask's turn is asked, word by word: a bare turn is then asked as much.
  let prompt = "";
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const chainNow = async () => {
      const steps = await chain(round);
      prompt = model.requestsOf("worker").at(-1)?.prompt ?? "";
      await rest();
      return steps;
    };
    // A B B A, for a gateway may be quicker or slower after a while.
    const isFirst = round % 2 === 0;
    let steps = isFirst ? await chainNow() : [];
    const bare = await bareTurns(prompt || "Do this step.");
    await rest();
    const least = await bareTurns("Do this step.");
    await rest();
    if (!isFirst) steps = await chainNow();
    if (round < 0) continue;
    chained.push(...steps);
    alike.push(...bare.steps);
    short.push(...least.steps);
    accepted.push(...bare.turns.map((turn) => turn.accepted - turn.asked));
  }
  const added = medianOf(chained.map(whole)) - medianOf(alike.map(whole));
  await tellFigures({
    title: "In OpenClaw: what a subtask takes beside a bare turn",
    head: ["each, ms", "median", "from–to", "until the model is asked", "from then on"],
    rows: [
      row("a bare turn that is asked three words", short),
      row("a bare turn that is asked what a subtask is asked", alike),
      row("a subtask of a chain", chained),
    ],
    notes: `${CHAIN} after each other, ${ROUNDS} rounds; the model answers at once. A bare turn is a plugin's \`subagent.run\` and \`waitForRun\`, in a session of its own, as a subtask has; it is accepted after ${ms(medianOf(accepted))} ms. What a subtask is asked has ${prompt.length} characters. Added: ${ms(added)} ms (bound: 20).`,
  });
  expect(added).toBeLessThan(quickOrFull(500, 100));
});

/** What a turn leaves to be done is done. */
async function rest(): Promise<void> {
  await delay(1_000);
}

async function bareTurns(message: string): Promise<{ turns: BareTurn[]; steps: Step[] }> {
  model.reset();
  model.rule({ agent: "worker", answer: says("done") });
  const given = { agent: "worker", message, count: CHAIN };
  const turns = await gateway.call<BareTurn[]>("probe.turns", given);
  const steps = turns.map(({ asked, ended }, index) => {
    const at = model.requests[index]?.at ?? Number.NaN;
    return { before: at - asked, after: ended - at };
  });
  return { turns, steps };
}

async function chain(round: number): Promise<Step[]> {
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
  const id = await dropTask(gateway, "lead", { title: job, instructions: `Do ${job}.` });
  const task = await finished(gateway, "lead", id);
  const time = (text: string | undefined) => Date.parse(text ?? "");
  return [...task.subtasks.values()].map(({ dispatched_at, finished_at }, index) => {
    const at = model.requestsOf("worker")[index]?.at ?? Number.NaN;
    return { before: at - time(dispatched_at), after: time(finished_at) - at };
  });
}

function whole({ before, after }: Step): number {
  return before + after;
}

function row(what: string, all: readonly Step[]): string[] {
  const took = all.map(whole);
  const halves = [all.map(({ before }) => before), all.map(({ after }) => after)];
  const spread = `${ms(Math.min(...took))}–${ms(Math.max(...took))}`;
  return [what, ms(medianOf(took)), spread, ...halves.map((half) => ms(medianOf(half)))];
}

function ms(value: number): string {
  return value.toFixed(1);
}
