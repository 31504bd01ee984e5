import type { ErrorCode } from "../protocol/errors.ts";

/** A message on its way, with what must cross before it. */
export interface Parcel {
  from: string;
  to: string;
  /** The file name in the receiver's inbox. */
  name: string;
  bytes: Uint8Array;
  sha256: string;
  /** Attachments by content; `path` is the sender's copy, absolute. */
  blobs: { sha256: string; path: string }[];
}

/**
 * The receiver's answer; given again for every repeat. `accepted` only when the receiver holds the message and its blobs whole
 * and durable.
 */
export type Receipt =
  | { message: string; sha256: string; status: "accepted" }
  | { message: string; sha256: string; status: "refused"; code: ErrorCode; text: string };

/**
 * Carries messages to agents of other hosts. It may lose, repeat and reorder: the host sends again until there is a receipt.
 * A rejection, or a receipt that never comes, means "not known": the message stays pending.
 */
export interface Transport {
  /** Whether this transport can reach that agent at all. */
  reaches(agent: string): boolean;
  deliver(parcel: Parcel): Promise<Receipt>;
}
