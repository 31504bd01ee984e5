import { MESSAGE_HEAD, splitFrontmatter } from "./frontmatter.ts";
import { isSubtaskId, isTaskId, PARTY } from "./ids.ts";

/** What can be told of a message that cannot be taken: enough to answer its sender, or nothing. */
export interface PartialEnvelope {
  type?: string;
  id?: string;
  from?: string;
  task_id?: string;
  subtask_id?: string;
  attempt?: number;
}

/** Never throws. Each field is given only if it is what it must be in a message that can be taken. */
export function parseEnvelope(bytes: Uint8Array): PartialEnvelope {
  const data = readableFields(new TextDecoder().decode(bytes));
  const envelope: PartialEnvelope = {};
  const { type, id, from, task_id, attempt } = data;
  let { subtask_id } = data;
  if (typeof type === "string" && /^[a-z][a-z-]{0,63}$/.test(type)) envelope.type = type;
  if (typeof id === "string" && /^[\w.:@~+=-]{1,200}$/.test(id)) envelope.id = id;
  if (typeof from === "string" && PARTY.test(from)) envelope.from = from;
  if (typeof task_id === "string" && isTaskId(task_id)) envelope.task_id = task_id;
  if (typeof attempt === "number" && Number.isSafeInteger(attempt) && attempt > 0) envelope.attempt = attempt;
  if (typeof subtask_id === "string") {
    const match = data.clawflow === undefined ? /^(.+)--([1-9]\d{0,5})$/.exec(subtask_id) : null;
    if (match !== null) {
      subtask_id = match[1];
      envelope.attempt = Number(match[2]);
    }
    if (isSubtaskId(subtask_id as string)) envelope.subtask_id = subtask_id as string;
  }
  return envelope;
}

function readableFields(text: string): Record<string, unknown> {
  try {
    return splitFrontmatter(text, MESSAGE_HEAD).data;
  } catch {
    return simpleLines(text.slice(0, 16_384));
  }
}

/** Frontmatter that is broken somewhere: what its simple lines say. */
function simpleLines(text: string): Record<string, unknown> {
  const data: Record<string, unknown> = Object.create(null);
  const lines = text.replace(/^\ufeff/, "").split("\n");
  if (!lines[0]?.startsWith("---")) return data;
  for (const line of lines.slice(1)) {
    if (/^---\r?$/.test(line)) break;
    const match =
      /^(clawflow|type|id|from|task_id|subtask_id|attempt):[ \t]+(["']?)([\w.@:~+=-]+)\2\s*$/.exec(line);
    const key = match?.[1];
    const value = match?.[3];
    if (key === undefined || value === undefined || key in data) continue;
    data[key] = key === "attempt" || key === "clawflow" ? Number(value) : value;
  }
  return data;
}
