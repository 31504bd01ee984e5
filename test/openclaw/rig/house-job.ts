import { setTimeout as delay } from "node:timers/promises";
import { type ModelAnswer, plans, says } from "./model-answer.ts";
import type { ModelRequest } from "./model-request.ts";
import type { ScriptedModel } from "./scripted-model.ts";

/** Pieces of a house by name: who makes each, and what it rests on. */
export type Pieces = Readonly<Record<string, { agent: string; depends_on?: string[] }>>;

/** Four pieces at three agents, of which one waits for another. */
export const HOUSE: Pieces = {
  walls: { agent: "coder" },
  roof: { agent: "coder", depends_on: ["walls"] },
  door: { agent: "reader" },
  sign: { agent: "writer" },
};

/** In the turn in which a chat hears of a job. */
export const NEWS = /\[Clawflow (h-told-[0-9a-f]+)\]/;
/** Milliseconds that the model takes for an answer, where nothing else is said. */
const THINKS = 150;

/**
 * A job of lead. What the model is asked for in it is `consider`, a piece by its name, `synthesis`, and `news`, where the chat hears how
 * it ended. Each answer of the model says how often it was asked for the same, so that of two answers one sees which was taken.
 */
export class HouseJob {
  /** Two digits, by which requests are known. */
  readonly number: string;
  readonly pieces: Pieces;
  /** Milliseconds that the model takes for some of it, or what it waits for. */
  takes: Record<string, number | Promise<void>> = {};
  /** Of the task, as soon as it is known. */
  id = "";
  readonly #model: ScriptedModel;
  readonly #asked = new Map<string, number>();
  readonly #answered = new Map<string, number>();

  constructor(number: number, model: ScriptedModel, pieces: Pieces = HOUSE) {
    this.#model = model;
    this.number = String(number).padStart(2, "0");
    this.pieces = pieces;
    model.rule({
      prompt: (request) => this.kindOf(request) !== undefined,
      answer: async (request) => {
        const kind = this.kindOf(request) ?? "";
        const time = count(this.#asked, kind);
        const takes = this.takes[kind] ?? THINKS;
        await (typeof takes === "number" ? delay(takes) : takes);
        count(this.#answered, kind);
        return this.#answer(kind, time);
      },
    });
  }

  get kinds(): string[] {
    return ["consider", ...Object.keys(this.pieces), "synthesis", "news"];
  }

  /** What a person writes. */
  get order(): string {
    return `Build house ${this.number}.`;
  }

  /** How the task's id begins. */
  get title(): string {
    return `build-house-${this.number}`;
  }

  /** How often the model was asked for it, by OpenClaw as well where that goes on with a turn that was cut off. */
  asked(kind: string): number {
    const goesOn = (request: ModelRequest) => this.kindOf(request) === undefined && this.#isIn(kind, request);
    return (this.#asked.get(kind) ?? 0) + this.#model.requests.filter(goesOn).length;
  }

  answered(kind: string): number {
    return this.#answered.get(kind) ?? 0;
  }

  kindOf({ prompt, toolResults }: ModelRequest): string | undefined {
    const isOfThis = new RegExp(`house[ -]${this.number}\\b`, "i").test(prompt);
    if (toolResults.length > 0 || !isOfThis) return undefined;
    if (NEWS.test(prompt)) return "news";
    if (prompt.includes("whose pieces are finished")) return "synthesis";
    const piece = Object.keys(this.pieces).find((name) => prompt.includes(this.#instructions(name)));
    return piece ?? (prompt.includes(this.order) ? "consider" : undefined);
  }

  /** Whether a request comes from the session of that task, which begins with what it is about. */
  #isIn(kind: string, { messages, toolResults }: ModelRequest): boolean {
    const first = messages.find(({ role }) => role === "user")?.text ?? "";
    const about =
      kind === "consider" ? this.order : kind in this.pieces ? this.#instructions(kind) : undefined;
    return about !== undefined && toolResults.length === 0 && first.includes(about) && !NEWS.test(first);
  }

  /** What the n-th answer for the whole, or for a piece, says. */
  whole(time: number): string {
    return `House ${this.number} stands (${time}).`;
  }

  made(piece: string, time: number): string {
    return `The ${piece} of house ${this.number} is made (${time}).`;
  }

  #answer(kind: string, time: number): ModelAnswer {
    if (kind === "consider") return plans(this.#plan());
    if (kind === "synthesis") return says(this.whole(time));
    if (kind === "news") return says(`I know of house ${this.number} (${time}).`);
    return says(this.made(kind, time));
  }

  #plan() {
    const subtask = ([name, { agent, depends_on = [] }]: [string, Pieces[string]]) => [
      name,
      { agent, description: `The ${name}`, instructions: this.#instructions(name), depends_on },
    ];
    return Object.fromEntries(Object.entries(this.pieces).map(subtask));
  }

  #instructions(name: string): string {
    return `Make the ${name} of house ${this.number}`;
  }
}

function count(counts: Map<string, number>, kind: string): number {
  const now = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, now);
  return now;
}
