import { hash } from "node:crypto";
import { ClawflowError } from "./errors.ts";

export const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** An agent as others outside its root name it: `<agent>@<root-id>`. */
export const AGENT_ADDRESS = /^[a-z0-9][a-z0-9_-]{0,63}(@[a-z0-9][a-z0-9-]{0,63})?$/;
/** Who can send a message or get one: an agent, or a person; never one of the words that stand for somebody here. */
export const PARTY = /^(?!(?:self|system)(?:@|$))[a-z0-9][a-z0-9_-]{0,63}(@[a-z0-9][a-z0-9-]{0,63})?$/;
/** `--` is kept for the attempt in the name that a version 1 peer sees. */
export const SUBTASK_ID = /^(?!.*--)[a-z][a-z0-9-]{0,63}$/;
export const TASK_ID = /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
/** Of messages and questions. Ids of other programs may hold more than ours do, but nothing that a terminal or a path could mistake. */
export const MESSAGE_ID = /^[A-Za-z0-9_][A-Za-z0-9._:@~+=-]{0,199}$/;

/** Not agents: a person, an agent's own brain, the runtime. */
export const RESERVED_AGENTS: readonly string[] = ["human", "self", "system"];

const MAX_NAME_BYTES = 120;

export function isTaskId(text: string): boolean {
  return TASK_ID.test(text);
}

export function isSubtaskId(text: string): boolean {
  return SUBTASK_ID.test(text);
}

export function checkAgentId(text: string, at = "agent"): string {
  if (AGENT_ID.test(text) && !RESERVED_AGENTS.includes(text)) return text;
  throw new ClawflowError("E_ID", "not an agent id", {
    at,
    expected: `1 to 64 of a-z 0-9 _ -, beginning with a letter or digit, and none of ${RESERVED_AGENTS.join(", ")}`,
    found: JSON.stringify(text),
  });
}

export function checkTaskId(text: string, at = "task_id"): string {
  if (isTaskId(text)) return text;
  throw new ClawflowError("E_ID", "not a task id", {
    at,
    expected: "1 to 200 of A-Z a-z 0-9 . _ -, beginning with a letter or digit, without ..",
    found: JSON.stringify(text),
  });
}

export function sha256(text: string | Uint8Array): string {
  return hash("sha256", text);
}

/** The first `length` hex digits of the hash of the parts, which may hold any text. */
export function shortHash(parts: readonly (string | number)[], length = 12): string {
  return sha256(JSON.stringify(parts)).slice(0, length);
}

/** What a message of a step is known by; the same step gives the same ids however often it runs. */
export interface MessageKey {
  from: string;
  to: string;
  task_id: string;
  subtask_id?: string | undefined;
  type: string;
  attempt: number;
  number: number;
}

export function messageId(key: MessageKey): string {
  return `m-${shortHash([key.from, key.to, key.task_id, key.subtask_id ?? "", key.type, key.attempt, key.number], 24)}`;
}

/** The id of a question: the n-th that a task puts to a brain. */
export function questionId(taskId: string, number: number): string {
  return `q-${shortHash([taskId, number], 16)}`;
}

/**
 * The name under which a receiver works on a TASK: `<task_id>.<subtask_id>`, from attempt 2 on with `_<attempt>`,
 * with a hash of the sender where `sender` is given (another sender already has the plain name).
 */
export function localTaskId(
  work: { task_id: string; subtask_id?: string | undefined; attempt: number },
  sender?: string,
): string {
  let id = work.subtask_id === undefined ? work.task_id : `${work.task_id}.${work.subtask_id}`;
  if (work.attempt > 1) id += `_${work.attempt}`;
  if (sender !== undefined) id += `-${shortHash([sender], 6)}`;
  return id.length <= 200 ? id : `${id.slice(0, 180).replace(/\.+$/, "")}-${shortHash([id], 16)}`;
}

/**
 * A folder name for an id: lower case, at most 120 bytes; an id that is longer, or differs from its lower case,
 * is shortened and gets a hash, so that two ids never share a name on a disk that ignores case.
 */
export function folderName(id: string): string {
  const lower = id.toLowerCase();
  if (lower === id && id.length <= MAX_NAME_BYTES && !id.endsWith(".")) return id;
  return `${lower.slice(0, MAX_NAME_BYTES - 13).replace(/\.+$/, "")}-${shortHash([id], 12)}`;
}

/** `<type>-<task>.<subtask>-<attempt>-<hash of the id>.md`, shortened in the middle to 120 bytes. */
export function messageFileName(message: {
  type: string;
  task_id: string;
  subtask_id?: string | undefined;
  attempt?: number | undefined;
  id: string;
}): string {
  const work =
    message.subtask_id === undefined ? message.task_id : `${message.task_id}.${message.subtask_id}`;
  const head = `${message.type}-`;
  const tail = `-${message.attempt ?? 1}-${shortHash([message.id], 12)}.md`;
  return head + folderName(work).slice(0, MAX_NAME_BYTES - head.length - tail.length) + tail;
}

/**
 * The name under which a mailbox keeps a file that somebody dropped: that name, or where it is longer than ours a shortened one with a
 * hash, so that a disk takes every name that is made from it.
 */
export function keptFileName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const tail = `-${shortHash([name], 12)}.md`;
  let stem = name.replace(/\.md$/, "");
  while (Buffer.byteLength(stem) + tail.length > MAX_NAME_BYTES) stem = [...stem].slice(0, -1).join("");
  return stem + tail;
}

/** The runtime's own pattern: a file of such a name was published whole and may be taken at once. */
export const MESSAGE_FILE_NAME = /^(task|reply|control|outcome|progress)-[a-z0-9._-]+-\d+-[0-9a-f]{12}\.md$/;
/** A file that a person dropped, in any language; others, such as swap files and `.DS_Store`, are left alone. */
export const DROPPED_FILE_NAME = /^[\p{L}\p{N}].*\.md$/u;
