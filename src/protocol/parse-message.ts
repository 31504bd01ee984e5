import type { z } from "zod";
import { checkShape } from "./check-shape.ts";
import { ClawflowError } from "./errors.ts";
import { decodeUtf8, MESSAGE_HEAD, splitFrontmatter } from "./frontmatter.ts";
import { sha256 } from "./ids.ts";
import {
  controlEnvelopeSchema,
  type Message,
  outcomeEnvelopeSchema,
  progressEnvelopeSchema,
  replyEnvelopeSchema,
  taskEnvelopeSchema,
} from "./message.ts";
import { parseReplyBody, parseTaskBody, parseTextBody } from "./message-body.ts";
import { foundText, unknownFields, withoutBlanks } from "./plain-value.ts";
import { protocolVersion, VERSION } from "./protocol-version.ts";

const SCHEMAS = {
  task: taskEnvelopeSchema,
  reply: replyEnvelopeSchema,
  control: controlEnvelopeSchema,
  outcome: outcomeEnvelopeSchema,
  progress: progressEnvelopeSchema,
};
type Type = keyof typeof SCHEMAS;

/** `--` and the attempt at the end of a subtask id, in version 1 alone. */
const VERSION_1_SUBTASK = /^(.+)--([1-9]\d{0,5})$/;
const VERSION_1_COMMON = ["type", "task_id", "subtask_id", "from", "to", "sent_at"];
const VERSION_1_FIELDS: Partial<Record<Type, readonly string[]>> = {
  task: VERSION_1_COMMON,
  reply: [...VERSION_1_COMMON, "status", "completed_at"],
};

/**
 * A message of either version, in the shape of version 2. Of version 1: `id` from the hash of the bytes, attempt 1 unless the
 * subtask id says another, times that are not said are empty.
 *
 * @param options `to`: whose mailbox it lies in, for a message of version 1 that does not say
 * @throws E_UTF8, E_FRONTMATTER, E_TOO_LARGE, E_VERSION, E_TYPE, E_FIELD, E_ID
 */
export function parseMessage(bytes: Uint8Array, options: { to?: string } = {}): Message {
  const { data, body } = splitFrontmatter(decodeUtf8(bytes), MESSAGE_HEAD);
  const version = protocolVersion(data.clawflow);
  const type = messageType(data, version);
  const fields = version === 2 ? data : fromVersion1(data, type, bytes, options.to);
  const schema = SCHEMAS[type];
  const { clawflow: _, ...envelope } = checkShape(schema, withoutBlanks(fields)) as z.infer<typeof schema>;
  const known = version === 2 ? Object.keys(schema.shape) : VERSION_1_FIELDS[type];
  return { ...envelope, version, ...unknownFields(data, known), body: parseBody(envelope, body) } as Message;
}

function messageType(data: Record<string, unknown>, version: 1 | 2): Type {
  const { type } = data;
  if (type === undefined || type === null) {
    throw new ClawflowError("E_FIELD", "missing", { at: "type", expected: Object.keys(SCHEMAS).join(" | ") });
  }
  if (typeof type !== "string" || !Object.hasOwn(SCHEMAS, type)) {
    throw new ClawflowError("E_TYPE", "not a kind of message", {
      at: "type",
      expected: Object.keys(SCHEMAS).join(" | "),
      found: foundText(type),
    });
  }
  if (version === 1 && type !== "task" && type !== "reply") {
    throw new ClawflowError("E_FIELD", "missing", {
      at: "clawflow",
      expected: `clawflow: ${VERSION} in a message of type ${type}`,
    });
  }
  return type as Type;
}

/** What version 1 says, in the words of version 2. Fields that only version 2 knows are unknown there: they are kept as such. */
function fromVersion1(
  data: Record<string, unknown>,
  type: Type,
  bytes: Uint8Array,
  to: string | undefined,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    type,
    id: `v1-${sha256(bytes).slice(0, 24)}`,
    task_id: data.task_id,
    attempt: 1,
    from: data.from,
    to: data.to ?? to,
    sent_at: data.sent_at ?? "",
  };
  if (type === "reply") {
    fields.status = data.status;
    fields.completed_at = data.completed_at ?? "";
  }
  const { subtask_id } = data;
  if (subtask_id === undefined || subtask_id === null) return fields;
  const match = typeof subtask_id === "string" ? VERSION_1_SUBTASK.exec(subtask_id) : null;
  fields.subtask_id = match?.[1] ?? subtask_id;
  if (match?.[2] !== undefined) fields.attempt = Number(match[2]);
  return fields;
}

function parseBody(
  envelope: { type: Type; status?: "done" | "failed" | "cancelled" },
  body: string,
): Message["body"] {
  if (envelope.type === "task") return parseTaskBody(body);
  if (envelope.type === "reply") return parseReplyBody(envelope.status ?? "done", body);
  return { text: parseTextBody(body) };
}
