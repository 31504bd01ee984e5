import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../../host/until.ts";
import { type ModelAnswer, says } from "./model-answer.ts";
import { type ModelRequest, readModelRequest } from "./model-request.ts";
import { sendAnswer } from "./send-answer.ts";

/** The last rule that fits answers; of a rule with `times` only so often. */
export interface ModelRule {
  /** Default: any. */
  agent?: string;
  /** What the user's last message must hold, or the whole request be. Default: anything. */
  prompt?: string | RegExp | ((request: ModelRequest) => boolean);
  /** Also where a tool's result is being answered. Without it, and without a function as `prompt`, such a request is said "ok" to. */
  afterTools?: boolean;
  times?: number;
  answer: ModelAnswer | ((request: ModelRequest) => ModelAnswer | Promise<ModelAnswer>);
}

export interface ModelCounts {
  calls: number;
  /** Characters of JSON that were sent to the model. */
  characters: number;
}

/**
 * An OpenAI-compatible model server on loopback that answers by rules, streaming or not. Each agent of the rig has a model of its own
 * name, by which it is known here.
 */
export class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  readonly #open = new Set<ModelRequest>();
  readonly #server: Server;
  readonly #rules: { rule: ModelRule; left: number }[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
  }

  static async start(...rules: readonly ModelRule[]): Promise<ScriptedModel> {
    const model = new ScriptedModel();
    model.rule(...rules);
    await new Promise<void>((resolve) => model.#server.listen(0, "127.0.0.1", resolve));
    return model;
  }

  /** For the configuration of a provider. */
  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Adds rules. Of several that fit, the one added last is taken. */
  rule(...rules: readonly ModelRule[]): void {
    for (const rule of rules) this.#rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  /** Forgets all rules, and what was asked. */
  reset(): void {
    this.#rules.length = 0;
    this.requests.length = 0;
  }

  requestsOf(agent: string): ModelRequest[] {
    return this.requests.filter((request) => request.agent === agent);
  }

  /** Of one agent, or of all. */
  counts(agent?: string): ModelCounts {
    const requests = agent === undefined ? this.requests : this.requestsOf(agent);
    return {
      calls: requests.length,
      characters: requests.reduce((sum, { characters }) => sum + characters, 0),
    };
  }

  /** Waits for a request that fits, also one that came before. */
  async asked(fits: (request: ModelRequest) => boolean, timeout = 120_000): Promise<ModelRequest> {
    return await until(() => this.requests.find(fits), "the request to the model", timeout);
  }

  /** Whether whoever asked still waits for the answer. */
  isOpen(request: ModelRequest): boolean {
    return this.#open.has(request);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (incoming.method === "GET") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ object: "list", data: [] }));
      return;
    }
    const request = readModelRequest(await readText(incoming), this.requests.length + 1);
    this.requests.push(request);
    this.#open.add(request);
    response.once("close", () => this.#open.delete(request));
    const answer = await this.#choose(request);
    if (answer.delay !== undefined) await delay(answer.delay);
    sendAnswer(request, answer, response);
  }

  async #choose(request: ModelRequest): Promise<ModelAnswer> {
    const chosen = this.#rules.findLast(({ rule, left }) => left > 0 && fits(rule, request));
    if (chosen === undefined) return says("ok");
    chosen.left--;
    const { answer } = chosen.rule;
    return typeof answer === "function" ? answer(request) : answer;
  }
}

function fits({ agent, prompt, afterTools }: ModelRule, request: ModelRequest): boolean {
  if (agent !== undefined && agent !== request.agent) return false;
  if (typeof prompt === "function") return prompt(request);
  if (request.toolResults.length > 0 && afterTools !== true) return false;
  if (prompt === undefined) return true;
  return typeof prompt === "string" ? request.prompt.includes(prompt) : prompt.test(request.prompt);
}
