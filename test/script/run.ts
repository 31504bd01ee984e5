import { startEngine } from "../../src/script/engine.ts";
import { runScript, type ScriptOutcome, type ScriptRun } from "../../src/script/run-script.ts";
import type { CallRequest, CallResult } from "../../src/script/types.ts";

export type Ask = (request: CallRequest, signal: AbortSignal) => CallResult | Promise<CallResult>;

/** Answers with the prompt in capitals; a prompt that begins with "fail" fails. */
export const echo: Ask = ({ prompt }) =>
  prompt.startsWith("fail")
    ? { status: "failed", code: "E_BRAIN", reason: `cannot ${prompt}` }
    : { status: "done", text: prompt.toUpperCase() };

/** Runs a script in the thread of the test: quick, and for scripts that do not compute for ever. */
export function run(program: string, ask: Ask = echo, more: Partial<ScriptRun> = {}): Promise<ScriptOutcome> {
  return runScript({
    program,
    seed: "seed",
    now: Date.UTC(2026, 0, 2, 3, 4, 5),
    startSandbox: startEngine,
    call: async (request, signal) => ask(request, signal),
    ...more,
  });
}

/** The result, or the error as what the test sees. */
export async function resultOf(
  program: string,
  ask: Ask = echo,
  more: Partial<ScriptRun> = {},
): Promise<unknown> {
  const outcome = await run(program, ask, more);
  return outcome.status === "done" ? outcome.result : outcome;
}

export async function errorOf(program: string, ask: Ask = echo, more: Partial<ScriptRun> = {}) {
  const outcome = await run(program, ask, more);
  if (outcome.status !== "failed") throw new Error(`${outcome.status}: ${JSON.stringify(outcome)}`);
  return outcome.error;
}

/** Calls that wait until the test answers them. */
export function held() {
  const waiting: { request: CallRequest; answer: (result: CallResult) => void }[] = [];
  let seen = () => {};
  const ask: Ask = (request) =>
    new Promise((resolve) => {
      waiting.push({ request, answer: resolve });
      seen();
    });
  /** Resolves when so many wait. */
  const until = async (count: number) => {
    while (waiting.length < count) {
      await new Promise<void>((resolve) => {
        seen = resolve;
      });
    }
  };
  const take = (at: number) => {
    const [one] = waiting.splice(at, 1);
    if (one === undefined) throw new Error(`no call ${at} waits`);
    return one;
  };
  return { ask, waiting, until, take };
}
