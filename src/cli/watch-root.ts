import { basename, join } from "node:path";
import { type WorkspacePaths, workspacePaths } from "../store/layout.ts";
import { nodeProcess } from "../store/process-identity.ts";
import { hostOfAgent } from "../view/hosts.ts";
import { listOpenTasks } from "../view/list-tasks.ts";
import type { Place } from "./place.ts";
import { Watches } from "./watches.ts";

/** The net under the watches: what they do not tell is seen after so long, milliseconds. */
const LOOK = 2_000;
/** Of tasks, the folders that are watched; of others the copy that the runtime keeps tells. */
const MOST_TASKS = 512;

/**
 * Tells which agents' files changed: by the system's own events, and by looking at dates now and then, for file systems that have no
 * events and for what is no file, such as a host that was killed.
 *
 * @param changed the agents; all of them where it may be any
 * @param every how often it looks at dates, milliseconds
 * @returns what ends it
 */
export function watchRoot(
  place: () => Place,
  changed: (agents: Iterable<string>) => void,
  every = LOOK,
): () => void {
  const folders = new Watches();
  const tasks = new Watches(MOST_TASKS);
  const stamps = new Map<string, string>();
  let known: string | undefined;

  function look(): void {
    let now: Place;
    try {
      now = place();
    } catch {
      // A team file that cannot be read: commands say so; what there was is watched further.
      return;
    }
    const { disk, root, teamFile, agents } = now;
    const file = teamFile === undefined ? undefined : disk.stat(teamFile);
    const whole = [root, file?.mtimeMs, file?.ino, [...agents.entries()].join()].join(" ");
    if (whole !== known) {
      if (known !== undefined) changed(agents.keys());
      known = whole;
    }
    const found: string[] = [];
    for (const [agent, directory] of agents) {
      const paths = workspacePaths(directory);
      watchAgent(now, agent, paths);
      const stamp = stampOf(now, paths);
      if (stamps.get(agent) !== stamp && stamps.has(agent)) found.push(agent);
      stamps.set(agent, stamp);
    }
    for (const agent of stamps.keys()) if (!agents.has(agent)) stamps.delete(agent);
    if (found.length > 0) changed(found);
  }

  function watchAgent({ disk }: Place, agent: string, paths: WorkspacePaths): void {
    const tell = () => changed([agent]);
    for (const folder of foldersOf(paths)) folders.open(folder, inoOf(disk, folder), tell);
    const withTask = (folder: string) => {
      const path = join(paths.tasks, folder);
      tasks.open(path, inoOf(disk, path), tell);
    };
    // Whatever is in a task's folder when its watch begins was told of by the event that named it.
    const named = (name: string | null) => {
      tell();
      if (name !== null && !name.includes("@")) withTask(basename(name, ".md"));
    };
    folders.open(paths.tasks, inoOf(disk, paths.tasks), named);
    folders.open(paths.base, inoOf(disk, paths.base), named);
    for (const folder of listOpenTasks(disk, paths)) withTask(folder);
  }

  look();
  const timer = setInterval(look, every).unref();
  return () => {
    clearInterval(timer);
    folders.closeAll();
    tasks.closeAll();
  };
}

function foldersOf({ inbox, outbox, pending, dead }: WorkspacePaths): string[] {
  return [inbox, outbox, pending, dead];
}

/** What is another one after a change, as far as dates tell, and whether somebody runs the agent. */
function stampOf({ disk }: Place, paths: WorkspacePaths): string {
  const dates = [...foldersOf(paths), paths.tasks, paths.base].map((path) => disk.stat(path)?.mtimeMs ?? 0);
  const open = listOpenTasks(disk, paths)
    .slice(0, MOST_TASKS)
    .map((folder) => disk.stat(join(paths.tasks, folder, "task.md"))?.mtimeMs ?? 0);
  const host = hostOfAgent(disk, paths.root, nodeProcess(disk));
  return JSON.stringify([dates, open, host?.pid, host?.state, host?.stopped]);
}

function inoOf(disk: Place["disk"], path: string): number | undefined {
  const found = disk.stat(path);
  return found?.kind === "folder" ? found.ino : undefined;
}
