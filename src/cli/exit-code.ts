import { ClawflowError, type ErrorCode } from "../protocol/errors.ts";

/** 0 done, 1 the work failed, 2 wrong usage, 3 denied or out of time, 70 a bug of Clawflow. */
export const EXIT = { done: 0, failed: 1, usage: 2, denied: 3, bug: 70 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const DENIED: readonly ErrorCode[] = [
  "E_LOCKED",
  "E_OWNED",
  "E_MOVED",
  "E_NOT_YOURS",
  "E_TIMEOUT",
  "E_CANCELLED",
];
/** What neither the caller nor a bug is to blame for. */
const FAILED: readonly ErrorCode[] = [
  "E_DISK",
  "E_DISK_FULL",
  "E_JOURNAL",
  "E_LAYOUT",
  "E_BLOB",
  "E_STATE",
  "E_UNDELIVERED",
];

export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof ClawflowError) || error.code === "E_INTERNAL") return EXIT.bug;
  if (DENIED.includes(error.code)) return EXIT.denied;
  return FAILED.includes(error.code) ? EXIT.failed : EXIT.usage;
}
