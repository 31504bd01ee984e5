import { internal } from "../protocol/errors.ts";
import { localTaskId } from "../protocol/ids.ts";
import type { Message } from "../protocol/message.ts";
import type { Task } from "../protocol/task.ts";

/** What work is known by, beside the hash of its body. */
export interface WorkKey {
  from: string;
  task_id: string;
  subtask_id?: string | undefined;
  attempt: number;
}

/** What is known under a local id: a task, or the line that stayed of one that was removed. */
export interface Known {
  key: WorkKey;
  body_hash: string;
}

export type Identity =
  /** The same work; `localId` is its task. */
  | { is: "known"; localId: string }
  | { is: "new"; localId: string }
  /** The same key with another text, from an agent. */
  | { is: "reused"; localId: string }
  /** Work that was removed after its time. */
  | { is: "removed"; localId: string };

/** What is known of work here. */
export interface Records {
  /** The task that stands under a local id, open or final. */
  task(localId: string): Known | undefined;
  /** The hash of the body of work that was removed after its time. */
  removed(key: WorkKey): string | undefined;
}

/**
 * Which work a TASK is. Looked up are the plain local id and the one with the sender's hash, which is taken where another sender
 * has the plain one. A person who drops the same id with another text means a new task, `<id>_2`.
 */
export function identifyWork(
  message: Pick<Message, "from" | "task_id" | "subtask_id" | "attempt">,
  bodyHash: string,
  records: Records,
): Identity {
  const key: WorkKey = {
    from: message.from,
    task_id: message.task_id,
    subtask_id: message.subtask_id,
    attempt: message.attempt,
  };
  for (let copy = 1; ; copy++) {
    const work = copy === 1 ? key : { ...key, task_id: `${key.task_id}_${copy}` };
    const identity = identifyCopy(work, key, bodyHash, records);
    if (identity.is !== "reused" || key.from !== "human") return identity;
  }
}

function identifyCopy(work: WorkKey, key: WorkKey, bodyHash: string, records: Records): Identity {
  for (const localId of [localTaskId(work), localTaskId(work, key.from)]) {
    const known = records.task(localId);
    if (known === undefined) {
      const removed = records.removed(work);
      if (removed === undefined) return { is: "new", localId };
      return { is: removed === bodyHash ? "removed" : "reused", localId };
    }
    if (!sameKey(known.key, key)) continue;
    // A tombstone of a cancel that came before its TASK has no body yet.
    return { is: known.body_hash === bodyHash || known.body_hash === "" ? "known" : "reused", localId };
  }
  throw internal(`two senders of one hash: ${key.from}`);
}

/** The local ids under which a task of that key may stand; for a parent's control. */
export function findWork(key: WorkKey, lookup: (localId: string) => Known | undefined): string | undefined {
  return [localTaskId(key), localTaskId(key, key.from)].find((id) => {
    const known = lookup(id);
    return known !== undefined && sameKey(known.key, key);
  });
}

export function keyOf(task: Pick<Task, "from" | "reply_to">): WorkKey {
  const { task_id, subtask_id, attempt } = task.reply_to;
  return { from: task.from, task_id, subtask_id, attempt };
}

export function sameKey(a: WorkKey, b: WorkKey): boolean {
  return (
    a.from === b.from && a.task_id === b.task_id && a.subtask_id === b.subtask_id && a.attempt === b.attempt
  );
}
