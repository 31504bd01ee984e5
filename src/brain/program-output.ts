import { brainError, type ErrorOutcome, EX_TEMPFAIL, isPassing, printable } from "./brain-error.ts";
import type { ProgramRun } from "./run-program.ts";

/** What of standard error stands in an error; the rest is in the record of the call. */
const MAX_QUOTED = 1000;

/** What a program that exited with status 0 printed, or why there is no answer to be read. */
export function programOutput({ end, stderr }: ProgramRun): { text: string } | ErrorOutcome {
  switch (end.type) {
    case "missing":
      return brainError("E_BRAIN_MISSING", end.text, false);
    case "refused":
      return brainError("E_BRAIN", end.text, end.passing);
    case "too-much":
      return brainError("E_BRAIN_OUTPUT", `more than ${end.limit} bytes on standard output`, false);
    case "exited":
      return end.exit === 0 ? decode(end.stdout) : exitError(end.exit, printable(stderr).trim());
  }
}

function exitError(exit: number | string, said: string): ErrorOutcome {
  const how = typeof exit === "number" ? `exit ${exit}` : `ended by ${exit}`;
  const text = said === "" ? how : `${how}: ${said.slice(-MAX_QUOTED)}`;
  return brainError("E_BRAIN", text, exit === EX_TEMPFAIL || isPassing(said));
}

/** Bytes that are not UTF-8 are refused, not mended silently. */
function decode(stdout: Uint8Array): { text: string } | ErrorOutcome {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(stdout) };
  } catch {
    return brainError("E_BRAIN_OUTPUT", `standard output is not UTF-8 (${stdout.length} bytes)`, false);
  }
}
