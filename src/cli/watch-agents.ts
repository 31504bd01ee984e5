import { type FSWatcher, watch } from "node:fs";
import { workspacePaths } from "../store/layout.ts";

export interface AgentsWatch {
  /** From now on these are watched: agents come and go. Workspaces by agent id, absolute. */
  follow(agents: ReadonlyMap<string, string>): void;
  stop(): void;
}

/**
 * Tells when files of agents change that a person would see: messages come and go, tasks begin and end, a task.md is written (the
 * runtime writes its copy with it). Nothing is read, so that it costs nothing while nothing happens; where the system has no more
 * watches, or a person edits without a host, only a look from time to time tells.
 *
 * @param changed once for each event of the system, of which there are many
 */
export function watchAgents(changed: (agent: string) => void): AgentsWatch {
  const open = new Map<string, FSWatcher>();
  function openFolder(agent: string, folder: string): void {
    if (open.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // A host notes again and again how long it has run.
        if (name === null || !name.startsWith("clock")) changed(agent);
      });
      const forget = () => {
        watcher.close();
        if (open.get(folder) === watcher) open.delete(folder);
      };
      watcher.on("error", forget);
      open.set(folder, watcher);
    } catch {
      // It is not there yet, or there are too many watches.
    }
  }
  return {
    follow(agents) {
      const wanted = new Map(
        [...agents].flatMap(([agent, root]) => foldersOf(root).map((path) => [path, agent])),
      );
      for (const [folder, watcher] of open) {
        if (wanted.has(folder)) continue;
        watcher.close();
        open.delete(folder);
      }
      for (const [folder, agent] of wanted) openFolder(agent, folder);
    },
    stop() {
      for (const watcher of open.values()) watcher.close();
      open.clear();
    },
  };
}

function foldersOf(workspace: string): string[] {
  const { own, base, inbox, outbox, pending, dead, tasks } = workspacePaths(workspace);
  return [own, base, inbox, outbox, pending, dead, tasks];
}
