import { ClawflowError, type ErrorDetail } from "../protocol/errors.ts";

/** What an edit says cannot be done where the task stands. */
export function illegal(summary: string, detail: ErrorDetail = {}): ClawflowError {
  return new ClawflowError("E_STATE", summary, detail);
}

/** For parts of the loop that say in words why they cannot do something. @throws that */
export function mustWork(fault: string | undefined): void {
  if (fault !== undefined) throw illegal(fault);
}
