import { folderName } from "../protocol/ids.ts";
import type { Task } from "../protocol/task.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import type { ReadDisk } from "../store/disk.ts";
import { type WorkspacePaths, workspacePaths } from "../store/layout.ts";
import type { RunningHost } from "./hosts.ts";
import { listOpenTasks } from "./list-tasks.ts";
import { listNames, readText } from "./read-text.ts";

/** Names of the messages of one agent that are on their way, and of those that could not be handled. */
export interface Mail {
  inbox: ReadonlySet<string>;
  pending: ReadonlySet<string>;
  dead: ReadonlySet<string>;
}

export interface ClockNote {
  /** Milliseconds; 0: nothing was noted; NaN: it cannot be read. */
  ran: number;
  /** Milliseconds since 1970. */
  changed?: number;
}

/** The workspaces of a root at one moment, each file read at most once. Files may change meanwhile: what is seen is of about now. */
export interface RootView<T extends TaskHead = Task> {
  readonly disk: ReadDisk;
  /** Workspaces by agent id, absolute. */
  readonly agents: ReadonlyMap<string, string>;
  /** Who is in the team, here and elsewhere; `undefined`: none is known here. */
  readonly team: ReadonlySet<string> | undefined;
  paths(agent: string): WorkspacePaths | undefined;
  task(agent: string, id: string): T | undefined;
  /** Folders of tasks of which the runtime keeps a copy: all that are open, and some that were finished lately. */
  open(agent: string): ReadonlySet<string>;
  mail(agent: string): Mail | undefined;
  /** What the agent's hosts noted last of the time that they have run, and when they did. */
  clock(agent: string): ClockNote;
  /** The host that runs the agent now, `"none"`, or `undefined` where nobody looked. */
  host(agent: string): RunningHost | "none" | undefined;
  /** The name of the person who is the agent's brain, if one is. */
  person(agent: string): string | undefined;
}

export interface ViewOptions<T extends TaskHead = Task> {
  /** Where tasks are known better than from the files, as in a host; asked first. */
  tasks?(agent: string, id: string): T | undefined;
  team?: ReadonlySet<string>;
  /** Names of the people who are brains, by agent id. */
  people?: ReadonlyMap<string, string>;
  /** The host of a workspace, if one runs. Without this nothing is said of hosts. */
  hostOf?(workspace: string): RunningHost | undefined;
}

/** How the task with an id is read. `isOpen`: the runtime keeps a copy of it. */
export type TaskReader<T> = (
  disk: ReadDisk,
  paths: WorkspacePaths,
  id: string,
  isOpen: boolean,
) => T | undefined;

export function makeRootView<T extends TaskHead>(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  options: ViewOptions<T>,
  readTask: TaskReader<T>,
): RootView<T> {
  const { tasks, team, people, hostOf } = options;
  const places = new Map([...agents].map(([agent, directory]) => [agent, workspacePaths(directory)]));
  const mail = cached((agent) => withPaths(agent, (paths) => readMail(disk, paths)));
  const open = cached((agent) => new Set(withPaths(agent, (paths) => listOpenTasks(disk, paths))));
  const hosts = cached((agent) => {
    const directory = agents.get(agent);
    return directory === undefined || hostOf === undefined ? undefined : (hostOf(directory) ?? "none");
  });
  const clock = cached((agent) => withPaths(agent, (paths) => readClock(disk, paths)) ?? { ran: 0 });
  const known = new Map<string, T | undefined>();
  function withPaths<R>(agent: string, use: (paths: WorkspacePaths) => R): R | undefined {
    const paths = places.get(agent);
    return paths === undefined ? undefined : use(paths);
  }
  const read = (agent: string, id: string) =>
    withPaths(agent, (paths) => readTask(disk, paths, id, open(agent).has(folderName(id))));
  return {
    disk,
    agents,
    team,
    paths: (agent) => places.get(agent),
    task(agent, id) {
      const key = `${agent}/${id}`;
      if (!known.has(key)) known.set(key, tasks?.(agent, id) ?? read(agent, id));
      return known.get(key);
    },
    open,
    mail,
    clock,
    host: hosts,
    person: (agent) => people?.get(agent),
  };
}

function cached<T>(read: (agent: string) => T): (agent: string) => T {
  const known = new Map<string, T>();
  return (agent) => {
    if (!known.has(agent)) known.set(agent, read(agent));
    return known.get(agent) as T;
  };
}

function readMail(disk: ReadDisk, paths: WorkspacePaths): Mail {
  return {
    inbox: new Set(listNames(disk, paths.inbox)),
    pending: new Set(listNames(disk, paths.pending)),
    dead: new Set(listNames(disk, paths.dead)),
  };
}

function readClock(disk: ReadDisk, { clock }: WorkspacePaths): ClockNote {
  const ran = Number(readText(disk, clock)?.trim() || 0);
  const changed = disk.stat(clock)?.mtimeMs;
  return changed === undefined ? { ran } : { ran, changed };
}
