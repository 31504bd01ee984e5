import { setTimeout as delay } from "node:timers/promises";
import type { PlannedSubtask } from "../../../src/protocol/outcome.ts";
import type { Gateway } from "../rig/gateway.ts";
import { callsTool, callsTools, type ModelAnswer, plans, says, type ToolCall } from "../rig/model-answer.ts";
import type { ModelRequest } from "../rig/model-request.ts";
import type { ModelRule, ScriptedModel } from "../rig/scripted-model.ts";

/** So many agents do a piece each of one job. */
export const LEAVES = 10;
/** Milliseconds that each answer of the model takes. */
export const THINKS = 200;
/** Milliseconds after which nothing more is to come; OpenClaw lets one who yields wait for half a minute at a time. */
const LONG = 150_000;

export const WAYS = [
  "Clawflow",
  "Clawflow, split in the chat",
  "`sessions_spawn`, `sessions_yield`",
  "Swarm: `sessions_spawn`, `agents_wait`",
  "Swarm: `agents.run` in Code Mode",
] as const;
export type Way = (typeof WAYS)[number];

export interface Cost {
  /** Milliseconds from the person's message to the model's answer to it. */
  took: number;
  calls: number;
  /** Characters of JSON that went to the model. */
  characters: number;
}

/** What only the prompt for an answer of results holds. */
const FINISHED = "whose pieces are finished";
const NEWS = /\[Clawflow h-told-/;
const ROOMS = Array.from({ length: LEAVES }, (_, index) => `room_${index + 1}`);

/** One job that a person gives in a chat of its own, the same in each way. @param round a word that no other job has */
export async function survey(gateway: Gateway, model: ScriptedModel, way: Way, round: string): Promise<Cost> {
  model.reset();
  const rules = RULES[way];
  // Code Mode is a setting of an agent.
  const agent = rules === "codeMode" ? "scripter" : "lead";
  const job = new Survey(agent, round);
  model.rule(...job.leaves(), ...job[rules]());
  const begun = performance.now();
  await gateway.call("chat.send", {
    sessionKey: `agent:${agent}:${round}`,
    message: job.order,
    idempotencyKey: round,
  });
  const late = delay(LONG, undefined, { ref: false }).then(() => {
    throw new Error(
      `${way} gives no answer; the model was asked:\n${model.requests.map(requestText).join("\n")}\n${gateway.log.slice(-3000)}`,
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
  "Clawflow, split in the chat": "clawflowWithPlan",
  "`sessions_spawn`, `sessions_yield`": "announced",
  "Swarm: `sessions_spawn`, `agents_wait`": "swarm",
  "Swarm: `agents.run` in Code Mode": "codeMode",
} as const satisfies Record<Way, string>;

class Survey {
  readonly order: string;
  readonly answered: Promise<void>;
  #answered = () => {};
  readonly #agent: string;
  readonly #round: string;

  constructor(agent: string, round: string) {
    this.#agent = agent;
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
    return [
      ...this.#clawflow({}),
      this.#lead(
        ({ prompt }) => prompt.includes(this.#split()) && !prompt.includes(FINISHED),
        () => plans(this.#plan()),
      ),
    ];
  }

  /** As those who spawn, who have no turn of their own for it. */
  clawflowWithPlan(): ModelRule[] {
    return this.#clawflow({ plan: { subtasks: this.#plan() } });
  }

  #clawflow(more: object): ModelRule[] {
    const work = { title: `House ${this.#round}`, instructions: this.#split(), ...more };
    return [
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length === 0,
        () => callsTool("clawflow_start", work),
      ),
      this.#lead(
        ({ prompt }) => prompt.includes(this.#split()) && prompt.includes(FINISHED),
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
        (request) => this.#spawns(request, {}),
      ),
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length > 0,
        (request) => callsTools(call(request, "sessions_yield", {})),
      ),
      this.#lead(
        (request) => !this.#isOrder(request) && ROOMS.some((room) => this.#heard(request, room)),
        (request) =>
          ROOMS.every((room) => this.#heard(request, room))
            ? this.#answer()
            : callsTools(call(request, "sessions_yield", {})),
      ),
    ];
  }

  swarm(): ModelRule[] {
    return [
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length === 0,
        (request) => this.#spawns(request, { collect: true, groupId: `house_${this.#round}` }),
      ),
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length > 0,
        (request) => {
          const ids = pending(request.toolResults);
          if (ids.length === 0) return this.#answer();
          return callsTools(call(request, "agents_wait", { ids, timeoutSeconds: 30 }));
        },
      ),
    ];
  }

  codeMode(): ModelRule[] {
    const pieces = JSON.stringify(ROOMS.map((room) => this.#piece(room)));
    const code = `return await Promise.all(${pieces}.map((piece) => agents.run(piece, { agentId: "worker" })));`;
    return [
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length === 0,
        () => callsTool("exec", { code }),
      ),
      this.#lead(
        (request) => this.#isOrder(request) && request.toolResults.length > 0,
        ({ toolResults }) => {
          const { status, runId } = resultOf<{ status: string; runId?: string }>(toolResults.at(-1) ?? "");
          if (status === "waiting") return callsTool("wait", { runId });
          return this.#answer();
        },
      ),
    ];
  }

  #lead(
    prompt: (request: ModelRequest) => boolean,
    answer: (request: ModelRequest) => ModelAnswer | Promise<ModelAnswer>,
  ): ModelRule {
    return {
      agent: this.#agent,
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

  #plan(): Record<string, PlannedSubtask> {
    const pieces = ROOMS.map((room) => {
      const piece = { agent: "worker", description: room, instructions: this.#piece(room), depends_on: [] };
      return [room.replace("_", "-"), piece];
    });
    return Object.fromEntries(pieces);
  }

  #split(): string {
    return `Split the survey ${this.#round}.`;
  }

  #spawns(request: ModelRequest, more: object): ModelAnswer {
    return callsTools(
      ...ROOMS.map((room) => {
        const given = { task: this.#piece(room), agentId: "worker", taskName: room, ...more };
        return call(request, "sessions_spawn", given);
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

/** A tool that is not in the prompt is called by its name, which OpenClaw's directory of tools names: no search is counted. */
function call({ tools }: ModelRequest, name: string, given: Record<string, unknown>): ToolCall {
  if (tools.includes(name)) return { name, arguments: given };
  return { name: "tool_call", arguments: { id: name, args: given } };
}

/** Ids of the children that were begun and are not collected. */
function pending(toolResults: readonly string[]): string[] {
  const ids = new Set<string>();
  for (const result of toolResults) {
    const value = resultOf<{ runId?: string; completed?: { runId: string }[] }>(result);
    if (value.runId !== undefined) ids.add(value.runId);
    for (const { runId } of value.completed ?? []) ids.delete(runId);
  }
  return [...ids];
}

/** What a tool gave, also one that was called by its name. */
function resultOf<T>(json: string): T {
  const value = JSON.parse(json) as { result?: { content?: { text?: string }[] } };
  const inner = value.result?.content?.[0]?.text;
  return (inner === undefined ? value : JSON.parse(inner)) as T;
}

function requestText({ agent, prompt, toolResults, tools }: ModelRequest): string {
  return JSON.stringify({
    agent,
    prompt: prompt.slice(0, 200),
    results: toolResults.map((result) => result.slice(0, 600)),
    tools: tools.join(" "),
  });
}
