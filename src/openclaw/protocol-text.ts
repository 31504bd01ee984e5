import { parseEnvelope } from "../protocol/message-codec.ts";

const TYPES = ["task", "reply", "control", "outcome", "progress"];

/**
 * A text that is a message of the protocol, or means to be one, as it is kept: ending with one line end, for on its way through OpenClaw it
 * loses what stands around it. Undefined for every other text, one that merely shows a message among other words included.
 */
export function protocolText(text: string): string | undefined {
  const kept = `${text.replace(/^\ufeff/, "").trim()}\n`;
  if (!/^---\r?\n/.test(kept)) return undefined;
  const { type, task_id, from, id } = parseEnvelope(Buffer.from(kept));
  const means = type !== undefined && TYPES.includes(type) && (task_id ?? from ?? id) !== undefined;
  return means ? kept : undefined;
}

/** How OpenClaw begins a text that another session wrote. */
const INTER_SESSION = "[Inter-session message]";

/** The message that a text of another session holds behind OpenClaw's words about it. */
export function forwardedProtocolText(text: string): string | undefined {
  if (!text.startsWith(INTER_SESSION)) return undefined;
  const head = /^---\r?$/m.exec(text);
  return head === null ? undefined : protocolText(text.slice(head.index));
}
