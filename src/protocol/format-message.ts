import { ownValue } from "./equal-values.ts";
import { inOrder } from "./field-order.ts";
import { joinFrontmatter } from "./frontmatter.ts";
import { envelopeSchema, type Message } from "./message.ts";
import { formatReplyBody, formatTaskBody, formatTextBody } from "./message-body.ts";
import { VERSION } from "./protocol-version.ts";
import { wellFormed } from "./well-formed.ts";
import { formatYamlMap } from "./yaml-text.ts";

/** The order in which the fields of an envelope are written; others follow in the order of the schema. */
const FIRST = [
  "type",
  "id",
  "from",
  "to",
  "task_id",
  "subtask_id",
  "attempt",
  "in_reply_to",
  "control",
  "question",
  "outcome",
  "status",
  "note",
  "sent_at",
  "completed_at",
];
const ORDER: Record<string, readonly string[]> = Object.fromEntries(
  envelopeSchema.options.map(({ shape }) => {
    const others = Object.keys(shape).filter((name) => name !== "clawflow" && !FIRST.includes(name));
    return [shape.type.value, [...FIRST, ...others]];
  }),
);

/** The fields of version 1, and `to`, without which a message that waits to be sent would not say where. */
const VERSION_1 = [
  "type",
  "task_id",
  "subtask_id",
  "from",
  "to",
  "status",
  "sent_at",
  "completed_at",
] as const;

/**
 * The text of a message. One with `version: 1` has the fields of version 1 alone; its attempt stands in the subtask id from the
 * second on (`scan--2`).
 */
export function formatMessage(message: Message): string {
  const fields = message.version === 1 ? version1Fields(message) : version2Fields(message);
  // Not `??=`: a person's field may be named as one that every object inherits.
  for (const [name, value] of Object.entries(message.extra ?? {}))
    if (ownValue(fields, name) === undefined) fields[name] = value;
  return wellFormed(joinFrontmatter(formatYamlMap(fields), formatBody(message)));
}

function formatBody(message: Message): string {
  switch (message.type) {
    case "task":
      return formatTaskBody(message.body);
    case "reply":
      return formatReplyBody(message.status, message.body);
    case "control":
    case "outcome":
    case "progress":
      return formatTextBody(message.body.text);
  }
}

function version2Fields(message: Message): Record<string, unknown> {
  return { clawflow: VERSION, ...inOrder(message, ORDER[message.type] ?? []) };
}

function version1Fields(message: Message): Record<string, unknown> {
  const source = message as unknown as Record<string, unknown>;
  const fields: Record<string, unknown> = {};
  for (const name of VERSION_1) if (source[name] !== "") fields[name] = source[name];
  if (message.subtask_id !== undefined && message.attempt > 1) {
    fields.subtask_id = `${message.subtask_id}--${message.attempt}`;
  }
  return fields;
}
