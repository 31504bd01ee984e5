import { ClawflowError, type ErrorCode } from "../protocol/errors.ts";
import { wellFormed } from "../protocol/well-formed.ts";
import { checkCall, checkWorkflowName } from "./check-call.ts";
import { withoutAbsent } from "./counts.ts";
import { fitAnswer } from "./fit-answer.ts";
import type { InsideFault, InsideMessage, Spent, Thrown, ToInside } from "./inside/types.ts";
import { LARGEST, MOST_FAILURES, MOST_LINES } from "./limits.ts";
import type {
  SandboxCall,
  SandboxEvent,
  SandboxProgram,
  SandboxSetup,
  ToSandbox,
  Turn,
} from "./sandbox-types.ts";
import { placeInScript } from "./script-place.ts";
import type { CallFailure, CallResult, ScriptError } from "./types.ts";

/** How often an agent is told that its answer does not fit. */
const ROUNDS = 3;

/** What a script has asked for and not yet got, and what happened in this turn. */
export interface Book {
  /** Takes a message from inside; returns what is wrong with it, or an empty text. */
  take(text: string): string;
  /** What an answer means inside; `undefined` if the agent is asked once more. */
  answer(given: ToSandbox & { kind: "answer" }): ToInside | undefined;
  noProgram(given: ToSandbox & { kind: "no-program" }): ToInside;
  end(error: ScriptError): void;
  /** The error with which the script has ended in this turn, if it has. */
  error(): ScriptError | undefined;
  endTurn(): Turn;
}

