import { type Amounts, addAmounts } from "../protocol/amounts.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import { checkScript } from "./check-script.ts";
import { counts, withoutAbsent } from "./counts.ts";
import { LARGEST, MOST_FAILURES, type ScriptLimits } from "./limits.ts";
import { createReplay } from "./replay.ts";
import type { ScriptOutcome, ScriptRun } from "./run-script.ts";
import type { SandboxCall, SandboxEvent, ToSandbox } from "./sandbox-types.ts";
import type { CallFailure, CallRequest, CallResult } from "./types.ts";

type Summary = Pick<ScriptOutcome, "errors" | "divergences" | "unanswered" | "calls" | "used">;

/** Where the questions of a script wait for their turn, and the answers for theirs. */
export interface Desk {
  take(events: readonly SandboxEvent[]): void;
  /** Asks as many as may be asked at once. What a script asks with its last breath nobody waits for: it is not asked. */
  startCalls(): void;
  /** What the script is given next; `undefined` if it waits for nothing. */
  next(): Promise<ToSandbox | undefined>;
  summary(atEnd: boolean): Summary;
  /** Nobody waits any more. */
  close(): void;
}

interface Answer {
  call: SandboxCall;
  request: CallRequest;
  result: CallResult;
}

export function createDesk(run: ScriptRun, limits: ScriptLimits): Desk {
  const replay = createReplay(run.recorded ?? { calls: [], failed: "keep", sameProgram: false });
  const abort = new AbortController();
  const loads: Promise<ToSandbox>[] = [];
  /** From the record, by the order in which they were given before. */
  const recorded: (Answer & { ended: number })[] = [];
  const queue: { call: SandboxCall; request: CallRequest }[] = [];
  const underWay = new Map<number, CallRequest>();
  const arrived: Answer[] = [];
  const errors: CallFailure[] = [];
  const asked = new Set<string>();
  const count = { recorded: 0, live: 0, asked: 0 };
  let used: Amounts = {};
  let wake = () => {};

  run.signal?.addEventListener("abort", () => wake(), { once: true });

  return { take, startCalls: startLive, next, summary, close };

  function take(events: readonly SandboxEvent[]): void {
    for (const event of events) {
      if (event.kind === "log") {
        const { text, path, phase } = event;
        run.onLog?.({ text, path, ...(phase === undefined ? {} : { phase }) });
      } else if (event.kind === "phase") run.onPhase?.({ name: event.name, path: event.path });
      else if (event.kind === "failure") {
        if (errors.length < MOST_FAILURES) errors.push(withoutAbsent(event.failure) as CallFailure);
      } else if (event.kind === "workflow") loads.push(load(event.id, event.name));
      else if (event.kind === "unfit") takeUnfit(event);
      else takeCall(event);
    }
  }

  function takeCall(call: SandboxCall): void {
    // The sandbox counts too; that it does is not relied on.
    if (call.round === 1) count.asked += 1;
    if (count.asked > limits.calls) throw new ClawflowError("E_LIMIT", `more than ${limits.calls} calls`);
    const request = requestOf(call);
    const key = `${call.round} ${call.path}`;
    if (asked.has(key)) throw new ClawflowError("E_INTERNAL", `two calls have the path ${call.path}`);
    asked.add(key);
    const match = replay.look(request);
    if (match.kind === "recorded") {
      count.recorded += 1;
      run.onCall?.(request, "recorded");
      recorded.push({ call, request, result: match.result, ended: match.ended ?? Number.MAX_VALUE });
      return;
    }
    queue.push({ call, request });
  }

  function takeUnfit({ path, round, code, reason }: SandboxEvent & { kind: "unfit" }): void {
    if (!asked.has(`${round} ${path}`))
      throw new ClawflowError("E_INTERNAL", `nobody was asked at the path ${path}`);
    run.onUnfit?.({ path, round, code, reason });
  }

  function startLive(): void {
    while (underWay.size < limits.concurrency) {
      const one = queue.shift();
      if (one === undefined) return;
      count.live += 1;
      underWay.set(one.call.id, one.request);
      run.onCall?.(one.request, "asked");
      void ask(one.request).then((result) => {
        underWay.delete(one.call.id);
        if (abort.signal.aborted) return;
        run.onCall?.(one.request, result.status === "done" ? "done" : "failed");
        arrived.push({ ...one, result });
        startLive();
        wake();
      });
    }
  }

  async function ask(request: CallRequest): Promise<CallResult> {
    try {
      const result = await run.call(request, abort.signal);
      if (result.status !== "done" || result.text.length <= LARGEST.answer) return result;
      const reason = `the answer is longer than ${LARGEST.answer} characters`;
      return { status: "failed", code: "E_TOO_LARGE", reason, ...(result.used ? { used: result.used } : {}) };
    } catch (error) {
      return { status: "failed", code: "E_INTERNAL", reason: errorText(error) };
    }
  }

  async function next(): Promise<ToSandbox | undefined> {
    for (;;) {
      const loading = loads.shift();
      if (loading !== undefined) return loading;
      const again = firstRecorded();
      if (again !== undefined) return give(again);
      const one = arrived.shift();
      if (one !== undefined) return give(one);
      if (underWay.size === 0) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      run.signal?.throwIfAborted();
    }
  }

  function firstRecorded(): Answer | undefined {
    if (recorded.length === 0) return undefined;
    const first = recorded.reduce((best, one) => (one.ended < best.ended ? one : best));
    recorded.splice(recorded.indexOf(first), 1);
    return first;
  }

  function give({ call, result }: Answer): ToSandbox {
    used = addAmounts(used, result.used);
    return { kind: "answer", id: call.id, result, spent: counts(addAmounts(run.budget?.spent ?? {}, used)) };
  }

  async function load(id: number, name: string): Promise<ToSandbox> {
    try {
      const text = await run.loadWorkflow?.(name);
      if (text === undefined) {
        const reason = `workflow(${JSON.stringify(name)}): there is no saved script of this name`;
        return { kind: "no-program", id, code: "E_NOT_FOUND", reason };
      }
      const { code, insertions } = checkScript(text);
      return { kind: "program", id, program: { name, code, insertions } };
    } catch (error) {
      const code = error instanceof ClawflowError ? error.code : "E_INTERNAL";
      const reason = error instanceof Error ? error.message : String(error);
      return {
        kind: "no-program",
        id,
        code,
        reason: `workflow(${JSON.stringify(name)}): ${reason}`.slice(0, 4000),
      };
    }
  }

  function summary(atEnd: boolean): Summary {
    const left = [...underWay.values(), ...[...queue, ...recorded, ...arrived].map(({ request }) => request)];
    return {
      errors,
      divergences: replay.divergences(atEnd),
      unanswered: [...new Set(left.map(({ path }) => path))].sort(),
      calls: { recorded: count.recorded, live: count.live },
      used,
    };
  }

  function close(): void {
    abort.abort(new ClawflowError("E_CANCELLED", "the script has ended"));
  }
}

function requestOf({ kind: _, id: __, ...call }: SandboxCall): CallRequest {
  const request = withoutAbsent(call) as Omit<CallRequest, "optionHash">;
  return { ...request, optionHash: optionHash(request) };
}

/** Label and phase name a call for people; all else can change what comes of it. */
export function optionHash({
  agent,
  schema,
  timeout,
  attempts,
  model,
}: Omit<CallRequest, "optionHash">): string {
  return sha256(canonical({ agent, schema, timeout, attempts, model })).slice(0, 16);
}

/** JSON whose keys are in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}
