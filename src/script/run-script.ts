import type { Amounts } from "../protocol/amounts.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import { type CheckedScript, checkScript } from "./check-script.ts";
import { counts, withoutAbsent } from "./counts.ts";
import { createDesk, type Desk } from "./desk.ts";
import { LARGEST, type ScriptLimits, scriptLimits } from "./limits.ts";
import type { Recorded } from "./replay.ts";
import type { Sandbox, SandboxSetup, StartSandbox, Turn } from "./sandbox-types.ts";
import { sandboxInWorker } from "./start-sandbox.ts";
import type {
  CallFailure,
  CallRequest,
  CallResult,
  Divergence,
  JsonValue,
  ScriptError,
  UnfitCall,
} from "./types.ts";

/**
 * What a host connects to: `runScript` runs one script to its end, and asks the host whatever the script asks its agents.
 *
 * The host gives
 * - `program`: the text of the script, and `args`, any JSON. Its approval is bound to these, the limits, the budget and `agents`;
 *   `checkScript(program)` reads it without running it: `hash`, `meta`, or an E_SCRIPT with line and column.
 * - `seed` and `now`: made once for a run and kept with it; a replay gets the same, or the script does something else.
 * - `call(request, signal)`: puts one question to an agent. It resolves when the answer is durable, so that the record holds whatever the
 *   script has seen; it never rejects but by a bug. At most `limits.concurrency` are under way. `request.path` and `request.round` are
 *   its identity: the id of the subtask is made of them. A question that the record holds as `open` comes again with the same identity; the
 *   host then waits for what it sent before, or sends it again with the same id. From round 2 on `request.fault` says what was
 *   answered and what is wrong with it: the same agent is told so. `refused` is for what is the host's to refuse (a limit or the budget of the
 *   task, an agent that it may not ask) and ends the script unless the script catches it; `failed` is for what an agent failed at.
 *   `signal` is aborted when nobody waits for the answer any more.
 * - `recorded`: what earlier runs of this task asked and got (see RecordedCall). It is answered from there, in the order of then, without
 *   `call`. After a crash: `failed: "keep"`, `sameProgram: true`; resumed by a person: `failed: "again"`; with an edited script:
 *   `sameProgram: false`.
 * - `budget`: a total, and what was spent outside of the script. What calls use is added as their results come.
 * - `loadWorkflow(name)`: the text of a saved script that this one calls, or `undefined`.
 *
 * It gets a ScriptOutcome, always: nothing that a script does rejects. `errors` holds every failure with its reason, whatever the result looks
 * like; `divergences` is not empty if an unchanged script did something else than before, which the host shows; `unanswered` names calls
 * that nobody waited for when the script ended, which the host cancels.
 *
 * A script runs in a worker thread whose file is `script-worker.js`, beside this file once it is built; a bundle puts it beside itself.
 */
export interface ScriptRun {
  program: string;
  /** JSON; absent: `args` is undefined. */
  args?: JsonValue;
  limits?: Partial<ScriptLimits>;
  seed: string;
  /** Milliseconds since 1970: what `Date.now()` says all through the run. */
  now: number;
  /** Whom it may ask; absent: `call` finds out. */
  agents?: readonly string[];
  budget?: { total: Amounts; spent?: Amounts };
  recorded?: Recorded;
  call(request: CallRequest, signal: AbortSignal): Promise<CallResult>;
  loadWorkflow?(name: string): Promise<string | undefined>;
  onLog?(line: { text: string; path: string; phase?: string }): void;
  onPhase?(phase: { name: string; path: string }): void;
  /** How a call stands; `asked` comes when it is its turn. */
  onCall?(request: CallRequest, state: "asked" | "recorded" | "done" | "failed"): void;
  /**
   * None of the answers of a call fitted its schema, of which this was the last round: the call failed, for the script. Said of answers from the
   * record as well, and before the script goes on with that.
   */
  onUnfit?(call: UnfitCall): void;
  /** Ends the run. */
  signal?: AbortSignal;
  startSandbox?: StartSandbox;
}

