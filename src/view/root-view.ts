import type { Task } from "../protocol/task.ts";
import type { ReadDisk } from "../store/disk.ts";
import { type WorkspacePaths, workspacePaths } from "../store/layout.ts";
import { findTask } from "./read-task.ts";
import { listNames } from "./read-text.ts";

/** Names of the messages of one agent that are on their way, and of those that could not be handled. */
export interface Mail {
  inbox: ReadonlySet<string>;
  pending: ReadonlySet<string>;
  dead: ReadonlySet<string>;
}

/** The workspaces of a root at one moment, each file read at most once. Files may change meanwhile: what is seen is of about now. */
export interface RootView {
  readonly disk: ReadDisk;
  /** Workspaces by agent id, absolute. */
  readonly agents: ReadonlyMap<string, string>;
  paths(agent: string): WorkspacePaths | undefined;
  task(agent: string, id: string): Task | undefined;
  mail(agent: string): Mail | undefined;
}

/**
 * @param tasks Where tasks are known better than from the files, as in a host; asked first.
 */
export function openRoot(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  tasks?: (agent: string, id: string) => Task | undefined,
): RootView {
  const places = new Map([...agents].map(([agent, directory]) => [agent, workspacePaths(directory)]));
  const mail = new Map<string, Mail>();
  const known = new Map<string, Task | undefined>();
  return {
    disk,
    agents,
    paths: (agent) => places.get(agent),
    task(agent, id) {
      const paths = places.get(agent);
      if (paths === undefined) return undefined;
      const key = `${agent}/${id}`;
      if (!known.has(key)) known.set(key, tasks?.(agent, id) ?? findTask(disk, paths, id)?.task);
      return known.get(key);
    },
    mail(agent) {
      const paths = places.get(agent);
      if (paths === undefined) return undefined;
      const seen = mail.get(agent) ?? readMail(disk, paths);
      mail.set(agent, seen);
      return seen;
    },
  };
}

function readMail(disk: ReadDisk, paths: WorkspacePaths): Mail {
  return {
    inbox: new Set(listNames(disk, paths.inbox)),
    pending: new Set(listNames(disk, paths.pending)),
    dead: new Set(listNames(disk, paths.dead)),
  };
}
