import { join } from "node:path";
import { unlessMissing } from "./disk-error.ts";
import type { Workspace } from "./workspace.ts";

/** So long may somebody take to deliver a message. */
const DELIVERY_MS = 3600 * 1000;

/** Removes what a host that ended left in `tmp/`, and deliveries that were given up; nothing else. */
export function sweepTmp({ context, paths }: Workspace): void {
  for (const name of unlessMissing(() => context.disk.list(paths.tmp)) ?? []) {
    const path = join(paths.tmp, name);
    const found = context.disk.stat(path);
    if (found?.kind !== "file") continue;
    const givenUp = name.startsWith("d-") && context.wall() - found.mtimeMs > DELIVERY_MS;
    if (name.startsWith("s-") || givenUp) unlessMissing(() => context.disk.unlink(path));
  }
}