export type ScriptOutcome = {
  errors: CallFailure[];
  divergences: Divergence[];
  /** Paths of calls that nobody waited for. */
  unanswered: string[];
  /** Questions, repeated rounds included. */
  calls: { recorded: number; live: number };
  /** By the calls of this script, recorded ones included. */
  used: Amounts;
} & (
  | { status: "done"; result: JsonValue | undefined }
  | { status: "failed"; error: ScriptError }
  | { status: "cancelled" }
);

export async function runScript(run: ScriptRun): Promise<ScriptOutcome> {
  const desk = createDesk(run, scriptLimits(run.limits));
  try {
    const setup = setupOf(run, checkScript(run.program));
    const turn = await inSandbox(run, setup, (sandbox) => talk(sandbox, desk, run.signal));
    return outcomeOf(turn, desk);
  } catch (error) {
    if (run.signal?.aborted) return { ...desk.summary(false), status: "cancelled" };
    return { ...desk.summary(false), status: "failed", error: asScriptError(error) };
  } finally {
    desk.close();
  }
}

/** Until the script has ended. */
async function talk(sandbox: Sandbox, desk: Desk, signal: AbortSignal | undefined): Promise<Turn> {
  let turn = await sandbox.give({ kind: "begin" });
  for (;;) {
    signal?.throwIfAborted();
    desk.take(turn.events);
    if (turn.ended !== undefined) return turn;
    desk.startCalls();
    const next = await desk.next();
    if (next === undefined) throw neverSettles();
    turn = await sandbox.give(next);
  }
}

async function inSandbox(
  run: ScriptRun,
  setup: SandboxSetup,
  work: (sandbox: Sandbox) => Promise<Turn>,
): Promise<Turn> {
  run.signal?.throwIfAborted();
  const sandbox = await (run.startSandbox ?? sandboxInWorker())(setup);
  const stop = () => void sandbox.close();
  run.signal?.addEventListener("abort", stop, { once: true });
  try {
    run.signal?.throwIfAborted();
    return await work(sandbox);
  } finally {
    run.signal?.removeEventListener("abort", stop);
    await sandbox.close();
  }
}

function setupOf(run: ScriptRun, { code, insertions }: CheckedScript): SandboxSetup {
  const { seed, now, args, agents, budget } = run;
  const total = counts(budget?.total ?? {});
  const unit = ["tokens", "usd", "tasks", "seconds"].find((kind) => total[kind] !== undefined) ?? "tokens";
  return {
    program: { code, insertions },
    seed,
    now,
    limits: scriptLimits(run.limits),
    budget: { unit, total, spent: counts(budget?.spent ?? {}) },
    ...(args === undefined ? {} : { args: argsText(args) }),
    ...(agents === undefined ? {} : { agents }),
  };
}

function argsText(args: JsonValue): string {
  const text = JSON.stringify(args);
  if (text.length <= LARGEST.args) return text;
  throw new ClawflowError("E_TOO_LARGE", "too long", {
    at: "args",
    expected: `at most ${LARGEST.args} characters of JSON`,
    found: String(text.length),
    hint: "Let agents read what is large from files",
  });
}

function outcomeOf({ ended }: Turn, desk: Desk): ScriptOutcome {
  if (ended?.status === "failed")
    return { ...desk.summary(false), status: "failed", error: withoutAbsent(ended.error) as ScriptError };
  const result = ended?.result === undefined ? undefined : (JSON.parse(ended.result) as JsonValue);
  return { ...desk.summary(true), status: "done", result };
}

function neverSettles(): ClawflowError {
  return new ClawflowError("E_SCRIPT", "the script waits for something that never happens", {
    expected: "that it awaits calls of agent, parallel, pipeline or workflow",
    hint: "Look for a promise that nobody resolves",
  });
}

function asScriptError(error: unknown): ScriptError {
  if (error instanceof ClawflowError) return { code: error.code, message: error.message };
  return { code: "E_INTERNAL", message: errorText(error).replace(/^E_INTERNAL: /, "") };
}
