/** Messages as text, in one place for those who read and write them. */
export { formatMessage } from "./format-message.ts";
export { bodyHash } from "./message-body.ts";
export { type PartialEnvelope, parseEnvelope } from "./parse-envelope.ts";
export { parseMessage } from "./parse-message.ts";
