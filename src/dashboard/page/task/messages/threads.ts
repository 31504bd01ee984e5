import type { Log, Tree } from "../../../api-types.ts";

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

/** A message, once, wherever its copies lie; or that a person was asked (`asked`), which is in no message. */
export interface Letter {
  /** What `show` finds it by: its id, or the name of its file where that cannot be read. */
  id: string;
  kind: "task" | "reply" | "control" | "progress" | "outcome" | "asked" | "unreadable";
  /** Its point, in a few words. */
  says: string;
  /** A reason, an answer, an edit. */
  text?: string;
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

/** Which work of its giver a task is: the key of its thread, by its id at its agent. */
export type Works = ReadonlyMap<string, string>;

/** @param task as whoever gave it names it */
export function keyOfWork(task: string, subtask: string | undefined): string {
  return `${task}/${subtask ?? ""}`;
}

/** The tasks of a tree as works of their givers. @param own of its top */
export function worksOf(tree: Tree, own: string, works: Map<string, string> = new Map()): Works {
  if (tree.task_id !== undefined) works.set(tree.task_id, own);
  for (const child of tree.children) worksOf(child, keyOfWork(tree.task_id ?? "", child.subtask), works);
  return works;
}

/**
 * The messages of a log, by the work that they are about; the threads in the order in which they began. A giver and whoever does the work
 * have two names for it.
 */
export function threadsOf(log: Log, works: Works = new Map()): Thread[] {
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
    threadFor(threads, event, works).letters.push(letter);
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
  if (event.event === "task:waiting")
    return `asked:${event.agent}:${event.task}:${event.time}:${event.subtask ?? ""}`;
  return event.event === "message:dead" ? event.file.split("/").at(-1) : undefined;
}

function threadFor(threads: Map<string, Thread>, event: LogEvent, works: Works): Thread {
  const named = { task: event.task, subtask: "subtask" in event ? event.subtask : undefined };
  const work = named.subtask === undefined ? works.get(named.task ?? "") : undefined;
  const key = work ?? keyOfWork(named.task ?? "", named.subtask);
  const slash = key.indexOf("/");
  const task = key.slice(0, slash) || undefined;
  const subtask = key.slice(slash + 1) || undefined;
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
  if ("text" in event && event.text !== undefined && event.event !== "task:waiting") letter.text = event.text;
  if (event.event !== "task:waiting") addCopy(letter, event);
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
  if (event.event === "task:waiting") return "asked";
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
    case "task:waiting":
      return event.text ?? ASKED[event.for];
    case "message:dead":
      return `${event.code}: ${event.reason}`;
    default:
      return "";
  }
}

const ASKED = { approval: "an approval", answer: "a question", person: "a person's own work" } as const;

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
