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
  const { localId, known } = locate(work, key, (id) => records.task(id));
  if (known === undefined) {
    const removed = records.removed(work);
    if (removed === undefined) return { is: "new", localId };
    return { is: removed === bodyHash || removed === "" ? "removed" : "reused", localId };
  }
  // A tombstone of a cancel that came before its TASK has no body yet.
  return { is: known.body_hash === bodyHash || known.body_hash === "" ? "known" : "reused", localId };
}

/** The local id under which work of that key stands, or would stand if it is new; for a parent's control. */
export function locateWork(
  key: WorkKey,
  lookup: (localId: string) => Known | undefined,
): { localId: string; known?: Known } {
  return locate(key, key, lookup);
}

/** The local id under which work of that key stands, if it does. */
export function findWork(key: WorkKey, lookup: (localId: string) => Known | undefined): string | undefined {
  const { localId, known } = locate(key, key, lookup);
  return known === undefined ? undefined : localId;
}

/** How many attempts ahead a late TASK is compared with. */
const LOOK_AHEAD = 3;

/** The later attempt of that work that is known already. The number of an attempt is the sender's word, and may be the greatest there is. */
export function findLaterAttempt(
  key: WorkKey,
  lookup: (localId: string) => Known | undefined,
): number | undefined {
  for (let ahead = 1; ahead <= LOOK_AHEAD; ahead++) {
    const attempt = key.attempt + ahead;
    if (findWork({ ...key, attempt }, lookup) !== undefined) return attempt;
  }
  return undefined;
}

/** All names are looked at before work counts as new: the plain one may have become free meanwhile. */
function locate(
  work: WorkKey,
  key: WorkKey,
  lookup: (localId: string) => Known | undefined,
): { localId: string; known?: Known } {
  let free: string | undefined;
  for (const sender of [undefined, key.from, JSON.stringify(key)]) {
    // The last is for keys of one sender that read alike, such as `a.b` and subtask `b` of `a`.
    if (sender !== undefined && sender !== key.from && free !== undefined) break;
    const localId = localTaskId(work, sender);
    const known = lookup(localId);
    if (known === undefined) free ??= localId;
    else if (sameKey(known.key, key)) return { localId, known };
  }
  if (free !== undefined) return { localId: free };
  throw internal(`three works of ${key.from} have one name`);
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
