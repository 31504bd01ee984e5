import type { PlannedSubtask } from "../../../src/protocol/outcome.ts";

/** What the scripted model does with one request. `delay` in milliseconds comes before it. */
export type ModelAnswer = { delay?: number } & (
  | { text: string; calls?: readonly ToolCall[]; usage?: ModelUsage }
  | { calls: readonly ToolCall[]; text?: string; usage?: ModelUsage }
  /** An HTTP error, in the form that such servers give it. */
  | { status: number; message: string; retryAfter?: number }
  /** These bytes in place of a response. */
  | { garbage: string }
  /** The connection stays open and nothing comes. */
  | { never: true }
  /** The connection is closed without a response. */
  | { drop: true }
);

export interface ToolCall {
  name: string;
  /** An object, or the text that stands where its JSON should. */
  arguments: Record<string, unknown> | string;
}

/** Tokens. Without it a fourth of the characters. */
export interface ModelUsage {
  input: number;
  output: number;
}

export function says(text: string, usage?: ModelUsage): ModelAnswer {
  return { text, ...(usage === undefined ? {} : { usage }) };
}

export function callsTool(name: string, parameters: ToolCall["arguments"]): ModelAnswer {
  return { calls: [{ name, arguments: parameters }] };
}

export function callsTools(...calls: readonly ToolCall[]): ModelAnswer {
  return { calls };
}

/** A plan, given by the tool `clawflow_plan`. */
export function plans(
  subtasks: Record<string, PlannedSubtask>,
  more: Record<string, unknown> = {},
): ModelAnswer {
  return callsTool("clawflow_plan", { subtasks, ...more });
}

export function errs(status: number, message = `scripted error ${status}`): ModelAnswer {
  return { status, message };
}

/** @param seconds what `retry-after` says. */
export function rateLimits(seconds = 1): ModelAnswer {
  return { status: 429, message: "Rate limit reached", retryAfter: seconds };
}

export function garbles(garbage = "\u0000<html>not what you asked for"): ModelAnswer {
  return { garbage };
}

export function neverAnswers(): ModelAnswer {
  return { never: true };
}

export function drops(): ModelAnswer {
  return { drop: true };
}

export function after(delay: number, answer: ModelAnswer): ModelAnswer {
  return { ...answer, delay };
}