export function createBook(setup: SandboxSetup, programs: readonly SandboxProgram[]): Book {
  const { limits, budget } = setup;
  let spent: Spent = budget.spent;
  let calls = 0;
  let lines = 0;
  let failures = 0;
  let events: SandboxEvent[] = [];
  let ended: Turn["ended"];
  const open = new Map<number, SandboxCall>();

  return {
    take: (text) => {
      try {
        takeMessage(JSON.parse(text) as InsideMessage, text.length);
        return "";
      } catch (error) {
        return JSON.stringify(faultOf(error));
      }
    },
    answer: (given) => {
      spent = given.spent;
      const call = open.get(given.id);
      return call === undefined ? undefined : answered(call, given.result);
    },
    noProgram: ({ id, code, reason }) => {
      return { id, ok: false, spent, fault: { kind: "own", name: "UsageError", code, message: reason } };
    },
    end: (error) => {
      ended = { status: "failed", error };
    },
    error: () => (ended?.status === "failed" ? (withoutAbsent(ended.error) as ScriptError) : undefined),
    endTurn: () => {
      const turn: Turn = { events, ...(ended === undefined ? {} : { ended }) };
      events = [];
      return turn;
    },
  };

  function takeMessage(message: InsideMessage, size: number): void {
    switch (message.kind) {
      case "call":
        takeCall(message);
        return;
      case "workflow":
        checkPath(message.path);
        if (size > LARGEST.args) throw limit(`workflow() args are longer than ${LARGEST.args} characters`);
        events.push({
          kind: "workflow",
          id: message.id,
          path: message.path,
          name: checkWorkflowName(message.name),
        });
        return;
      case "log": {
        lines += 1;
        const { text, flow, phase } = message;
        if (lines < MOST_LINES) events.push({ kind: "log", path: flow, ...(phase ? { phase } : {}), text });
        else if (lines === MOST_LINES)
          events.push({ kind: "log", path: flow, text: "further lines are left out" });
        return;
      }
      case "phase":
        lines += 1;
        if (lines < MOST_LINES) events.push({ kind: "phase", path: message.flow, name: message.name });
        return;
      case "thrown": {
        const { code, message: reason, ...place } = scriptError(message.error);
        const { script: _, ...where } = place;
        note({ path: message.path, code, reason, ...where });
        return;
      }
      case "done": {
        const result = message.value === undefined ? undefined : JSON.stringify(message.value);
        if (result !== undefined && result.length > LARGEST.result)
          throw limit(
            `the result is longer than ${LARGEST.result} characters; return where it stands in place of it`,
          );
        ended ??= { status: "done", ...(result === undefined ? {} : { result }) };
        return;
      }
      case "threw":
        ended ??= { status: "failed", error: scriptError(message.error) };
        return;
    }
  }

  function takeCall({ id, path, phase, prompt, options }: InsideMessage & { kind: "call" }): void {
    checkPath(path);
    const checked = checkCall(prompt, options, setup.agents);
    if (calls >= limits.calls)
      throw limit(`a script may call agent() ${limits.calls} times, and this is one more`);
    const kind = Object.keys(budget.total).find((one) => (spent[one] ?? 0) >= (budget.total[one] ?? 0));
    if (kind !== undefined) {
      throw new ClawflowError(
        "E_BUDGET",
        `the budget is spent: ${spent[kind] ?? 0} of ${budget.total[kind]} ${kind}`,
        {
          hint: "Look at budget.remaining() before a call",
        },
      );
    }
    calls += 1;
    const call: SandboxCall = { kind: "call", id, path, round: 1, ...(phase ? { phase } : {}), ...checked };
    open.set(id, call);
    events.push(call);
  }

  function answered(call: SandboxCall, result: CallResult): ToInside | undefined {
    const { id, schema, round, path } = call;
    open.delete(id);
    if (result.status !== "done") return fail(call, result.status, result.code, result.reason);
    if (schema === undefined) return { id, ok: true, value: result.text, spent };
    const fitted = fitAnswer(result.text, schema);
    if (fitted.fits) return { id, ok: true, value: fitted.value, spent };
    const problem = wellFormed(fitted.problem);
    if (round >= ROUNDS) {
      const reason = `after ${ROUNDS} answers still not what the schema asks for: ${problem}`;
      const code = "E_BRAIN_OUTPUT";
      events.push({ kind: "unfit", path, round, code, reason: reason.slice(0, 4000) });
      return fail(call, "failed", code, reason);
    }
    const again: SandboxCall = {
      ...call,
      path,
      round: round + 1,
      fault: { answer: result.text, problem },
    };
    open.set(id, again);
    events.push(again);
    return undefined;
  }

  function fail(call: SandboxCall, status: "failed" | "refused", code: ErrorCode, given: string): ToInside {
    const { id, path, agent, label } = call;
    const who = {
      path,
      ...(agent === undefined ? {} : { agent }),
      ...(label === undefined ? {} : { label }),
    };
    const reason = given.slice(0, 4000);
    note({ ...who, code, reason });
    const isOwn = status === "refused";
    const name = isOwn ? (code === "E_BUDGET" ? "BudgetError" : "LimitError") : "AgentError";
    const message = isOwn ? reason : `${label ?? path}${agent === undefined ? "" : ` (${agent})`}: ${reason}`;
    return { id, ok: false, spent, fault: { kind: isOwn ? "own" : "failure", name, code, message, ...who } };
  }

  function note(failure: CallFailure): void {
    failures += 1;
    if (failures <= MOST_FAILURES) events.push({ kind: "failure", failure });
  }

  function scriptError({ name, message, stack, code }: Thrown): ScriptError {
    const place = placeInScript(stack, programs) ?? {};
    if (code !== undefined) return { code: code as ErrorCode, message, ...place };
    const isPlain = name === undefined || name === "Error";
    const said = isPlain ? message : `${name}: ${message}`;
    return { code: "E_SCRIPT", message: said === "" ? "an error without a text" : said, ...place };
  }
}

function checkPath(path: string): void {
  if (path.length > LARGEST.path) throw limit("functions that call themselves nest too deeply: use a loop");
}

function limit(message: string): ClawflowError {
  return new ClawflowError("E_LIMIT", message);
}

function faultOf(error: unknown): InsideFault {
  if (!(error instanceof ClawflowError)) {
    return {
      kind: "own",
      name: "LimitError",
      code: "E_LIMIT",
      message: error instanceof Error ? error.message : String(error),
    };
  }
  const names: Partial<Record<ErrorCode, string>> = { E_LIMIT: "LimitError", E_BUDGET: "BudgetError" };
  return { kind: "own", name: names[error.code] ?? "UsageError", code: error.code, message: error.message };
}
