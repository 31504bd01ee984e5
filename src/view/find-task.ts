import { ClawflowError } from "../protocol/errors.ts";
import { isTaskId } from "../protocol/ids.ts";
import { nearest } from "../protocol/nearest.ts";
import type { Task } from "../protocol/task.ts";
import { listTasks, readTaskFolder } from "./read-task.ts";
import type { RootView } from "./root-view.ts";

export interface Found {
  agent: string;
  task: Task;
}

/**
 * The task of that local id, or, where none has it, the only one whose id begins so.
 *
 * @param agent looks there alone
 * @throws E_ID, E_NOT_FOUND (with the nearest), E_USAGE where several agents have it
 */
export function findOneTask(view: RootView, id: string, agent?: string): Found {
  if (!isTaskId(id)) throw new ClawflowError("E_ID", "not a task id", { found: JSON.stringify(id) });
  const agents = agent === undefined ? [...view.agents.keys()] : [agent];
  const found = agents.flatMap((name) => {
    const task = view.task(name, id);
    return task === undefined ? [] : [{ agent: name, task }];
  });
  if (found.length === 0) return findByBeginning(view, id, agents);
  return only(id, found);
}

function findByBeginning(view: RootView, id: string, agents: readonly string[]): Found {
  const start = id.toLowerCase();
  const folders = agents.flatMap((agent) => foldersOf(view, agent));
  const matches = folders.filter(({ folder }) => folder.startsWith(start));
  // Of a job and its parts, which all begin alike, the job is meant.
  const shortest = Math.min(...matches.map(({ folder }) => folder.length));
  const whole = matches.filter(({ folder }) => folder.length === shortest);
  const isOneJob = matches.every(({ folder }) => folder.startsWith(whole[0]?.folder ?? ""));
  const found = (isOneJob ? whole : matches).flatMap(({ agent, folder }) => {
    const paths = view.paths(agent);
    const read = paths === undefined ? undefined : readTaskFolder(view.disk, paths, folder);
    return read !== undefined && "task" in read ? [{ agent, task: read.task }] : [];
  });
  if (found.length > 0) return only(id, found);
  const meant = nearest(
    id,
    folders.map(({ folder }) => folder),
  );
  throw new ClawflowError("E_NOT_FOUND", `there is no task ${id}`, {
    hint: meant === undefined ? "`clawflow status` lists what there is." : `Did you mean ${meant}?`,
  });
}

/** The job that was begun last; `undefined`: there is none. */
export function latestJob(view: RootView, agent?: string): Found | undefined {
  let latest: Found | undefined;
  for (const name of agent === undefined ? view.agents.keys() : [agent]) {
    const paths = view.paths(name);
    if (paths === undefined) continue;
    const folders = listTasks(view.disk, paths).sort((a, b) => b.changed - a.changed);
    // A dot stands in the names of parts of jobs; of a job only where a person named it so.
    const jobs = folders.filter(({ folder }) => !folder.includes("."));
    for (const { folder, changed } of jobs.length > 0 ? jobs : folders) {
      if (latest !== undefined && changed < Date.parse(latest.task.created_at)) break;
      const read = readTaskFolder(view.disk, paths, folder);
      if (read === undefined || !("task" in read) || read.task.trace.depth > 0) continue;
      if (latest === undefined || read.task.created_at > latest.task.created_at)
        latest = { agent: name, task: read.task };
    }
  }
  return latest;
}

function foldersOf(view: RootView, agent: string): { agent: string; folder: string }[] {
  const paths = view.paths(agent);
  return paths === undefined ? [] : listTasks(view.disk, paths).map(({ folder }) => ({ agent, folder }));
}

function only(id: string, found: Found[]): Found {
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const some = found.slice(0, 5).map(({ agent, task }) => `${task.task_id} at ${agent}`);
  throw new ClawflowError("E_USAGE", `${id} may be one of several tasks`, {
    found: some.join(", "),
    hint: "Write more of its id, or name its agent with --agent.",
  });
}
