import type { Outcome } from "../protocol/outcome.ts";
import type { BrainQuestion } from "../protocol/question.ts";
import { markPassing, thrownOutcome } from "./brain-error.ts";
import { checkOutcome } from "./check-outcome.ts";
import type { Brain } from "./types.ts";
import { untilAborted } from "./until-aborted.ts";

/**
 * Judgement as a function. A string is results. What it throws is the error of the task. It should end its work
 * when `signal` is aborted; its answer is no longer wanted then.
 */
export type BrainFunction = (
  question: BrainQuestion,
  context: { signal: AbortSignal },
) => Outcome | string | Promise<Outcome | string>;

/** Gives a function of your own its types: `export default defineBrain(async ({ task }) => …)`. */
export function defineBrain(fn: BrainFunction): BrainFunction {
  return fn;
}

/**
 * A function as a brain. It gets a copy of the question, and only a checked copy of its value is kept, so nothing it
 * keeps or returns reaches the host. It shares the host's thread: a function that never yields stops the host.
 *
 * @param name What records of calls name it by. Default: the function's name.
 * @param now Milliseconds of a clock that only grows. Default: `performance.now`.
 */
export function functionBrain(fn: BrainFunction, name = fn.name, now = () => performance.now()): Brain {
  return {
    kind: "function",
    async ask(question, { signal }) {
      signal.throwIfAborted();
      const begun = now();
      const outcome = await untilAborted(signal, outcomeOf(fn, question, signal));
      const call = { duration: Math.round(now() - begun), ...(name === "" ? {} : { command: name }) };
      return { outcome: markPassing(outcome), call };
    },
  };
}

async function outcomeOf(fn: BrainFunction, question: BrainQuestion, signal: AbortSignal): Promise<Outcome> {
  try {
    return checkOutcome(await fn(structuredClone(question), { signal }));
  } catch (error) {
    return thrownOutcome(error);
  }
}
