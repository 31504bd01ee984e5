import { join } from "node:path";
import { unlessMissing } from "./disk-error.ts";
import type { Workspace } from "./workspace.ts";

/** So long may somebody take to deliver a message. */
const DELIVERY_MS = 3600 * 1000;

/** A start does not wait for more; what is left after a million accidents goes at the next ones. */
export const MOST_SWEPT = 20_000;

/** Removes what a host that ended left in `tmp/`, and deliveries that were given up; nothing else, and so many at most. */
export function sweepTmp({ context, paths }: Workspace): void {
  const names = unlessMissing(() => context.disk.list(paths.tmp, MOST_SWEPT)) ?? [];
  for (const name of names.slice(0, MOST_SWEPT)) {
    const path = join(paths.tmp, name);
    const found = context.disk.stat(path);
    if (found?.kind !== "file") continue;
    const givenUp = name.startsWith("d-") && context.wall() - found.mtimeMs > DELIVERY_MS;
    if (name.startsWith("s-") || givenUp) unlessMissing(() => context.disk.unlink(path));
  }
}
