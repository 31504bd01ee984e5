import type { ReplyMessage } from "../protocol/message.ts";
import type { Letter } from "./letter.ts";

/** What an agent handles as one event: a message, or all replies to one task. */
export type Delivery =
  | { kind: "single"; letter: Letter }
  | { kind: "replies"; task: string; letters: (Letter & { message: ReplyMessage })[] };

/**
 * The messages of one agent that are read and not yet handled, in the order in which they are to be: controls first, then
 * as found, the replies to one task together.
 */
export class InboxQueue {
  readonly #letters = new Map<string, Letter>();
  /** Names that the agent has handled in this pass or is about to; a scan must not bring them again. */
  readonly #taken = new Set<string>();

  /** Takes a letter in; one whose file is known already is passed over. */
  add(letter: Letter): void {
    if (!this.knows(letter.name)) this.#letters.set(letter.name, letter);
  }

  knows(name: string): boolean {
    return this.#letters.has(name) || this.#taken.has(name);
  }

  get size(): number {
    return this.#letters.size;
  }

  /** About `limit` messages; they are not given again. `release` when their files have left the inbox. */
  take(limit: number): Delivery[] {
    const ordered = inOrder([...this.#letters.values()]);
    const chosen = ordered.slice(0, limit);
    // Replies to one task are one batch, however many: the failure policy must see them all.
    const tasks = new Set(chosen.filter(isReply).map(({ message }) => message.task_id));
    for (const letter of ordered.slice(limit)) {
      if (isReply(letter) && tasks.has(letter.message.task_id)) chosen.push(letter);
    }
    for (const { name } of chosen) {
      this.#letters.delete(name);
      this.#taken.add(name);
    }
    return group(chosen);
  }

  release(): void {
    this.#taken.clear();
  }
}

/**
 * Controls first, as they were made: of a pause and a resume the later holds. One that holds work of which the TASK is here as well
 * comes after that, and so does the plan or result that somebody gives along with it.
 */
function inOrder(letters: readonly Letter[]): Letter[] {
  const first: Letter[] = [];
  const others: Letter[] = [];
  const last: Letter[] = [];
  for (const letter of letters) {
    if (letter.message.type === "outcome") {
      (letters.some((other) => isTaskOf(other, letter)) ? last : others).push(letter);
    } else if (letter.message.type !== "control") others.push(letter);
    else if (isHold(letter) && letters.some((other) => isTaskOf(other, letter))) last.push(letter);
    else first.push(letter);
  }
  return [...first.sort(byTime), ...others, ...last.sort(byTime)];
}

function isHold({ message }: Letter): boolean {
  return message.type === "control" && ["pause", "resume", "edit"].includes(message.control);
}

function isTaskOf({ message: task }: Letter, { message: about }: Letter): boolean {
  return (
    task.type === "task" &&
    task.task_id === about.task_id &&
    task.from === about.from &&
    // A person names the task as a whole, and no attempt of it.
    (about.from === "human" || (task.subtask_id === about.subtask_id && task.attempt === about.attempt))
  );
}

function byTime({ message: a }: Letter, { message: b }: Letter): number {
  if (a.sent_at !== b.sent_at) return a.sent_at < b.sent_at ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function isReply({ message }: Letter): boolean {
  return message.type === "reply";
}

function group(letters: readonly Letter[]): Delivery[] {
  const deliveries: Delivery[] = [];
  const batches = new Map<string, Delivery & { kind: "replies" }>();
  for (const letter of letters) {
    if (letter.message.type !== "reply") {
      deliveries.push({ kind: "single", letter });
      continue;
    }
    const reply = letter as Letter & { message: ReplyMessage };
    const batch = batches.get(letter.message.task_id);
    if (batch !== undefined) batch.letters.push(reply);
    else {
      const first = { kind: "replies" as const, task: letter.message.task_id, letters: [reply] };
      batches.set(first.task, first);
      deliveries.push(first);
    }
  }
  return deliveries;
}
