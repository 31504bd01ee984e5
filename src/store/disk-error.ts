import { constants } from "node:os";
import { ClawflowError, internal } from "../protocol/errors.ts";

const NO_QUOTA = -(constants.errno.EDQUOT ?? Number.NaN);

/** The code of an error of the operating system: `ENOENT`, `EEXIST`, … */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  // Node has no name for it.
  if ("errno" in error && error.errno === NO_QUOTA) return "EDQUOT";
  return typeof error.code === "string" ? error.code : undefined;
}

/**
 * What a failing disk means to the user; errors that already have a code of ours pass, and our own faults are called so.
 *
 * @param hint what to do, where it is not a host that failed
 */
export function diskError(error: unknown, doing: string, hint?: string): ClawflowError {
  if (error instanceof ClawflowError) return error;
  const code = errorCode(error);
  if (code === undefined) return internal(`${doing}: ${String(error)}`, error);
  const text = error instanceof Error ? error.message : String(error);
  const found = text.includes(code) ? text : `${code}: ${text}`;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ClawflowError("E_DISK_FULL", `the disk is full: ${doing}`, {
      found,
      hint: hint ?? "Free some space and start the host again; nothing that was committed is lost",
      cause: error,
    });
  }
  return new ClawflowError("E_DISK", `the disk failed: ${doing}`, {
    found,
    hint: hint ?? "Start the host again: it goes on from the files",
    cause: error,
  });
}

const PASSING = ["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EIO"];

/** Faults of the system that say nothing about the file that was to be read. */
export function isPassing(error: unknown): boolean {
  return PASSING.includes(errorCode(error) ?? "");
}

/** Runs `action`; `undefined` where there is no such file. Everything else is thrown. */
export function unlessMissing<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
