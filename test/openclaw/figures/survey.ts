import { setTimeout as delay } from "node:timers/promises";
import type { Gateway } from "../rig/gateway.ts";
import { callsTool, callsTools, type ModelAnswer, plans, says } from "../rig/model-answer.ts";
import type { ModelRequest } from "../rig/model-request.ts";
import type { ModelRule, ScriptedModel } from "../rig/scripted-model.ts";

/** So many agents do a piece each of one job. */
export const LEAVES = 10;
/** Milliseconds that each answer of the model takes. */
export const THINKS = 200;
const LONG = 300_000;

export const WAYS = ["Clawflow", "sessions_spawn, announced", "Swarm: sessions_spawn, agents_wait"] as const;
export type Way = (typeof WAYS)[number];

export interface Cost {
  /** Milliseconds from the person's message to the model's answer to it. */
  took: number;
  calls: number;
  /** Characters of JSON that went to the model. */
  characters: number;
}

const NEWS = /\[Clawflow h-told-/;
const ROOMS = Array.from({ length: LEAVES }, (_, index) => `room_${index + 1}`);

/** One job that a person gives in a chat of its own, the same in each way. @param round a word that no other job has */
export async function survey(gateway: Gateway, model: ScriptedModel, way: Way, round: string): Promise<Cost> {
  model.reset();
  const job = new Survey(round);
  model.rule(...job.leaves(), ...job[RULES[way]]());
  const begun = performance.now();
  await gateway.call("chat.send", {
    sessionKey: `agent:lead:${round}`,
    message: job.order,
    idempotencyKey: round,
  });
  const late = delay(LONG, undefined, { ref: false }).then(() => {
    throw new Error(
      `${way} gives no answer; the model was asked:\n${model.requests.slice(-5).map(requestText).join("\n")}`,
    );
  });
  await Promise.race([job.answered, late]);
  const took = performance.now() - begun;
  const counts = model.counts();
  await delay(2_000);
  if (model.counts().calls !== counts.calls)
    throw new Error(`${way} asks the model after its answer as well`);
  return { took, ...counts };
}

const RULES = {
  Clawflow: "clawflow",
  "sessions_spawn, announced": "announced",
  "Swarm: sessions_spawn, agents_wait": "swarm",
} as const satisfies Record<Way, string>;

class Survey {
  readonly order: string;
  readonly answered: Promise<void>;
  #answered = () => {};
  readonly #round: string;

  constructor(round: string) {
    this.#round = round;
    this.order = `Survey the house, round ${round}.`;
    this.answered = new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  leaves(): ModelRule[] {
    return ROOMS.map((room) => ({
      agent: "worker",
      prompt: ({ messages }: ModelRequest) => messages.some(({ text }) => text.includes(this.#piece(room))),
      answer: { ...says(this.#seen(room)), delay: THINKS },
    }));
  }

  clawflow(): ModelRule[] {
    const instructions = `Split the survey ${this.#round}.`;
    const pieces = ROOMS.map((room) => {
      return [
        room,
        { agent: "worker", description: room, instructions: this.#piece(room), depends_on: [] as string[] },
      ] as const;
    });
    return [
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length === 0,
        () => callsTool("clawflow_start", { title: `House ${this.#round}`, instructions }),
      ),
      this.#lead(
        ({ prompt }) => prompt.includes(instructions) && !prompt.includes("whose pieces are finished"),
        () => plans(Object.fromEntries(pieces)),
      ),
      this.#lead(
        ({ prompt }) => prompt.includes(instructions) && prompt.includes("whose pieces are finished"),
        () => says("All rooms are well."),
      ),
      this.#lead(
        ({ prompt }) => NEWS.test(prompt),
        () => this.#answer(),
      ),
    ];
  }

  announced(): ModelRule[] {
    return [
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length === 0,
        () => this.#spawns({}),
      ),
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length > 0,
        () => callsTool("sessions_yield", {}),
      ),
      this.#lead(
        (request) => !this.#isOrder(request) && ROOMS.some((room) => this.#heard(request, room)),
        (request) =>
          ROOMS.every((room) => this.#heard(request, room))
            ? this.#answer()
            : callsTool("sessions_yield", {}),
      ),
    ];
  }

  swarm(): ModelRule[] {
    return [
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length === 0,
        () => this.#spawns({ collect: true, groupId: `house_${this.#round}` }),
      ),
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length > 0,
        ({ toolResults }) => {
          const ids = pending(toolResults);
          return ids.length === 0 ? this.#answer() : callsTool("agents_wait", { ids, timeoutSeconds: 30 });
        },
      ),
    ];
  }

  #lead(
    prompt: (request: ModelRequest) => boolean,
    answer: (request: ModelRequest) => ModelAnswer | Promise<ModelAnswer>,
  ): ModelRule {
    return {
      agent: "lead",
      prompt,
      answer: async (request) => {
        await delay(THINKS);
        return answer(request);
      },
    };
  }

  #answer(): ModelAnswer {
    this.#answered();
    return says("The house is well in all its rooms.");
  }

  #spawns(more: object): ModelAnswer {
    return callsTools(
      ...ROOMS.map((room) => {
        const given = { task: this.#piece(room), agentId: "worker", taskName: room, ...more };
        return { name: "sessions_spawn", arguments: given };
      }),
    );
  }

  #isOrder({ prompt }: ModelRequest): boolean {
    return prompt.includes(this.order);
  }

  #heard({ messages }: ModelRequest, room: string): boolean {
    return messages.some(({ text }) => text.includes(this.#seen(room)));
  }

  #piece(room: string): string {
    return `Look at ${room} in round ${this.#round}.`;
  }

  #seen(room: string): string {
    return `Seen ${room} in round ${this.#round}: all is well.`;
  }
}

/** Ids of the children that were begun and are not collected. */
function pending(toolResults: readonly string[]): string[] {
  const ids = new Set<string>();
  for (const result of toolResults) {
    const value = JSON.parse(result) as { runId?: string; completed?: { runId: string }[] };
    if (value.runId !== undefined) ids.add(value.runId);
    for (const { runId } of value.completed ?? []) ids.delete(runId);
  }
  return [...ids];
}

function requestText({ agent, prompt, toolResults, tools }: ModelRequest): string {
  return JSON.stringify({
    agent,
    prompt: prompt.slice(0, 300),
    last: toolResults.at(-1)?.slice(0, 500),
    tools: tools.length,
  });
}
