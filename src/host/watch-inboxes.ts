import { type FSWatcher as FolderWatcher, watch as watchFolder } from "node:fs";
import { basename, dirname } from "node:path";
import { type FSWatcher, watch as watchFolders } from "chokidar";
import type { Look, Watch } from "./watch.ts";

/**
 * Watches inboxes. What happens in one is told by the system's own events, which name the file; chokidar watches the mailboxes around
 * them, where next to nothing happens, and says when an inbox that was removed or moved is back.
 *
 * @param inboxes agent ids by inbox folder, absolute; the folders exist.
 */
export function watchInboxes(inboxes: ReadonlyMap<string, string>): Watch {
  const open = new Map<string, FolderWatcher>();
  const mailboxes = new Map([...inboxes.keys()].map((inbox) => [dirname(inbox), inbox]));
  let around: FSWatcher | undefined;
  return {
    async start(look) {
      for (const inbox of inboxes.keys()) openAgain(inbox, look);
      const watching = watchFolders([...mailboxes.keys()], {
        depth: 0,
        ignoreInitial: true,
        ignored: (path) => !mailboxes.has(path),
      });
      around = watching;
      watching.on("raw", (_event, path, details) => {
        const { watchedPath = path } = (details ?? {}) as { watchedPath?: string };
        const inbox = mailboxes.get(watchedPath);
        if (inbox !== undefined && basename(path) === basename(inbox)) openAgain(inbox, look);
      });
      // Too many watches, a folder without permission: the rescan is enough.
      watching.on("error", () => {});
      await new Promise<void>((resolve) => watching.once("ready", resolve));
    },
    async stop() {
      for (const watcher of open.values()) watcher.close();
      open.clear();
      await around?.close();
    },
  };

  /** The folder that stands there now; whatever came into it before is looked for. */
  function openAgain(inbox: string, look: Look): void {
    const agent = inboxes.get(inbox) ?? "";
    const before = open.get(inbox);
    before?.close();
    open.delete(inbox);
    try {
      const watcher = watchFolder(inbox, (_event, name) => look(agent, name ?? undefined));
      watcher.on("error", () => watcher.close());
      open.set(inbox, watcher);
    } catch {
      // It is not there, or there are too many watches: until it is back, the rescan is enough.
    }
    if (before !== undefined) look(agent);
  }
}
