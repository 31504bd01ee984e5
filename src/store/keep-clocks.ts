import { replaceFile, type StoreContext } from "./context.ts";
import { readClock } from "./replay.ts";
import type { Workspace } from "./workspace.ts";

/** A host that waited all the time had no checkpoint, and yet it ran. @param clock milliseconds that it has run */
export async function keepClocks(
  context: StoreContext,
  workspaces: Iterable<Workspace>,
  clock: number,
): Promise<void> {
  for (const workspace of workspaces) {
    const all = workspace.runningClock + clock;
    if (workspace.tasks.size === 0 || readClock(workspace) >= all) continue;
    await replaceFile(context, workspace.paths.clock, `${Math.round(all)}\n`);
  }
}
