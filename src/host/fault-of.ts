import { internal } from "../protocol/errors.ts";
import { diskError, errorCode } from "../store/disk-error.ts";

/** What the system says becomes a fault of ours by name, so that whoever runs the host knows whether to start it again. */
export function faultOf(cause: unknown): Error {
  if (errorCode(cause) !== undefined) return diskError(cause, "the host could not go on");
  return cause instanceof Error ? cause : internal("a host failed", cause);
}
