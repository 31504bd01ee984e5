import { errorCode } from "./disk-error.ts";
import type { Workspace } from "./workspace.ts";

/**
 * What keeps messages from being accepted, by their names, as it was seen last. It is there for people who ask, and nothing depends on it:
 * it is not synced, and a disk that does not take it is no fault.
 */
export function noteUndelivered(
  { context, paths, files }: Workspace,
  reasons: Readonly<Record<string, string>>,
): void {
  try {
    if (Object.keys(reasons).length > 0) {
      const staged = files.stage(`${JSON.stringify(reasons, null, 2)}\n`);
      context.disk.rename(staged, paths.undelivered);
    } else if (context.disk.stat(paths.undelivered) !== undefined) context.disk.unlink(paths.undelivered);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
