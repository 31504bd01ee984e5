import { statSync } from "node:fs";
import { workspacePaths } from "../store/layout.ts";
import { Watches } from "./watches.ts";

/** Several changes within so long are looked at together. Milliseconds. */
const TOGETHER = 25;
/** The net under the watches: file systems that tell nothing, folders that are made later. Milliseconds. */
const LOOK = 2_000;

/**
 * Looks when files of these workspaces have changed, as the system tells, and now and then anyway.
 *
 * @param directories of workspaces, absolute
 * @param every how often it looks anyway, milliseconds
 * @returns when the signal is given
 */
export async function lookAtChanges(
  directories: Iterable<string>,
  look: () => void,
  signal: AbortSignal,
  every = LOOK,
): Promise<void> {
  const folders = [...directories].flatMap((directory) => {
    const { inbox, outbox, pending, dead, tasks, base } = workspacePaths(directory);
    return [inbox, outbox, pending, dead, tasks, base];
  });
  const watches = new Watches();
  let due: NodeJS.Timeout | undefined;
  const soon = () => {
    due ??= setTimeout(() => {
      due = undefined;
      if (!signal.aborted) look();
    }, TOGETHER);
  };
  const watchAll = () => {
    for (const folder of folders) watches.open(folder, inoOf(folder), soon);
  };
  watchAll();
  // What came between the last look and the watches.
  look();
  const timer = setInterval(() => {
    watchAll();
    look();
  }, every);
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  clearInterval(timer);
  clearTimeout(due);
  watches.closeAll();
}

/** `undefined`: it is not there yet, or may not be read; it is looked at all the same. */
function inoOf(folder: string): number | undefined {
  try {
    return statSync(folder).ino;
  } catch {
    return undefined;
  }
}
