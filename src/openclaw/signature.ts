import { createHmac, timingSafeEqual } from "node:crypto";

const LINE = /^---\nsignature: hmac-sha256-([0-9a-f]{64})\n/;

/**
 * A message with the mark by which the other gateway knows whose it is: the line `signature` at the beginning of its head.
 *
 * @param key what both gateways have.
 */
export function signMessage(text: string, to: string, key: string): string {
  const mark = markOf(text, to, key);
  return text.replace(/^---\n/, `---\nsignature: hmac-sha256-${mark}\n`);
}

/** The message without its mark, and whether that was made with this key and for this receiver. */
export function checkSignature(
  signed: string,
  to: string,
  key: string | undefined,
): { text: string; is: "absent" | "valid" | "wrong" } {
  const mark = LINE.exec(signed)?.[1];
  if (mark === undefined) return { text: signed, is: "absent" };
  const text = signed.replace(LINE, "---\n");
  const expected = key === undefined ? undefined : Buffer.from(markOf(text, to, key), "hex");
  const valid = expected !== undefined && timingSafeEqual(expected, Buffer.from(mark, "hex"));
  return { text, is: valid ? "valid" : "wrong" };
}

function markOf(text: string, to: string, key: string): string {
  return createHmac("sha256", key).update(`clawflow\n${to}\n${text.trim()}`).digest("hex");
}
