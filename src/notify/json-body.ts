import type { Notification } from "../protocol/notify.ts";

/** Control characters above ASCII, and what turns or hides text: JSON lets them stand as they are, a terminal obeys some. */
const UNSEEN =
  /[\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\udb40][\udc00-\udc7f]/g;

/** A message as it is sent: one line of JSON in which everything that a terminal could take for commands is an escape. */
export function jsonBody(notification: Notification): string {
  return JSON.stringify(notification).replace(UNSEEN, escaped);
}

/** The words of others on one line, to be shown to a person as they are. */
export function plainText(text: string, most: number): string {
  const line = text
    .replace(/\s+/g, " ")
    .replace(/\p{Cc}/gu, "")
    .replace(UNSEEN, "")
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function escaped(found: string): string {
  const units = Array.from({ length: found.length }, (_, index) => found.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
