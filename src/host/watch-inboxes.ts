import { dirname } from "node:path";
import { type FSWatcher, watch as watchFolders } from "chokidar";
import type { Watch } from "./watch.ts";

/**
 * Watches inboxes with chokidar. No `awaitWriteFinish`: the runtime publishes whole files, and those of a person are looked at
 * until they are at rest.
 *
 * @param inboxes agent ids by inbox folder, absolute; the folders exist.
 */
export function watchInboxes(inboxes: ReadonlyMap<string, string>, usePolling = false): Watch {
  let watcher: FSWatcher | undefined;
  return {
    async start(look) {
      watcher = watchFolders([...inboxes.keys()], {
        depth: 0,
        ignoreInitial: true,
        usePolling,
        ignored: (path, stats) => stats?.isFile() === true && !path.endsWith(".md"),
      });
      const hint = (path: string) => {
        const agent = inboxes.get(dirname(path)) ?? inboxes.get(path);
        if (agent !== undefined) look(agent);
      };
      watcher.on("add", hint);
      watcher.on("change", hint);
      // A folder that vanished is not watched any more when it is back.
      watcher.on("unlinkDir", (path) => {
        if (inboxes.has(path)) watcher?.add(path);
      });
      // Too many watches, a folder without permission: the rescan is enough.
      watcher.on("error", () => {});
      const { promise, resolve } = deferred();
      watcher.once("ready", resolve);
      await promise;
    },
    async stop() {
      await watcher?.close();
    },
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
