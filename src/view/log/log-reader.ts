import { join } from "node:path";
import type { LogEvent, LogEventName } from "../../protocol/log-event.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { reasonPath, type WorkspacePaths, workspacePaths } from "../../store/layout.ts";
import {
  foldersOf,
  isLetterName,
  LETTER_PLACES,
  type Letter,
  type LetterPlace,
  readLetter,
} from "../letters.ts";
import { listOpenTasks } from "../read-task.ts";
import { listNames, readText } from "../read-text.ts";
import type { Said } from "../times/person-waits.ts";
import { bySending, isOfInterest } from "../times/read-said.ts";
import { eventKey } from "./event-key.ts";
import { goneEvents } from "./gone-events.ts";
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
  const told = new Set<string>();
  const said = new Map<string, Said[]>();
  const changed = newsOfFolders(disk, now);
  const open = new Map<string, Set<string>>();
  const gone = new Map<string, string>();

  /** A file that was moved tells the same again. */
  const add = (events: LogEvent[], event: LogEvent) => {
    if (only?.event(event) === false) return;
    const key = eventKey(event);
    if (told.has(key)) return;
    told.add(key);
    events.push(event);
  };
  const addLetters = (events: LogEvent[], agent: string, paths: WorkspacePaths, place: LetterPlace) => {
    for (const folder of foldersOf(disk, paths, place)) {
      if (!changed(folder)) continue;
      for (const name of listNames(disk, folder).filter(isLetterName)) {
        const path = join(folder, name);
        if (seen.has(path) || only?.letter(name) === false) continue;
        const letter = readLetter(disk, paths, agent, place, path);
        if (letter === undefined) continue;
        seen.add(path);
        note(said, agent, letter);
        const event = place === "dead" ? buried(disk, agent, letter, path) : letterEvent(agent, letter);
        if (event !== undefined) add(events, event);
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
      const all = taskEvents(disk, paths, agent, folder, (task) => said.get(`${agent}/${task}`) ?? []);
      if (all.at(-1)?.event !== "task:finished") stillOpen.add(folder);
      for (const event of all) add(events, event);
    }
    open.set(agent, stillOpen);
  };
  const addGone = (events: LogEvent[], paths: WorkspacePaths) => {
    const found = disk.stat(paths.events);
    const stamp = `${found?.ino} ${found?.mtimeMs} ${found?.size}`;
    if (found === undefined || gone.get(paths.events) === stamp) return;
    gone.set(paths.events, stamp);
    for (const event of goneEvents(disk, paths)) add(events, event);
  };
  return {
    read() {
      const events: LogEvent[] = [];
      for (const { agent, paths } of places) {
        for (const place of LETTER_PLACES) addLetters(events, agent, paths, place);
        addTasks(events, agent, paths);
        // Last: what is removed while this reads is noted there before.
        addGone(events, paths);
      }
      return events.sort(inOrder);
    },
  };
}

/** What the times of a task follow from. */
function note(said: Map<string, Said[]>, agent: string, { message, isRepeat, place }: Letter): void {
  if (isRepeat || place !== "archive" || message === undefined || !isOfInterest(message)) return;
  const key = `${agent}/${message.task_id}`;
  const known = said.get(key) ?? [];
  known.push({ ...message, body: { text: "" } });
  said.set(key, known.sort(bySending));
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
  "task:waiting",
  "task:finished",
  "reply:sent",
  "reply:received",
];

function inOrder(a: LogEvent, b: LogEvent): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return ORDER.indexOf(a.event) - ORDER.indexOf(b.event);
}
