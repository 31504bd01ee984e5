import { stripVTControlCharacters } from "node:util";
import { ClawflowError, type ErrorCode } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/outcome.ts";

export type ErrorOutcome = Extract<Outcome, { error: string }>;

/** Exit status of a program that asks to be tried again: EX_TEMPFAIL of sysexits.h. */
export const EX_TEMPFAIL = 75;

const PASSING = [
  /\brate[ _-]?limit/i,
  /\btoo many requests\b/i,
  /\b(overloaded|overloaded_error)\b/i,
  /\b(usage|quota|request) limit (reached|exceeded)\b|\bresource[ _]exhausted\b/i,
  /\btry(ing)? again (later|in|shortly|soon)\b/i,
  /\btemporarily unavailable\b/i,
  // As OpenClaw says that it could not reach its model.
  /\bLLM request (timed out|failed: (network connection|connection refused|DNS lookup|the provider endpoint is unreachable))/i,
  // A bare number may be a line of a file; these say that it is a status.
  /\b(http|status|error|code)\b[^\n]{0,20}\b(429|503|529)\b/i,
];

/** An error that passes by itself, by what its text plainly says: a rate limit, an overloaded service. */
export function isPassing(text: string): boolean {
  return PASSING.some((pattern) => pattern.test(text));
}

const NO_ROOM: readonly unknown[] = ["EAGAIN", "ENOMEM", "EMFILE", "ENFILE"];

/** Codes of the system that say nothing but that the machine had no room at that instant. */
export function hasNoRoom(code: unknown): boolean {
  return NO_ROOM.includes(code);
}

/** `{error: "CODE: text"}`, marked as passing where the text plainly says so. */
export function brainError(code: ErrorCode, text: string, passing = isPassing(text)): ErrorOutcome {
  return passing ? { error: `${code}: ${text}`, passing } : { error: `${code}: ${text}` };
}

/** The outcome for something that was thrown: an error of ours keeps its code, any other is the brain's. */
export function thrownOutcome(thrown: unknown): ErrorOutcome {
  if (thrown instanceof ClawflowError) return brainError(thrown.code, thrown.message, false);
  const text = thrownText(thrown);
  return brainError("E_BRAIN", text, hasNoRoom(codeOf(thrown)) || isPassing(text));
}

/** A brain that answered an error which plainly passes need not say `passing` itself. */
export function markPassing(outcome: Outcome): Outcome {
  if (!("error" in outcome) || outcome.passing !== undefined || !isPassing(outcome.error)) return outcome;
  return { ...outcome, passing: true };
}

/** Bytes of a foreign program as a person may see them: without escapes, other control characters and half letters. */
export function printable(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes).replace(/^\uFFFD+/, "");
  return stripVTControlCharacters(text).replace(/(?![\t\n])\p{Cc}/gu, "");
}

function codeOf(thrown: unknown): unknown {
  try {
    return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  } catch {
    return undefined;
  }
}

/** Anything may be thrown, also what throws when it is looked at. */
function thrownText(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
    return typeof text === "string" ? text.slice(0, 4000) : "an error without a text";
  } catch {
    return "an error that cannot be read";
  }
}
