import { thrownOutcome } from "../brain/brain-error.ts";
import { checkOutcome } from "../brain/check-outcome.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/outcome.ts";
import { isPlainObject } from "../protocol/plain-value.ts";
import { ANSWER_TOOLS, type AnswerTool, TOOL_TEXTS } from "./answer-tools.ts";
import { isTaskSession } from "./session-key.ts";
import type { AgentTool, ToolContext, ToolResult } from "./types.ts";

/** A turn that is being waited for, and what it has said by a tool. */
export interface OpenTurn {
  readonly tools: readonly AnswerTool[];
  outcome?: Outcome;
  /** Calls whose parameters were not of the form; one is told what is wrong, a second ends the turn. */
  malformed: number;
}

/**
 * The turns that Clawflow waits for, by session. A tool call belongs to the turn of the session in which OpenClaw says that it was
 * made; nothing in its parameters can name another.
 */
export class OpenTurns {
  readonly #turns = new Map<string, OpenTurn>();

  open(sessionKey: string, tools: readonly AnswerTool[]): OpenTurn {
    const turn: OpenTurn = { tools, malformed: 0 };
    this.#turns.set(sessionKey, turn);
    return turn;
  }

  close(sessionKey: string, turn: OpenTurn): void {
    if (this.#turns.get(sessionKey) === turn) this.#turns.delete(sessionKey);
  }

  /** That tool as the session of this context has it; null where it has no use for it. */
  tool(name: AnswerTool, { sessionKey }: ToolContext): AgentTool | null {
    if (!isTaskSession(sessionKey)) return null;
    const turn = this.#turns.get(sessionKey);
    if (turn !== undefined && !turn.tools.includes(name)) return null;
    return {
      name,
      label: name.replace("_", " "),
      ...TOOL_TEXTS[name],
      catalogMode: "direct-only",
      execute: async (_, parameters) => this.#take(name, sessionKey, parameters),
    };
  }

  #take(name: AnswerTool, sessionKey: string, parameters: unknown): ToolResult {
    const turn = this.#turns.get(sessionKey);
    // After a reload of the plugin the turn that goes on may still call the tools of before: its answer is read from the transcript.
    if (turn === undefined) return ended("Noted.");
    if (turn.outcome !== undefined)
      return ended("The question is already answered; this call changes nothing.");
    try {
      turn.outcome = outcomeOfCall(name, parameters);
    } catch (error) {
      turn.malformed++;
      if (turn.malformed === 1) throw new Error(`${name} was not understood. ${errorText(error)}`);
      turn.outcome = thrownOutcome(error);
    }
    return ended("Taken. Clawflow goes on from here; end your turn.");
  }
}

const SHARED = Symbol.for("clawflow.open-turns.1");

/**
 * The turns of this process. OpenClaw calls `register` again for each list of tools that it makes, and loads the module again at a
 * reload: a tool may come from another registration than the service that waits for its call.
 */
export function sharedTurns(): OpenTurns {
  const shared = globalThis as { [SHARED]?: OpenTurns };
  shared[SHARED] ??= new OpenTurns();
  return shared[SHARED];
}

export function isAnswerTool(name: unknown): name is AnswerTool {
  return ANSWER_TOOLS.some((tool) => tool === name);
}

const FORMS: Readonly<Record<AnswerTool, string>> = {
  clawflow_plan: "subtasks",
  clawflow_done: "results",
  clawflow_fail: "error",
  clawflow_ask: "ask",
};

/** @throws E_BRAIN_OUTPUT for parameters that are not of this tool's form */
export function outcomeOfCall(name: AnswerTool, parameters: unknown): Outcome {
  const outcome = checkOutcome(isPlainObject(parameters) ? parameters : {});
  if (FORMS[name] in outcome) return outcome;
  throw new ClawflowError("E_BRAIN_OUTPUT", `not the parameters of ${name}`, { expected: FORMS[name] });
}

function ended(text: string): ToolResult {
  return { content: [{ type: "text", text }], details: {}, terminate: true };
}
