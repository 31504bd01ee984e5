import type { Log } from "../../../api-types.ts";

type LogEvent = Log[number];

/** Where copies of a message lie. */
export interface LetterPlace {
  agent: string;
  /** In words: `inbox`, `archive`, `outbox`, `pending`, `dead letters`. */
  place: string;
  /** Relative to the agent's workspace. */
  file: string;
  isDead: boolean;
}

/** A message, once, wherever its copies lie. */
export interface Letter {
  /** What `show` finds it by: its id, or the name of its file where that cannot be read. */
  id: string;
  kind: "task" | "reply" | "control" | "progress" | "outcome" | "unreadable";
  /** Its point, in a few words. */
  says: string;
  from?: string;
  to?: string;
  attempt?: number;
  time: string;
  places: LetterPlace[];
}

/** All that was said about one piece of work, by whoever. */
export interface Thread {
  key: string;
  /** As the envelopes name it. */
  task?: string;
  subtask?: string;
  title: string;
  /** In their order in time. */
  letters: Letter[];
}

/** The messages of a log, by the work that they are about; the threads in the order in which they began. */
export function threadsOf(log: Log): Thread[] {
  const threads = new Map<string, Thread>();
  const letters = new Map<string, Letter>();
  for (const event of log) {
    const id = idOf(event);
    if (id === undefined) continue;
    const known = letters.get(id);
    if (known !== undefined) {
      addCopy(known, event);
      continue;
    }
    const letter = letterOf(id, event);
    letters.set(id, letter);
    threadFor(threads, event).letters.push(letter);
  }
  for (const thread of threads.values()) {
    thread.letters.sort((a, b) => compare(a.time, b.time));
    const first = thread.letters.find(({ kind }) => kind === "task");
    if (first !== undefined) thread.title = first.says;
  }
  return [...threads.values()].sort((a, b) => compare(a.letters[0]?.time ?? "", b.letters[0]?.time ?? ""));
}

function idOf(event: LogEvent): string | undefined {
  if ("message" in event && event.message !== undefined) return event.message;
  return event.event === "message:dead" ? event.file.split("/").at(-1) : undefined;
}

function threadFor(threads: Map<string, Thread>, event: LogEvent): Thread {
  const task = event.task;
  const subtask = "subtask" in event ? event.subtask : undefined;
  const key = `${task ?? ""}/${subtask ?? ""}`;
  const known = threads.get(key);
  if (known !== undefined) return known;
  const thread: Thread = { key, title: subtask ?? task ?? "Not readable", letters: [] };
  if (task !== undefined) thread.task = task;
  if (subtask !== undefined) thread.subtask = subtask;
  threads.set(key, thread);
  return thread;
}

function letterOf(id: string, event: LogEvent): Letter {
  const letter: Letter = { id, kind: kindOf(event), says: saysOf(event), time: event.time, places: [] };
  if ("from" in event && event.from !== undefined) letter.from = event.from;
  if ("to" in event) letter.to = event.to;
  if ("attempt" in event && event.attempt !== undefined) letter.attempt = event.attempt;
  addCopy(letter, event);
  return letter;
}

/** Of a dead letter there are two events: that it came, and why it is dead. */
function addCopy(letter: Letter, event: LogEvent): void {
  const isDead = event.event === "message:dead";
  if (isDead && letter.kind !== "unreadable") letter.says = `${letter.says}: ${event.reason}`;
  const place = {
    agent: event.agent,
    place: placeOf(event),
    file: event.file,
    isDead: isDead || stateOf(event) === "dead",
  };
  if (letter.places.some(({ agent, file }) => agent === place.agent && file === place.file)) return;
  letter.places.push(place);
}

function kindOf(event: LogEvent): Letter["kind"] {
  const kind = event.event.split(":")[0] ?? "";
  return kind === "task" ||
    kind === "reply" ||
    kind === "control" ||
    kind === "progress" ||
    kind === "outcome"
    ? kind
    : "unreadable";
}

function saysOf(event: LogEvent): string {
  switch (event.event) {
    case "task:sent":
    case "task:received":
      return event.title;
    case "reply:sent":
    case "reply:received":
      return event.status;
    case "control:sent":
    case "control:received":
      return event.control;
    case "progress:sent":
    case "progress:received":
      return event.note;
    case "outcome:received":
    case "outcome:recorded":
      return event.outcome;
    case "message:dead":
      return `${event.code}: ${event.reason}`;
    default:
      return "";
  }
}

function stateOf(event: LogEvent): string | undefined {
  return "state" in event ? event.state : undefined;
}

const PLACES: Record<string, string> = {
  pending: "pending, not accepted yet",
  accepted: "outbox",
  waiting: "inbox",
  handled: "archive",
  repeat: "archive, a repeat",
  dead: "dead letters",
};

function placeOf(event: LogEvent): string {
  if (event.event === "message:dead") return "dead letters";
  return PLACES[stateOf(event) ?? "handled"] ?? "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How near a thread is to a task: about itself, about one of its subtasks, or about what is below these. */
export type Nearness = "itself" | "subtask" | "below";

/** @param given what the task is for whoever gave it */
export function nearnessOf(
  thread: Thread,
  task: string,
  given: { task_id: string; subtask_id?: string | undefined },
): Nearness {
  if (thread.task === task) return thread.subtask === undefined ? "itself" : "subtask";
  const isGiven = thread.task === given.task_id && thread.subtask === given.subtask_id;
  return isGiven || thread.task === undefined ? "itself" : "below";
}
