/**
 * Whether bytes may be what a loss of power left of a text: a part of it from its beginning, where blocks that never reached the disk are
 * zeros. A whole copy and an empty file are such too.
 */
export function isTornCopy(bytes: Uint8Array, text: string): boolean {
  const whole = Buffer.from(text, "utf8");
  if (bytes.every((byte) => byte === 0)) return true;
  return bytes.length <= whole.length && bytes.every((byte, at) => byte === 0 || byte === whole[at]);
}
