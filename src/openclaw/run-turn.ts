import { brainError, type ErrorOutcome, isPassing } from "../brain/brain-error.ts";
import { untilAborted } from "../brain/until-aborted.ts";
import type { Clock } from "../host/clock.ts";
import type { RunRequest, RunState, SubagentRuntime } from "./types.ts";

export interface TurnPorts {
  subagent: SubagentRuntime;
  clock: Pick<Clock, "wall" | "after">;
}

/** How a turn ended. `begun: false`: it was not accepted, so nothing ran. */
export type TurnEnd =
  | { type: "said"; runId: string; text: string }
  | { type: "silent"; runId: string }
  | { type: "failed"; runId: string; error: string; before: boolean }
  | { type: "refused"; error: string };

/** Milliseconds for which a run is watched by one call; it goes on when that is over. */
const LOOK = 60_000;
/** Milliseconds between looks that say nothing, from the first to the longest. */
const PAUSE = 250;
const LONGEST_PAUSE = 5_000;
/** Looks in a row that may fail before the run counts as lost. */
const MOST_FAULTS = 8;

/**
 * One turn of an agent, from its acceptance to its end. A run that the gateway knows by the same id already, because it was begun
 * before a reload of the plugin, is waited for and not begun again.
 *
 * @throws the signal's reason when it is aborted; the run itself goes on
 */
export async function runTurn(
  { subagent, clock }: TurnPorts,
  request: RunRequest,
  signal: AbortSignal,
): Promise<TurnEnd> {
  const from = clock.wall();
  let runId: string;
  try {
    ({ runId } = await untilAborted(signal, subagent.run(request)));
  } catch (error) {
    signal.throwIfAborted();
    return { type: "refused", error: textOf(error) };
  }
  const state = await untilEnded({ subagent, clock }, runId, signal);
  return typeof state === "string"
    ? { type: "failed", runId, error: state, before: false }
    : endOf(runId, state, from);
}

/** The same, and while the gateway stops it is asked for again and again: that is no try of ours. */
export async function runTurnWhenTaken(
  ports: TurnPorts,
  request: RunRequest,
  signal: AbortSignal,
): Promise<TurnEnd> {
  for (;;) {
    const end = await runTurn(ports, request, signal);
    if (end.type !== "refused" || !STOPPING.test(end.error)) return end;
    await pauseOf(LONGEST_PAUSE, ports.clock, signal);
  }
}

/** @returns the last state, or why the run could not be followed to its end */
async function untilEnded(
  { subagent, clock }: TurnPorts,
  runId: string,
  signal: AbortSignal,
): Promise<RunState | string> {
  let faults = 0;
  for (let pause = PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const looked = performance.now();
    try {
      const state = await untilAborted(signal, subagent.waitForRun({ runId, timeoutMs: LOOK }));
      if (hasEnded(state)) return state;
      faults = 0;
      // It was watched for as long as asked; only what is told at once is asked for again after a pause.
      if (performance.now() - looked > pause) {
        pause = PAUSE;
        continue;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!STOPPING.test(textOf(error))) faults++;
      if (faults > MOST_FAULTS) return `the turn could not be followed to its end: ${textOf(error)}`;
    }
    await pauseOf(pause, clock, signal);
  }
}

/** @throws the signal's reason when it is aborted */
export async function pauseOf(ms: number, clock: TurnPorts["clock"], signal: AbortSignal): Promise<void> {
  await untilAborted(signal, new Promise<void>((resolve) => clock.after(ms, resolve)));
}

function hasEnded({ status, endedAt, timeoutPhase }: RunState): boolean {
  if (status === "pending") return false;
  if (status !== "timeout") return true;
  return endedAt !== undefined && timeoutPhase !== "gateway_draining";
}

function endOf(runId: string, state: RunState, from: number): TurnEnd {
  const { status, terminalReply: reply, endedAt } = state;
  if (status === "ok") {
    return reply?.disposition === "visible"
      ? { type: "said", runId, text: reply.text }
      : { type: "silent", runId };
  }
  const error = status === "timeout" ? "the turn took longer than OpenClaw allows" : state.error;
  return {
    type: "failed",
    runId,
    error: error ?? `the turn failed (${state.stopReason ?? "no reason given"})`,
    before: endedAt !== undefined && endedAt < from,
  };
}

/** What a turn that failed is as an answer: a rate limit and the like pass by themselves, and so does what was not accepted. */
export function failedTurn(end: TurnEnd & { type: "failed" | "refused" }): ErrorOutcome {
  return end.type === "refused"
    ? brainError("E_BRAIN", `the gateway did not accept the turn: ${end.error}`, true)
    : brainError("E_BRAIN", end.error, isPassing(end.error) || RELOADING.test(end.error));
}

/** What OpenClaw says while it stops, which may take it minutes. That passes, or we are ended with it. */
const STOPPING = /\b(draining|unavailable during gateway restart)\b/i;
/** What OpenClaw says of a turn that it ended, or did not begin, because it was itself being changed, stopped or started. */
const RELOADING =
  /\b(draining|superseded|restarting|shutting down|retry the run|changed while starting work|SESSION_WORK_START_CHANGED)\b/i;

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
