import type { Message } from "../protocol/message.ts";

/** A message of an inbox, read and not yet handled. */
export interface Letter {
  /** Its file name. */
  name: string;
  message: Message;
  /** Hash of the file's bytes. */
  sha256: string;
}
