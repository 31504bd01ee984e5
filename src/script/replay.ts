import type { Amounts } from "../protocol/amounts.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import { follows, hasPassed } from "./call-path.ts";
import type { CallRequest, CallResult, Divergence } from "./types.ts";

/** A question that was asked in an earlier run, and what became of it. */
export interface RecordedCall {
  path: string;
  round: number;
  prompt: string;
  optionHash: string;
  /** `open`: it was asked, and no answer is known. */
  status: "done" | "failed" | "open";
  /** Of a done one. */
  text?: string;
  /** Of a failed one. */
  code?: ErrorCode;
  reason?: string;
  used?: Amounts;
  /**
   * When it was asked and when its answer was given, on any one scale that only grows, such as a counter of what happened in the task. With
   * these the answers come in the order in which they came before, and an answer that was on its way when another failed is not asked for again.
   */
  began?: number;
  ended?: number;
  /** It was asked by another text of the script, or with another budget: that it is not asked so now is no surprise. */
  byAnother?: true;
}

export interface Recorded {
  calls: readonly RecordedCall[];
  /** What failed stays failed (after a crash), or is asked again (resumed by somebody). */
  failed: "keep" | "again";
  /** The script and its args are what they were: every difference is one that the script made by itself. */
  sameProgram: boolean;
}

export type Match =
  | { kind: "recorded"; result: CallResult; ended: number | undefined }
  | { kind: "live"; why: "new" | "changed" | "failed" | "unfinished" | "follows"; after?: string };

export interface Replay {
  /** To be called once for each question, when it is asked. */
  look(request: Pick<CallRequest, "path" | "round" | "prompt" | "optionHash">): Match;
  /** What an unchanged script did otherwise; `atEnd`: it came to its end, so what it has not asked by now it does not ask. */
  divergences(atEnd: boolean): Divergence[];
}

interface Break {
  path: string;
  ended: number | undefined;
}

/**
 * Which questions are answered from the record: those whose place, prompt and options are unchanged, and that do not follow from one that is
 * asked anew because it changed, is new, or failed. One that was not finished is asked too; nothing that was recorded can follow from it.
 */
export function createReplay({ calls, failed, sameProgram }: Recorded): Replay {
  const records = new Map(calls.map((call) => [keyOf(call), call]));
  const seen = new Set<string>();
  const breaks: Break[] = [];
  const found: Divergence[] = [];

  return {
    look: (request) => {
      const record = records.get(keyOf(request));
      seen.add(keyOf(request));
      const before = breaks.find(
        ({ path, ended }) => follows(request.path, path) && mayDepend(record, ended),
      );
      const changed = record === undefined ? undefined : changeOf(record, request);
      if (before !== undefined) return live(request.path, record, "follows", before.path);
      if (record === undefined) {
        if (sameProgram && isPassed(request.path))
          differ(request.path, "it is asked now, and was not before");
        return live(request.path, record, "new");
      }
      if (changed !== undefined) {
        if (sameProgram && record.byAnother !== true) differ(request.path, changed);
        return live(request.path, record, "changed");
      }
      if (record.status === "open") return { kind: "live", why: "unfinished" };
      if (record.status === "failed" && failed === "again") return live(request.path, record, "failed");
      return { kind: "recorded", result: resultOf(record), ended: record.ended };
    },
    divergences: (atEnd) => {
      if (!atEnd || !sameProgram) return [...found];
      const left = calls.filter(
        (call) =>
          !seen.has(keyOf(call)) &&
          call.byAnother !== true &&
          !breaks.some(({ path }) => follows(call.path, path) || path === call.path),
      );
      return [...found, ...left.map(({ path }) => ({ path, what: "it was asked before, and is not now" }))];
    },
  };

  function live(
    path: string,
    record: RecordedCall | undefined,
    why: "new" | "changed" | "failed" | "follows",
    after?: string,
  ): Match {
    if (why !== "follows") breaks.push({ path, ended: record?.ended });
    return { kind: "live", why, ...(after === undefined ? {} : { after }) };
  }

  function differ(path: string, what: string): void {
    found.push({ path, what });
  }

  /** Whether the record holds something that comes after this place, so that the run before must have passed it. */
  function isPassed(path: string): boolean {
    return calls.some((call) => call.byAnother !== true && hasPassed(call.path, path));
  }
}

/** What began before an answer was there was not made of it. */
function mayDepend(record: RecordedCall | undefined, ended: number | undefined): boolean {
  return record?.began === undefined || ended === undefined || record.began >= ended;
}

function changeOf(
  record: RecordedCall,
  request: Pick<CallRequest, "prompt" | "optionHash">,
): string | undefined {
  if (record.prompt !== request.prompt)
    return `its prompt was ${quoted(record.prompt)} and is now ${quoted(request.prompt)}`;
  if (record.optionHash !== request.optionHash) return "its options are others than before";
  return undefined;
}

function resultOf({ status, text, code, reason, used }: RecordedCall): CallResult {
  const cost = used === undefined ? {} : { used };
  if (status === "done") return { status, text: text ?? "", ...cost };
  return { status: "failed", code: code ?? "E_SUBTASK", reason: reason ?? "no reason is recorded", ...cost };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

function keyOf({ path, round }: { path: string; round: number }): string {
  return `${round} ${path}`;
}
