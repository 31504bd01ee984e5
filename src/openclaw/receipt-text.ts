import { ERROR_CODES, type ErrorCode } from "../protocol/errors.ts";
import type { Receipt } from "../transport/types.ts";

/** A receipt as the text with which a turn is answered; people read it, and the gateway that sent the message. */
export function formatReceipt(receipt: Receipt): string {
  const { message, sha256 } = receipt;
  if (receipt.status === "accepted") return `Clawflow accepted ${message}\nsha256 ${sha256}`;
  return `Clawflow refused ${message}\n${receipt.code}: ${receipt.text}`;
}

/** The receipt that a text is; undefined for any other. @param sha256 of what was sent. */
export function parseReceipt(text: string, sha256: string): Receipt | undefined {
  const [first = "", ...rest] = text.trim().split("\n");
  const accepted = /^Clawflow accepted (\S+)$/.exec(first)?.[1];
  if (accepted !== undefined && rest[0] === `sha256 ${sha256}`)
    return { message: accepted, sha256, status: "accepted" };
  const refused = /^Clawflow refused (\S+)$/.exec(first)?.[1];
  const [, code, why] = /^(E_[A-Z0-9_]+): ([\s\S]+)$/.exec(rest.join("\n")) ?? [];
  if (refused === undefined || code === undefined || why === undefined || !isCode(code)) return undefined;
  return { message: refused, sha256, status: "refused", code, text: why };
}

function isCode(code: string): code is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(code);
}
