import { type FSWatcher, watch as watchFolders } from "chokidar";
import type { Watch } from "./watch.ts";

/**
 * Watches inboxes with chokidar: the folders alone, for with the files among what is watched each message would cost a watch of its
 * own, some of which outlive `close`. What happens in a folder is told by its raw events; a hint needs no more than that.
 *
 * @param inboxes agent ids by inbox folder, absolute; the folders exist.
 */
export function watchInboxes(inboxes: ReadonlyMap<string, string>, usePolling = false): Watch {
  let watcher: FSWatcher | undefined;
  return {
    async start(look) {
      const watching = watchFolders([...inboxes.keys()], {
        depth: 0,
        ignoreInitial: true,
        usePolling,
        ignored: (path) => !inboxes.has(path),
      });
      watcher = watching;
      watching.on("raw", (_event, path, details) => {
        const { watchedPath = path } = (details ?? {}) as { watchedPath?: string };
        const agent = inboxes.get(watchedPath);
        if (agent !== undefined) look(agent);
      });
      // A folder that vanished is not watched any more when it is back.
      watching.on("unlinkDir", (path) => {
        if (inboxes.has(path)) watching.add(path);
      });
      // Too many watches, a folder without permission: the rescan is enough.
      watching.on("error", () => {});
      await new Promise<void>((resolve) => watching.once("ready", resolve));
    },
    async stop() {
      await watcher?.close();
    },
  };
}
