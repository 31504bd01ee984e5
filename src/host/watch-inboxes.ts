import { basename } from "node:path";
import { type FSWatcher, watch as watchFolders } from "chokidar";
import type { Look, Watch } from "./watch.ts";

/** Milliseconds after which a folder that vanished is looked for; later the rescan alone finds what comes into it. */
const BACK_AFTER = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

/**
 * Watches inboxes with chokidar: the folders alone, for with the files among what is watched each message would cost a watch of its
 * own, some of which outlive `close`. What happens in a folder is told by its raw events; a hint needs no more than that.
 *
 * @param inboxes agent ids by inbox folder, absolute; the folders exist.
 */
export function watchInboxes(inboxes: ReadonlyMap<string, string>, usePolling = false): Watch {
  let watcher: FSWatcher | undefined;
  const timers = new Set<NodeJS.Timeout>();
  return {
    async start(look) {
      const watching = watchFolders([...inboxes.keys()], {
        depth: 0,
        ignoreInitial: true,
        usePolling,
        ignored: (path) => !inboxes.has(path),
      });
      watcher = watching;
      watching.on("raw", (event, path, details) => {
        const { watchedPath = path } = (details ?? {}) as { watchedPath?: string };
        const agent = inboxes.get(watchedPath);
        if (agent === undefined) return;
        look(agent, path === watchedPath ? undefined : path);
        // The folder's own name: it was removed or moved, and what is there in its place later is not watched.
        if (event === "rename" && path === basename(watchedPath))
          watchAgain(watching, watchedPath, agent, look);
      });
      // Too many watches, a folder without permission: the rescan is enough.
      watching.on("error", () => {});
      await new Promise<void>((resolve) => watching.once("ready", resolve));
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      await watcher?.close();
    },
  };

  /** After each of the pauses, for nobody says when the folder is back. */
  function watchAgain(watching: FSWatcher, inbox: string, agent: string, look: Look): void {
    for (const pause of BACK_AFTER) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        watching.unwatch(inbox);
        watching.add(inbox);
        look(agent);
      }, pause);
      timers.add(timer.unref());
    }
  }
}
