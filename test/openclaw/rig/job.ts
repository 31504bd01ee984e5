import type { Work } from "../../../src/host/submit.ts";
import type { PlannedSubtask } from "../../../src/protocol/outcome.ts";
import type { Task } from "../../../src/protocol/task.ts";
import { until } from "../../host/until.ts";
import type { Gateway } from "./gateway.ts";
import type { ModelAnswer } from "./model-answer.ts";
import type { ModelRequest } from "./model-request.ts";
import type { ScriptedModel } from "./scripted-model.ts";
import { dropTask, finished, taskOf } from "./team-files.ts";

type Answer = ModelAnswer | ((request: ModelRequest) => ModelAnswer | Promise<ModelAnswer>);

/** Milliseconds for what takes its turn after all others, on a machine that does other work as well. */
export const LONG = 540_000;

/**
 * A job of an agent that goes on beside others on one gateway: each of its pieces is asked for in words that no other job has, by which the
 * model knows it and its calls are counted. The piece `all` is what a person asks for.
 */
export class Job {
  readonly name: string;
  readonly agent: string;
  readonly #gateway: Gateway;
  readonly #model: ScriptedModel;
  #id = "";

  /** @param name a word that no other job has */
  constructor(gateway: Gateway, model: ScriptedModel, name: string, agent: string) {
    this.name = name;
    this.agent = agent;
    this.#gateway = gateway;
    this.#model = model;
  }

  /** Of its task. */
  get id(): string {
    return this.#id;
  }

  /** As it stands now. */
  get task(): Task | undefined {
    return taskOf(this.#gateway, this.agent, this.#id);
  }

  /** What an agent is asked for a piece with. */
  words(piece: string): string {
    return `Do ${piece} of ${this.name}.`;
  }

  /** A piece of a plan. */
  piece(
    id: string,
    agent: string,
    depends_on: readonly string[] = [],
    more: Partial<PlannedSubtask> = {},
  ): PlannedSubtask {
    return { agent, description: id, instructions: this.words(id), depends_on: [...depends_on], ...more };
  }

  /** What the model says to an agent that is asked for a piece; of several answers one after the other, and the last from then on. */
  asks(agent: string, piece: string, ...answers: readonly Answer[]): void {
    this.#rule(agent, (prompt) => prompt.includes(this.words(piece)) && !isSynthesis(prompt), answers);
  }

  /** And to an agent that is to put together what its pieces have come to. */
  puts(agent: string, piece: string, ...answers: readonly Answer[]): void {
    this.#rule(agent, (prompt) => prompt.includes(this.words(piece)) && isSynthesis(prompt), answers);
  }

  async begin(more: Partial<Work> = {}): Promise<void> {
    const work = { title: this.name, instructions: this.words("all"), ...more };
    this.#id = await dropTask(this.#gateway, this.agent, work);
  }

  /** Its task when it is over; begins it, unless it has begun. */
  async done(more: Partial<Work> = {}): Promise<Task> {
    if (this.#id === "") await this.begin(more);
    return await finished(this.#gateway, this.agent, this.#id, LONG);
  }

  /** What the model was asked for it, in the order of arrival: for all of it, or for one piece. */
  requests(piece?: string): ModelRequest[] {
    const words = piece === undefined ? ` of ${this.name}.` : this.words(piece);
    return this.#model.requests.filter(({ messages }) => messages.some(({ text }) => text.includes(words)));
  }

  /** Waits until the model is asked for a piece. */
  async asked(piece: string): Promise<ModelRequest> {
    return await until(() => this.requests(piece)[0], `the call for ${piece} of ${this.name}`, LONG);
  }

  /** Calls of the model by agent. */
  calls(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { agent } of this.requests()) counts[agent] = (counts[agent] ?? 0) + 1;
    return counts;
  }

  #rule(agent: string, fits: (prompt: string) => boolean, answers: readonly Answer[]): void {
    let asked = 0;
    this.#model.rule({
      agent,
      prompt: ({ prompt }) => fits(prompt),
      answer: async (request) => {
        const answer = answers[Math.min(asked++, answers.length - 1)] as Answer;
        return typeof answer === "function" ? await answer(request) : answer;
      },
    });
  }
}

function isSynthesis(prompt: string): boolean {
  return prompt.includes("whose pieces are finished");
}
