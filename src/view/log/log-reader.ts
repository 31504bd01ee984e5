import { join } from "node:path";
import type { LogEvent, LogEventName } from "../../protocol/log-event.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { reasonPath, type WorkspacePaths, workspacePaths } from "../../store/layout.ts";
import { foldersOf, isLetterName, LETTER_PLACES, type LetterPlace, readLetter } from "../letters.ts";
import { listOpenTasks } from "../read-task.ts";
import { listNames, readText } from "../read-text.ts";
import type { JobFilter } from "./job-filter.ts";
import { deadEvent, letterEvent } from "./letter-event.ts";
import { taskEvents } from "./task-events.ts";

export interface LogReader {
  /** The events that were not read before, sorted by time. */
  read(): LogEvent[];
}

/** The time that a folder bears may be this much behind a change of it, in milliseconds. */
const COARSE = 1_000;

/**
 * The events of workspaces from their files alone. Every reading after the first costs a look at the folders, and a reading of the files that are new;
 * folders that did not change are not listed again.
 *
 * @param now milliseconds since 1970
 * @param only of one job; default: everything
 */
export function openLog(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  now: () => number,
  only?: JobFilter,
): LogReader {
  const places = [...agents].map(([agent, directory]) => ({ agent, paths: workspacePaths(directory) }));
  const seen = new Set<string>();
  const changed = newsOfFolders(disk, now);
  const open = new Map<string, Set<string>>();

  const addLetters = (events: LogEvent[], agent: string, paths: WorkspacePaths, place: LetterPlace) => {
    for (const folder of foldersOf(disk, paths, place)) {
      if (!changed(folder)) continue;
      for (const name of listNames(disk, folder).filter(isLetterName)) {
        const path = join(folder, name);
        if (seen.has(path) || only?.letter(name) === false) continue;
        const letter = readLetter(disk, paths, agent, place, path);
        if (letter === undefined) continue;
        seen.add(path);
        const event = place === "dead" ? buried(disk, agent, letter, path) : letterEvent(agent, letter);
        if (event !== undefined) events.push(event);
      }
    }
  };
  const addTasks = (events: LogEvent[], agent: string, paths: WorkspacePaths) => {
    // Those that were open when last read may have been finished since.
    const before = open.get(agent) ?? new Set();
    const isNew = changed(paths.tasks);
    const isWanted = (folder: string) => only?.folder(folder) !== false;
    const folders = new Set([...before, ...listOpenTasks(disk, paths).filter(isWanted)]);
    if (isNew)
      for (const folder of listNames(disk, paths.tasks).filter(isWanted))
        if (!seen.has(join(paths.tasks, folder))) folders.add(folder);
    const stillOpen = new Set<string>();
    for (const folder of folders) {
      seen.add(join(paths.tasks, folder));
      const all = taskEvents(disk, paths, agent, folder);
      if (all.at(-1)?.event !== "task:finished") stillOpen.add(folder);
      for (const event of all) {
        const key = `${agent} ${event.event} ${event.file}`;
        if (seen.has(key)) continue;
        seen.add(key);
        events.push(event);
      }
    }
    open.set(agent, stillOpen);
  };
  return {
    read() {
      const events: LogEvent[] = [];
      for (const { agent, paths } of places) {
        for (const place of LETTER_PLACES) addLetters(events, agent, paths, place);
        addTasks(events, agent, paths);
      }
      return (only === undefined ? events : events.filter(only.event)).sort(inOrder);
    },
  };
}

function buried(
  disk: ReadDisk,
  agent: string,
  letter: NonNullable<ReturnType<typeof readLetter>>,
  path: string,
): LogEvent {
  const reason = readText(disk, reasonPath(path))?.trim() ?? "";
  const at = disk.stat(reasonPath(path)) ?? disk.stat(path);
  return deadEvent(agent, letter, reason, at === undefined ? "" : new Date(at.mtimeMs).toISOString());
}

/** Whether a folder may hold names that were not there when it was last asked about. */
function newsOfFolders(disk: ReadDisk, now: () => number): (folder: string) => boolean {
  const quiet = new Map<string, number>();
  return (folder) => {
    const found = disk.stat(folder);
    if (found === undefined) return false;
    const wasQuiet = quiet.get(folder) === found.mtimeMs;
    if (now() - found.mtimeMs > COARSE) quiet.set(folder, found.mtimeMs);
    return !wasQuiet;
  };
}

/** What is of the same time comes in the order in which it must have happened. */
const ORDER: readonly LogEventName[] = [
  "task:sent",
  "task:received",
  "task:created",
  "brain:called",
  "outcome:received",
  "outcome:recorded",
  "task:finished",
  "reply:sent",
  "reply:received",
];

function inOrder(a: LogEvent, b: LogEvent): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return ORDER.indexOf(a.event) - ORDER.indexOf(b.event);
}
