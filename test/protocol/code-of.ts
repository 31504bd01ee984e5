import { ClawflowError } from "../../src/protocol/errors.ts";

/** `CODE at` of the error that `run` ends with, or `taken`. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ClawflowError)) throw error;
    return error.detail.at === undefined ? error.code : `${error.code} ${error.detail.at}`;
  }
  return "taken";
}
